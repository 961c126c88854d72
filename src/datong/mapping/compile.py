"""A mapping file becomes SQL.

In:  a mapping, the organization that delivers, the columns of its landed table.
Out: SQL over the views `landed`, `persons` and `encounters`; nothing is run here.

Names that begin with `_` are ours; the rest of a row's names are its owner's.
"""

from collections.abc import Collection, Sequence

from datong.core.shape import Column, Kind
from datong.engine.dialect import Expression, compile_expression
from datong.engine.duckdb import TYPES, literal, quoted
from datong.mapping.faults import Lost, Output, lost_cell, lost_cells
from datong.mapping.file import CodeRule, Mapping, RecordRule
from datong.mapping.landed import joined_rows, text_of
from datong.mapping.reasons import KEY, PERSON, STRUCTURE
from datong.standards.record import RecordKind

SLOTS = 4096  # records that one source row may give
HOUSE_SYSTEM = "house"  # the system of codes that the kinds of record define
NO_PERSON = {"organization", "practitioner"}  # kinds that are of no patient


class Compiler:
    """Compiles one mapping for one organization."""

    def __init__(
        self, mapping: Mapping, organization: str, first_rule: int = 0
    ) -> None:
        """Remember them; `first_rule` is the number of the first `[[record]]`."""
        self.mapping, self.organization = mapping, organization
        self.first_rule = first_rule
        self._outputs: dict[int, list[Output]] = {}

    def expression(self, text: str, where: str) -> Expression:
        """Compile one expression of the file."""
        place = f"{self.mapping.path} {where}"
        return compile_expression(text, self.mapping.zone, place)

    def source(self, only: Collection[str] = ()) -> str:
        """Return the rows of the source with their own columns.

        JSON is parsed into the columns of `[json]`, or only into those named.
        """
        if not self.mapping.json:
            return joined_rows(self.mapping.join)
        members = ", ".join(
            f'"{name}": {kind if kind[:1] in "{[" else f""" "{kind}" """}'
            for name, kind in self.mapping.json.items()
            if not only or name in only
        )
        shape = literal("{" + members + "}")
        typed = f" and _resource.resourceType = {literal(self.mapping.type)}"
        whole = (
            f"_is_json{typed}" if "resourceType" in self.mapping.json else "_is_json"
        )
        transformed = (
            f"case when json_valid(resource) then json_transform(resource, {shape}) end"
        )
        return (
            f"select _row, coalesce({whole}, false) as _is_whole, _resource.*"
            " from (select _row, json_valid(resource) as _is_json,"
            f" {transformed} as _resource from landed)"
        )

    def rows(self) -> str:
        """Return the rows, each for itself, with their person's and visit's numbers."""
        return (
            f"select *, {self.numbers()}, {self.gone()} as _deleted, _row as _key,"
            " 1 as _version, cast(null as timestamp) as _known from source"
        )

    def numbers(self) -> str:
        """Return the numbers by which the source knows the person and the visit."""
        person = self._number(self.mapping.person.get("value", "null"), "[person]")
        visit = self._number(self.mapping.encounter.get("value", "null"), "[encounter]")
        return f"{person} as _person_value, {visit} as _encounter_value"

    def _number(self, text: str, where: str) -> str:
        """Return a number by which the source knows somebody, blanks as null."""
        return text_of(self.expression(text, where).sql)

    def gone(self) -> str:
        """Return whether a row says that its grain was deleted."""
        load = self.mapping.load
        if not load.get("operation"):
            return "false"
        listed = ", ".join(literal(code) for code in load.get("delete", ["D"]))
        return f"coalesce(trim({quoted(load['operation'])}) in ({listed}), false)"

    def ordering(self) -> str:
        """Return the text by which rows of one grain follow each other, or null."""
        order = self.mapping.load.get("order", "")
        if order and not self.mapping.json:
            order = quoted(order)
        return text_of(self.expression(order or "null", "[load] order").sql)

    def record(self, number: int) -> str:
        """Return the records of one `[[record]]`, good and bad, with their faults."""
        rule = self.mapping.records[number]
        outputs = self.outputs(rule, number)
        inner = ",\n".join(
            f"{output.sql} as {quoted(output.column.name)}" for output in outputs
        )
        texts = [(o, text) for o in outputs for text in o.filled]
        asked = "".join(
            f",\n{text} as _filled_{i}" for i, (_, text) in enumerate(texts)
        )
        lost = [lost_cell(output, i) for i, (output, _) in enumerate(texts)]
        listed = ",\n".join(quoted(output.column.name) for output in outputs)
        refused = self._refused(rule, outputs, lost)
        return f"""
            select {listed},
                {refused} as _refused,
                {lost_cells([*lost, *self._unmapped(rule)])} as _faults
            from (select {inner},
                  {self._state(rule)}{asked}
                  from {self._from(rule, number)}
                  where {self._when(rule, number)})
        """

    def _state(self, rule: RecordRule) -> str:
        """Return what the verdict on a record needs besides its columns."""
        has_person = "true" if rule.kind.name in NO_PERSON else "_person is not null"
        is_whole = "_is_whole" if self.mapping.json else "true"
        refusals = [
            f"when {text_of(self.expression(code.code, name).sql)} is not null"
            f" and _to_{name} is null then {literal(code.otherwise[7:])}"
            for name, code in _refusing(rule)
        ]
        value = (
            f"case {' '.join(refusals)} end" if refusals else "cast(null as varchar)"
        )
        raws = "".join(
            f", case when _to_{name} is null then"
            f" {text_of(self.expression(code.code, name).sql)} end as _unmapped_{name}"
            for name, code in _refusing(rule)
        )
        return f"{is_whole} as _whole, {has_person} as _named, {value} as _value{raws}"

    def _unmapped(self, rule: RecordRule) -> list[Lost]:
        """Return the tests of codes that their value map does not have and refuses."""
        return [
            Lost(
                f"(_unmapped_{name} is not null)",
                code.otherwise[7:].replace("'", ""),
                name,
                f"_unmapped_{name}",
                is_key=False,
            )
            for name, code in _refusing(rule)
        ]

    def _refused(
        self, rule: RecordRule, outputs: Sequence[Output], lost: Sequence[Lost]
    ) -> str:
        """Return the code of what refuses the whole record, or null."""
        keys = [quoted(o.column.name) for o in outputs if o.is_key and not o.filled]
        broken = " ".join(
            f"when {one.test} then '{one.code}'" for one in lost if one.is_key
        )
        codes = _code_keys(rule.kind)
        empty = [f"{key} is null" for key in keys if key.strip('"') not in codes]
        empty += [
            f"coalesce({name}_code, {name}_text) is null"
            for name in _key_codes(rule.kind)
        ]
        missing = f"when {' or '.join(empty)} then '{KEY.code}'" if empty else ""
        return (
            f"case when not _whole then '{STRUCTURE.code}'"
            f" when not _named then '{PERSON.code}'"
            f" when _value is not null then _value {broken} {missing} end"
        )

    def outputs(self, rule: RecordRule, number: int) -> list[Output]:
        """Return every column that the mapping sets, in the order of the kind."""
        if number not in self._outputs:
            self._outputs[number] = self._all_outputs(rule, number)
        return self._outputs[number]

    def _all_outputs(self, rule: RecordRule, number: int) -> list[Output]:
        """Make the columns of one `[[record]]`."""
        slot = f"{number}"
        if rule.each:
            slot = f"{number} + {len(self.mapping.records)} * (_item - 1)"
        given = {
            "record": record_key(slot),
            "organization": literal(self.organization),
            "source": literal(self.mapping.system),
            "person": "_person",
            "encounter": "_encounter",
            "version": "cast(_version as bigint)",
            "_row": "_row",
            "_rule": f"cast({self.first_rule + number} as bigint)",
            "deleted": "_deleted",
            "known": "_known",
        }
        found = []
        for column in (*stored(rule.kind), *secret(rule.kind)):
            if column.name in given:
                found.append(Output(column, given[column.name]))
            elif (made := self._output(column, rule, number)) is not None:
                found.append(made)
        return found

    def _output(self, column: Column, rule: RecordRule, number: int) -> Output | None:
        """Return one column, or None where the mapping does not set it."""
        where = f"[[record]] {number + 1} ({rule.kind.name})"
        name, _, part = column.name.rpartition("_")
        if name in rule.codes:
            return Output(column, self._code(rule, name, part, where))
        field = column.name if column.name in rule.plain else f"{name}.{part}"
        if field not in rule.plain:
            return None
        made = self.expression(rule.plain[field], f"{where} {field}")
        is_key = field in rule.kind.fields and rule.kind.fields[field].key
        if column.kind is Kind.TEXT and not made.filled:
            return Output(
                column, f"nullif(cast({made.sql} as varchar), '')", (), is_key
            )
        filled = () if "." in field else made.filled or (made.sql,)
        sql = f"try_cast({made.sql} as {TYPES[column.kind]})"
        return Output(column, sql, filled, is_key)

    def _code(self, rule: RecordRule, name: str, part: str, where: str) -> str:
        """Return one part of a code field."""
        code = rule.codes[name]
        if part == "text":
            return text_of(self.expression(code.text, f"{where} {name}.text").sql)
        raw = text_of(self.expression(code.code, f"{where} {name}.code").sql)
        if part == "code":
            return self._coded(code, name, raw)
        return self._system(code, name, raw, where)

    def _coded(self, code: CodeRule, name: str, raw: str) -> str:
        """Return the code itself, mapped where there is a value map."""
        if not code.values:
            return raw
        return (
            f"_to_{name}"
            if code.otherwise == "null"
            else f"coalesce(_to_{name}, {raw})"
        )

    def _system(self, code: CodeRule, name: str, raw: str, where: str) -> str:
        """Return the system of a code; a system of the hospital is named after it."""
        local = literal(f"{self.organization}:{self.mapping.reads}.{name}")
        if code.system_from:
            stated = self.expression(
                code.system_from, f"{where} {name}.system_from"
            ).sql
            return f"case when {raw} is not null then coalesce({stated}, {local}) end"
        system = code.system or (HOUSE_SYSTEM if code.values else "")
        if not system:
            return f"case when {raw} is not null then {local} end"
        named = literal(localized(system, self.organization))
        if not code.values:
            return f"case when {raw} is not null then {named} end"
        kept = "null" if code.otherwise == "null" else local
        return (
            f"case when _to_{name} is not null then {named}"
            f" when {raw} is not null then {kept} end"
        )

    def _from(self, rule: RecordRule, number: int) -> str:
        """Return the joins of a record: its person, its encounter, its value maps."""
        rows = "rows"
        if rule.each:
            each = self.expression(rule.each, f"[[record]] {number + 1} each").sql
            rows = (
                f"(select *, unnest({each}) as item,"
                f" generate_subscripts({each}, 1) as _item from rows)"
            )
        joins = [
            f"{rows} rows",
            "left join persons on persons._value = _person_value",
            "left join encounters on encounters._number = _encounter_value",
        ]
        for name, code in rule.codes.items():
            if code.values:
                raw = self.expression(code.code, f"[[record]] {number + 1} {name}").sql
                pairs = ", ".join(
                    f"({literal(a)}, {literal(to)})"
                    for a, (to, _) in code.values.items()
                )
                joins.append(
                    f"left join (values {pairs})"
                    f" as _map_{name}(_from_{name}, _to_{name})"
                    f" on _from_{name} = trim(cast({raw} as varchar))"
                )
        return "\n".join(joins)

    def unmapped(self, number: int, name: str) -> str:
        """Return how many cells of a code a map does not have, and how many there are.

        Columns: `missing`, `filled`.
        """
        rule = self.mapping.records[number]
        raw = text_of(self.expression(rule.codes[name].code, name).sql)
        return (
            f"select count({raw}) filter (_to_{name} is null) as missing,"
            f" count({raw}) as filled from {self._from(rule, number)}"
            f" where {self._when(rule, number)}"
        )

    def _when(self, rule: RecordRule, number: int) -> str:
        """Return the condition of a record; a row that is no JSON meets it, to fail."""
        sql = self.expression(rule.when, f"[[record]] {number + 1} when").sql
        if rule.each:
            return f"coalesce({sql}, false)"
        return f"coalesce({sql}, {'not _is_whole' if self.mapping.json else 'false'})"

    def identifiers(self) -> str:
        """Return what the rows say of who a person is: value, type, text.

        From records of kind identifier, and sex and birth from kind person.
        """
        parts = ["select null as value, null as type, null as text where false"]
        for number, rule in enumerate(self.mapping.records):
            sql = {o.column.name: o.sql for o in self.outputs(rule, number)}
            named: dict[str, list[tuple[str | None, str | None]]] = {
                "identifier": [(sql.get("type_code"), sql.get("value"))],
                "person": [
                    ("'sex'", sql.get("sex_code")),
                    ("'birth'", sql.get("birth")),
                ],
            }
            parts += [
                f"select _person_value, {kind}, {text} from {self._from(rule, number)}"
                f" where {self._when(rule, number)} and {text} is not null"
                for kind, text in named.get(rule.kind.name, [])
                if kind and text
            ]
        return " union ".join(parts)

    def silent(self) -> str:
        """Return the rule of [silent] that names a row, or null."""
        cases = " ".join(
            f"when {self.expression(text, f'[silent] {name}').sql} then {literal(name)}"
            for name, text in self.mapping.silent.items()
        )
        return f"case {cases} end" if cases else "cast(null as varchar)"


