"""A drafted mapping file, ready to run and to be corrected.

In:  a draft, and how the table's files are written.
Out: the text of a TOML file and of the value maps beside it.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from datong.engine.duckdb import literal, quoted
from datong.mapping.draft.arrange import Record, arrange, is_item
from datong.mapping.draft.drafted import Draft, Suggestion
from datong.mapping.draft.expressions import bounds, is_total, plain, system_of
from datong.mapping.draft.heads import taken, with_head
from datong.mapping.draft.looks import WORDS
from datong.standards.record import Field

PERSON, VISIT = "source.person", "source.visit"
NO_PERSON = {"organization", "practitioner"}
NUMBERED = {"person": "local_id", "encounter": "number"}  # by [person], [encounter]


@dataclass(frozen=True, slots=True)
class Written:
    """A mapping file and its value maps, by path below the mapping folder."""

    toml: str
    values: Mapping[str, str]


def can_write(draft: Draft) -> bool:
    """Say whether a mapping can be written: it makes a record, which is somebody's."""
    draft = with_head(draft)
    if not draft.kind or not arrange(draft):
        return False
    has_person = any(one.field in {"person", "local_id"} for one in draft.suggestions)
    return has_person or draft.kind in NO_PERSON


def write(draft: Draft, files: Mapping[str, object], edition: str) -> Written:
    """Write the mapping of one table; `files` is its `[files]`."""
    writer = _Writer(draft)
    return Written(writer.text(files, edition), writer.values)


