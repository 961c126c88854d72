"""A drafted mapping file, ready to run and to be corrected.

In:  a draft, and how the table's files are written.
Out: the text of a TOML file and of the value maps beside it.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from datong.engine.duckdb import literal, quoted
from datong.mapping.draft.entries import all_entries
from datong.mapping.draft.expressions import (
    bounds,
    filled,
    is_total,
    no_total,
    plain,
    system_of,
)
from datong.mapping.draft.looks import WORDS
from datong.mapping.draft.match import group_of
from datong.mapping.draft.suggest import Draft, Suggestion
from datong.standards.record import Field, RecordKind
from datong.standards.records import all_kinds

PERSON, VISIT = "source.person", "source.visit"
NO_PERSON = {"organization", "practitioner"}
# Without this field a row gives no record of the kind.
ESSENTIAL = {
    "lab_result": ("value",),
    "vital_sign": ("value",),
    "diagnosis": ("diagnosis",),
    "procedure": ("procedure",),
    "dispensing": ("dispense_number", "quantity", "item", "batch"),
    "identifier": ("value",),
    "coverage": ("plan",),
    "note": ("text",),
    "immunization": ("vaccine",),
    "allergy": ("substance",),
    "order": ("item", "order_number"),
    "administration": ("item", "event_number"),
    "fee_line": ("amount", "item"),
    "settlement": ("total", "settlement_number", "drg"),
}


@dataclass(slots=True)
class Record:
    """One `[[record]]` that is to be written."""

    kind: RecordKind
    columns: list[Suggestion] = field(default_factory=list)
    group: str = ""
    when: str = "true"


@dataclass(frozen=True, slots=True)
class Written:
    """A mapping file and its value maps, by path below the mapping folder."""

    toml: str
    values: Mapping[str, str]


def can_write(draft: Draft) -> bool:
    """Say whether a mapping can be written: there is a kind, and somebody it is of."""
    if not draft.kind:
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
        self.draft, self.values = draft, dict[str, str]()
        self.person = next(
            (s.column for s in draft.suggestions if s.field in {"person", "local_id"}),
            "",
        )
        self.visit = next(
            (
                s.column
                for s in draft.suggestions
                if s.field in {"encounter", "number"}
                and (s.field == "encounter" or s.kind == "encounter")
            ),
            "",
        )
        self.records = [one for one in self._records() if self._is_whole(one)]

    def text(self, files: Mapping[str, object], edition: str) -> str:
        """Return the TOML."""
        draft = self.draft
        grain = draft.grain or tuple(one.name for one in draft.table.columns)
        lines = [
            f"# Drafted by datong: {draft.kind}, confidence {draft.confidence:.2f}.",
            *(f"# ? {b.code} {b.column}: {b.ask.en} {b.ask.zh}" for b in draft.blockers),
            f"edition = {_text(edition)}",
            f"reads = {_text('source.' + re.sub(r'[.:/]', '_', draft.table.name))}",
            f"grain = {_list(grain)}",
            'zone = "Asia/Shanghai"',
            "",
            "[files]",
            *(f"{key} = {_value(said)}" for key, said in files.items()),
        ]
        if self.person:
            lines += ["", "[person]", f"system = {_text(PERSON)}"]
            lines.append(f"value = {_text(quoted(self.person))}")
        if self.visit:
            lines += ["", "[encounter]", f"system = {_text(VISIT)}"]
            lines.append(f"value = {_text(quoted(self.visit))}")
        lines += self._ignored()
        for record in self.records:
            lines += self._record(record)
        lines += self._silent()
        return "\n".join(lines) + "\n"

    def _records(self) -> list[Record]:
        """Sort the suggestions into records: by kind, group and measured item."""
        found: dict[tuple[str, str], Record] = {}
        kinds = all_kinds()
        seen: dict[tuple[str, str, str], int] = {}
        for one in self.draft.suggestions:
            if not one.field or one.field in {"person", "encounter", "local_id"}:
                continue
            key = self._group(one, seen)
            record = found.setdefault((one.kind, key), Record(kinds[one.kind], [], key))
            record.columns.append(one)
        if self.draft.kind in {"person", "encounter"}:
            main = (self.draft.kind, "")
            found.setdefault(main, Record(kinds[self.draft.kind]))
        records = list(found.values())
        self._share(records)
        for record in records:
            record.when = self._when(record)
        return sorted(records, key=lambda one: one.kind.name != self.draft.kind)

    def _group(self, one: Suggestion, seen: dict[tuple[str, str, str], int]) -> str:
        """Name the record of a column among those of its kind in a row."""
        if one.kind == "identifier":
            return "" if one.field != "value" else one.part
        if _is_item(one):
            return f"item {one.part}"
        if one.kind in {"diagnosis", "procedure"}:
            seen[one.place] = seen.get(one.place, 0) + 1
            return group_of(one.column) or ("" if seen[one.place] == 1 else "again")
        return ""

    def _share(self, records: list[Record]) -> None:
        """Let records beside the main one use what it says of the same thing."""
        for record in records:
            if record.group.startswith("item "):
                for other in records:
                    if other.kind is record.kind and not other.group:
                        record.columns += other.columns
        wide = {r.kind.name for r in records if r.group.startswith("item ")}
        records[:] = [r for r in records if r.group or r.kind.name not in wide]
        main = [r for r in records if r.kind.name == self.draft.kind and not r.group]
        for record in records:
            if record.kind.name in {"identifier", "person", "encounter"} or not main:
                continue
            has = {one.field for one in record.columns}
            for one in main[0].columns:
                letter = record.kind.fields.get(one.field)
                mine = main[0].kind.fields[one.field].letter
                if one.field == "time_end" or one.field in has:
                    continue
                if letter and letter.letter == mine:
                    record.columns.append(one)

    def _when(self, record: Record) -> str:
        """Write the condition under which a row gives this record."""
        names = ESSENTIAL.get(record.kind.name, ())
        columns = [
            one.column
            for name in names
            for one in record.columns
            if one.field == name and one.part != "strength" and one.column
        ]
        if record.group.startswith("item "):
            columns = [one.column for one in record.columns if _is_item(one)]
        first = next((n for n in names if any(c.field == n for c in record.columns)), "")
        columns = [
            c
            for c in columns
            if any(one.column == c and one.field == first for one in record.columns)
        ]
        parts = ["(" + " or ".join(map(filled, columns)) + ")"] if columns else []
        if self.draft.table.totals:
            parts.append(no_total(self.draft))
        return " and ".join(parts) or "true"

    def _is_whole(self, record: Record) -> bool:
        """Say whether a record has what makes it one."""
        names = ESSENTIAL.get(record.kind.name)
        if record.kind.name in {"person", "encounter"}:
            return record.kind.name == self.draft.kind or self._may_stand(record)
        has = {one.field for one in record.columns}
        return names is None or bool(has & set(names))

    def _may_stand(self, record: Record) -> bool:
        """Say whether a person or visit may be made of another table's rows."""
        return record.kind.name == "person" and self.draft.kind == "encounter"

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
        for one in record.columns:
            told = record.kind.fields[one.field]
            if told.letter == "c" or one.field in found:
                continue
            if one.part == "range":
                low, high = bounds(one.column)
                found |= {"low": _text(low), "high": _text(high)}
            elif told.letter == "v":
                found[one.field] = self._measured(record, one)
            elif one.field not in {"local_id", "number"} or record.kind.name == "practitioner":
                found[one.field] = _text(plain(self.draft, one, told))
        if "collected" in found and "time" not in found:
            found["time"] = found["collected"]
        if "available" in found and "time" not in found:
            found["time"] = found["available"]
        for told in record.kind.fields.values():
            if told.key and told.letter != "c" and told.name not in found:
                made = self._made_up(record, told)
                if made:
                    found[told.name] = _text(made)
        return found

    def _measured(self, record: Record, one: Suggestion) -> str:
        """Write a value: its text, and the number beside it where there is one."""
        number = next(
            (c.column for c in record.columns if (c.field, c.part) == ("value", "number")),
            "",
        )
        text = next(
            (c.column for c in record.columns if (c.field, c.part) == ("value", "")),
            one.column,
        )
        if _is_item(one):
            text, number = one.column, ""
        parts = {
            "text": quoted(text),
            "number": f"number_of({quoted(number or text)})",
            "operator": f"operator_of({quoted(text)})",
        }
        return "{ " + ", ".join(f"{k} = {_text(v)}" for k, v in parts.items()) + " }"

    def _made_up(self, record: Record, told: Field) -> str:
        """Make a key field that the table does not have."""
        if told.name in {"local_id", "number"} and record.kind.name in {
            "person",
            "encounter",
        }:
            return ""
        if told.letter == "w":
            return str(self._place(record))
        grain = self.draft.grain or tuple(c.name for c in self.draft.table.columns)
        listed = ", ".join(quoted(name) for name in grain)
        return f"concat_ws('|', {listed})"

    def _place(self, record: Record) -> int:
        """Count a record among those of its kind, from 1."""
        alike = [one for one in self.records if one.kind is record.kind]
        return alike.index(record) + 1

    def _codes(self, record: Record) -> dict[str, str]:
        """Write the code fields, missing key fields made up."""
        by_field: dict[str, dict[str, Suggestion]] = {}
        for one in record.columns:
            if record.kind.fields[one.field].letter == "c":
                by_field.setdefault(one.field, {}).setdefault(one.part, one)
        found = {name: self._code(record, name, p) for name, p in by_field.items()}
        for one in record.columns:
            if _is_item(one) and record.group == f"item {one.part}":
                found["item"] = _table(code=literal(one.part), system="source.item")
                if one.unit and "unit" not in found:
                    found["unit"] = _table(code=literal(one.unit), system="ucum")
        if record.kind.name == "identifier" and record.group:
            found["type"] = _table(code=literal(record.group), system="datong")
            stated = self._identity_type()
            if record.group == "id_card" and stated:
                found["type"] = self._code(record, "type", {"": stated})
        for told in record.kind.fields.values():
            if told.key and told.letter == "c" and told.name not in found:
                said = self._default(record, told)
                found[told.name] = _table(code=said, system="datong")
        if record.kind.name == "order" and "type" not in found and "item" in found:
            found["type"] = _table(code="'drug'", system="datong")
        return found

    def _identity_type(self) -> Suggestion | None:
        """Return the column that tells the type of an identity number."""
        return next(
            (
                one
                for one in self.draft.suggestions
                if (one.kind, one.field) == ("identifier", "type")
            ),
            None,
        )

    def _default(self, record: Record, told: Field) -> str:
        """Write the code of a key field that the table does not have."""
        if told.name != "role":
            return "'unknown'"
        rank = next((c.column for c in record.columns if c.field == "rank"), "")
        if rank:
            first = f"whole_of({quoted(rank)}) = 1"
            return f"case when {first} then 'primary' else 'secondary' end"
        return "'primary'" if self._place(record) == 1 else "'secondary'"

    def _code(self, record: Record, name: str, parts: Mapping[str, Suggestion]) -> str:
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
        if words and (words != said.get("code")):
            said["text"] = words
        if mapped:
            return _table(
                **said, system="ucum" if "unit" in name else "", values=mapped
            )
        return _table(**said, system=system_of(self.draft, main))

    def _values(self, name: str, one: Suggestion) -> str:
        """Write the value map of a column whose words we know; return its path."""
        known = known_values("unit" if name.endswith("unit") else name)
        seen = [value for value, _ in self.draft.table.column(one.column).values]
        found = {v: known[v.lower()] for v in seen if v.lower() in known}
        if not found:
            return ""
        safe = re.sub(r"[^\w-]", "_", f"{self.draft.table.name}.{one.column}")
        path = f"values/{safe}.csv"
        out = io.StringIO()
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(["from", "to", "text", "by", "on"])
        lines.writerows([v, to, text, "datong draft", ""] for v, (to, text) in found.items())
        self.values[path] = out.getvalue()
        return path

    def _ignored(self) -> list[str]:
        """Write why some columns are left out."""
        used = {one.column for record in self.records for one in record.columns}
        used |= {self.person, self.visit, *(self.draft.grain or ())}
        used |= {c for piece in self.draft.pieces for c in piece.columns}
        used |= {column for column, _ in self.draft.table.totals}
        left = [one for one in self.draft.suggestions if one.column not in used]
        if not left or not self.draft.grain:
            return []
        lines = ["", "[ignored]"]
        for one in left:
            said = one.evidence[0].en if one.evidence else "no record of it is made"
            lines.append(f"{_text(one.column)} = {_text(said)}")
        return lines

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


@cache
def _items() -> frozenset[tuple[str, str]]:
    """Return the measured items that a column may be named after."""
    return frozenset((one.kind, one.item) for one in all_entries() if one.item)


def _is_item(one: Suggestion) -> bool:
    """Say whether a column is a measurement of its own."""
    return one.field == "value" and (one.kind, one.part) in _items()


def _text(text: str) -> str:
    """Write a text in TOML, in the way that needs the fewest escapes."""
    if "'" not in text and "\n" not in text:
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)


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