def _refusing(rule: RecordRule) -> list[tuple[str, CodeRule]]:
    """Return the codes that refuse a value which their map does not have."""
    return [
        (name, code)
        for name, code in rule.codes.items()
        if code.otherwise.startswith("reject:") and code.values
    ]


def record_key(slot: str) -> str:
    """Return the key of a record: its first row's number, spread for 4,096 records."""
    file_part = "((_key >> 40) << 40)"
    return f"{file_part} + ((_key & 1099511627775) << 12) + {slot}"


def stored(kind: RecordKind) -> list[Column]:
    """Return the columns of a kind that a record has outside the vault."""
    return [column for column in kind.shape if kind.vault or not column.identifies]


def secret(kind: RecordKind) -> list[Column]:
    """Return the columns that only the vault holds, of a kind that is not all vault.

    The numbers of `[person]` and `[encounter]` lie in the vault's dictionaries.
    """
    in_dictionaries = {("person", "local_id"), ("encounter", "number")}
    return [
        column
        for column in kind.shape
        if column.identifies
        and not kind.vault
        and (kind.name, column.name) not in in_dictionaries
    ]


def localized(system: str, organization: str) -> str:
    """Name a system: one with a dot and no colon or slash is the hospital's own."""
    is_local = "." in system and not set(system) & set(":/")
    return f"{organization}:{system}" if is_local else system


def _key_codes(kind: RecordKind) -> list[str]:
    """Name the code fields that are part of the key."""
    return [f.name for f in kind.fields.values() if f.key and f.letter == "c"]


def _code_keys(kind: RecordKind) -> set[str]:
    """Name the flat columns of the code fields that are part of the key."""
    return {f"{name}_{part}" for name in _key_codes(kind) for part in ("code", "text")}