class _Writer:
    """Writes one mapping."""

    def __init__(self, draft: Draft) -> None:
        """Sort the suggestions into records."""
        self.join, self.taken = taken(draft)
        draft = with_head(draft)
        self.draft, self.values = draft, dict[str, str]()
        self.person = self._naming({"person", "local_id"})
        self.visit = self._naming({"encounter"}) or draft.column_of(
            "encounter", "number"
        )
        self.grain = draft.grain or tuple(one.name for one in draft.table.columns)
        self.records = arrange(draft)

    def _naming(self, fields: set[str]) -> str:
        """Return the column that names persons, or visits."""
        found = (one.column for one in self.draft.suggestions if one.field in fields)
        return next(found, "")

    def text(self, files: Mapping[str, object], edition: str) -> str:
        """Return the TOML."""
        draft = self.draft
        lines = [
            f"# Drafted by datong: {draft.kind}, confidence {draft.confidence:.2f}.",
            *(
                f"# ? {one.code} {one.column}: {one.ask.en} {one.ask.zh}"
                for one in draft.blockers
            ),
            *(
                f"# {one.column} is in {one.to_table}.{one.to_column} ({one.share:.0%})"
                for one in draft.joins
                if one is not self.join
            ),
            f"edition = {_text(edition)}",
            f"reads = {_text(_reads(draft.table.name))}",
            f"grain = {_list(self.grain)}",
            'zone = "Asia/Shanghai"',
            "",
            "[files]",
            *(f"{key} = {_value(said)}" for key, said in files.items()),
            *self._join(),
            *_system("person", PERSON, quoted(self.person) if self.person else ""),
            *_system("encounter", VISIT, self._visit()),
            *self._ignored(),
        ]
        for record in self.records:
            lines += self._record(record)
        return "\n".join([*lines, *self._silent()]) + "\n"

    def _join(self) -> list[str]:
        """Write by which number an item finds its head, and what it takes there."""
        if self.join is None:
            return []
        on = f"{_key(self.join.column)} = {_key(self.join.to_column)}"
        names = (f"{_key(name)} = {_key(s.column)}" for name, s in self.taken.items())
        return [
            "",
            "[join]",
            f"table = {_text(_reads(self.join.to_table))}",
            f"on = {{ {on} }}",
            f"columns = {{ {', '.join(names)} }}",
        ]

    def _visit(self) -> str:
        """Write what names a visit; a table of visits without numbers has its grain."""
        if self.visit:
            return quoted(self.visit)
        return self._joined() if self.draft.kind == "encounter" else ""

    def _joined(self) -> str:
        """Write one text that tells a row apart."""
        return f"concat_ws('|', {', '.join(map(quoted, self.grain))})"

    def _record(self, record: Record) -> list[str]:
        """Write one `[[record]]`."""
        lines = ["", "[[record]]", f"kind = {_text(record.kind.name)}"]
        if record.when != "true":
            lines.append(f"when = {_text(record.when)}")
        plains, codes = self._plains(record), self._codes(record)
        lines += ["[record.set]", *(f"{k} = {v}" for k, v in plains.items())]
        if codes:
            lines += ["[record.code]", *(f"{k} = {v}" for k, v in codes.items())]
        return lines

    def _plains(self, record: Record) -> dict[str, str]:
        """Write the fields that are no codes, missing key fields made up."""
        found: dict[str, str] = {}
        own = NUMBERED.get(record.kind.name, "")
        for one in record.columns:
            told = record.kind.fields[one.field]
            if told.letter != "c" and one.field not in {*found, own}:
                found |= self._plain(record, one, told)
        for name in ("collected", "available"):
            if name in found:
                found.setdefault("time", found[name])
        for told in record.kind.fields.values():
            is_missing = told.key and told.letter != "c" and told.name != own
            if is_missing and told.name not in found:
                found[told.name] = _text(self._made_up(record, told))
        return found

    def _plain(self, record: Record, one: Suggestion, told: Field) -> dict[str, str]:
        """Write the fields that one column gives."""
        if one.part == "range":
            low, high = bounds(one.column)
            return {"low": _text(low), "high": _text(high)}
        if told.letter == "v":
            return {one.field: _measured(record, one)}
        return {one.field: _text(plain(self.draft, one, told))}

    def _made_up(self, record: Record, told: Field) -> str:
        """Make a key field that the table does not have."""
        if told.letter == "w":
            return str(record.place)
        return self._joined()

    def _codes(self, record: Record) -> dict[str, str]:
        """Write the code fields, missing key fields made up."""
        by_field: dict[str, dict[str, Suggestion]] = {}
        for one in record.columns:
            if record.kind.fields[one.field].letter == "c":
                by_field.setdefault(one.field, {}).setdefault(one.part, one)
        found = {name: self._code(name, parts) for name, parts in by_field.items()}
        found |= self._given(record, found)
        for told in record.kind.fields.values():
            if told.key and told.letter == "c" and told.name not in found:
                code = _default(record, told)
                found[told.name] = _table(code=code, system="datong")
        return found

    def _given(self, record: Record, found: Mapping[str, str]) -> dict[str, str]:
        """Write the codes that a column's being there implies."""
        given = {}
        if record.item is not None:
            code = literal(record.item.part)
            given["item"] = _table(code=code, system="source.item")
            if record.item.unit and "unit" not in found:
                given["unit"] = _table(code=literal(record.item.unit), system="ucum")
        if record.kind.name == "identifier":
            given["type"] = _table(code=literal(record.group), system="datong")
            stated = [s for s in self.draft.suggestions if s.place[:2] == IDENTITY]
            if record.group == "id_card" and stated:
                given["type"] = self._code("type", {"": stated[0]})
        if record.kind.name == "order" and "type" not in found and "item" in found:
            given["type"] = _table(code="'drug'", system="datong")
        return given

    def _code(self, name: str, parts: Mapping[str, Suggestion]) -> str:
        """Write one code field from the columns of its parts."""
        code, text = parts.get("code"), parts.get("text")
        main = code or text or next(iter(parts.values()))
        words = quoted(text.column) if text else ""
        if text and "strength" in parts:
            words = f"concat_ws(' ', {words}, {quoted(parts['strength'].column)})"
        said: dict[str, str] = {}
        mapped = self._values(name, main)
        if code or mapped or not text:
            said["code"] = quoted(main.column)
        if words and words != said.get("code"):
            said["text"] = words
        if mapped:
            system = "ucum" if "unit" in name else ""
            return _table(**said, system=system, values=mapped)
        return _table(**said, system=system_of(self.draft, main))

    def _values(self, name: str, one: Suggestion) -> str:
        """Write the value map of a column whose words we know; return its path."""
        found = meant(self.draft, name, one)
        if not found:
            return ""
        safe = re.sub(r"[^\w-]", "_", f"{self.draft.table.name}.{one.column}")
        out = io.StringIO()
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(["from", "to", "text", "by", "on"])
        lines.writerows([v, *to, "datong draft", ""] for v, to in found.items())
        self.values[f"values/{safe}.csv"] = out.getvalue()
        return f"values/{safe}.csv"

    def _ignored(self) -> list[str]:
        """Write why some columns are left out."""
        used = {one.column for record in self.records for one in record.columns}
        used |= {self.person, self.visit, *self.grain}
        used |= {name for piece in self.draft.pieces for name in piece.columns}
        used |= {name for name, _ in self.draft.table.totals}
        left = [one for one in self.draft.suggestions if one.column not in used]
        why = {
            s.column: s.evidence[0].en if s.evidence else "no record of it is made"
            for s in left
        }
        lines = [f"{_key(column)} = {_text(said)}" for column, said in why.items()]
        return ["", "[ignored]", *lines] if lines else []

    def _silent(self) -> list[str]:
        """Write the rules that name the rows that give no record."""
        lines = []
        if self.draft.table.totals:
            lines.append(f'"sum of other rows" = {_text(is_total(self.draft))}')
        whens = [one.when for one in self.records]
        if "true" not in whens and whens:
            none = " and ".join(f"not ({when})" for when in whens)
            lines.append(f'"nothing filled" = {_text(none)}')
        return ["", "[silent]", *lines] if lines else []


IDENTITY = ("identifier", "type")


def meant(draft: Draft, name: str, one: Suggestion) -> dict[str, tuple[str, str]]:
    """Return the words of a coded column that we know: word: (code, text)."""
    known = known_values("unit" if name.endswith("unit") else name)
    seen = [value for value, _ in draft.table.column(one.column).values]
    return {v: known[v.lower()] for v in seen if v.lower() in known}


def _measured(record: Record, one: Suggestion) -> str:
    """Write a value: its text, and the number beside it where there is one."""
    text = record.column("value", "") or one.column
    number = record.column("value", "number") or text
    item = record.item
    if item is not None and is_item(one):
        text = number = item.column
    parts = {
        "text": quoted(text),
        "number": f"number_of({quoted(number)})",
        "operator": f"operator_of({quoted(text)})",
    }
    return _table(**parts)


def _default(record: Record, told: Field) -> str:
    """Write the code of a key field that the table does not have."""
    if told.name != "role":
        return "'unknown'"
    rank = record.column("rank")
    if rank:
        first = f"whole_of({quoted(rank)}) = 1"
        return f"case when {first} then 'primary' else 'secondary' end"
    return "'primary'" if record.place == 1 else "'secondary'"


@cache
def known_values(name: str) -> dict[str, tuple[str, str]]:
    """Return what the words of a coded field mean: word: (code, text)."""
    text = (WORDS / "values.csv").read_text(encoding="utf-8")
    return {
        word: (line["to"], line["text"])
        for line in csv.DictReader(text.splitlines())
        if line["field"] == name
        for word in line["words"].split("|")
    }


def _system(part: str, system: str, value: str) -> list[str]:
    """Write `[person]` or `[encounter]`."""
    if not value:
        return []
    return ["", f"[{part}]", f"system = {_text(system)}", f"value = {_text(value)}"]


def _reads(table: str) -> str:
    """Name a table as its mapping does."""
    return f"source.{re.sub(r'[.:/]', '_', table)}"


def _text(text: str) -> str:
    """Write a text in TOML, in the way that needs the fewest escapes."""
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    return _key(text)


def _key(text: str) -> str:
    """Write a text in double quotes; TOML reads the escapes of JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(texts: Sequence[str]) -> str:
    """Write a list of texts."""
    return "[" + ", ".join(map(_text, texts)) + "]"


def _value(said: object) -> str:
    """Write any value."""
    if isinstance(said, list | tuple):
        return _list([str(one) for one in said])
    return str(said) if isinstance(said, int) else _text(str(said))


def _table(**said: str) -> str:
    """Write an inline table, empty words left out."""
    parts = ", ".join(f"{key} = {_text(value)}" for key, value in said.items() if value)
    return "{ " + parts + " }"
