"""Which records a row of a drafted table gives, and under which condition each.

In:  a draft.
Out: one `Record` for each `[[record]]` of the mapping, with its columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from datong.mapping.draft.choose import group_of
from datong.mapping.draft.drafted import Draft, Suggestion
from datong.mapping.draft.entries import all_entries
from datong.mapping.draft.expressions import filled, no_total
from datong.standards.record import RecordKind
from datong.standards.records import all_kinds

# Without one of these fields a row gives no record of the kind; the first that the
# table has decides.
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
NAMING = {"person", "encounter", "local_id"}  # said once, above the records


@dataclass(slots=True)
class Record:
    """One `[[record]]` that is to be written."""

    kind: RecordKind
    columns: list[Suggestion] = field(default_factory=list)
    group: str = ""  # of repeated columns; the type of an identifier; `item` and item
    when: str = "true"
    place: int = 1  # among the records of its kind

    def column(self, name: str, part: str | None = None) -> str:
        """Return the column of a field, or nothing."""
        return next(
            (
                one.column
                for one in self.columns
                if one.field == name and (part is None or one.part == part)
            ),
            "",
        )

    @property
    def item(self) -> Suggestion | None:
        """Return the column that is the measurement of this record itself."""
        return next(
            (
                one
                for one in self.columns
                if is_item(one) and self.group == f"item {one.part}"
            ),
            None,
        )


def arrange(draft: Draft) -> list[Record]:
    """Sort the suggestions of a table into records, the table's own kind first."""
    records = _sorted_in(draft)
    _widen(records)
    _share(draft, records)
    for record in records:
        record.when = _when(draft, record)
    whole = [record for record in records if _is_whole(draft, record)]
    for record in whole:
        alike = [one for one in whole if one.kind is record.kind]
        record.place = alike.index(record) + 1
    return sorted(whole, key=lambda one: one.kind.name != draft.kind)


def _sorted_in(draft: Draft) -> list[Record]:
    """Put each suggestion into its record."""
    kinds = all_kinds()
    found: dict[tuple[str, str], Record] = {}
    seen: dict[tuple[str, str, str], int] = {}
    for one in draft.suggestions:
        if one.field and one.field not in NAMING:
            group = _group(one, seen)
            empty = Record(kinds[one.kind], [], group)
            found.setdefault((one.kind, group), empty).columns.append(one)
    if draft.kind in {"person", "encounter"}:
        found.setdefault((draft.kind, ""), Record(kinds[draft.kind]))
    return list(found.values())


def _group(one: Suggestion, seen: dict[tuple[str, str, str], int]) -> str:
    """Name the record of a column among those of its kind in a row."""
    if one.kind == "identifier":
        return one.part if one.field == "value" else ""
    if is_item(one):
        return f"item {one.part}"
    if one.kind in {"diagnosis", "procedure"}:
        seen[one.place] = seen.get(one.place, 0) + 1
        return group_of(one.column) or ("" if seen[one.place] == 1 else "again")
    return ""


def _widen(records: list[Record]) -> None:
    """Give each measured column of a wide table what stands for all of them."""
    wide = {one.kind.name for one in records if one.group.startswith("item ")}
    shared = {
        one.kind.name: one.columns
        for one in records
        if one.kind.name in wide and not one.group
    }
    records[:] = [one for one in records if one.group or one.kind.name not in wide]
    for record in records:
        if record.group.startswith("item "):
            record.columns += shared.get(record.kind.name, [])


def _share(draft: Draft, records: Sequence[Record]) -> None:
    """Let records beside the main one use what it says of the same thing."""
    main = [one for one in records if one.kind.name == draft.kind and not one.group]
    for record in records if main else ():
        if record.kind.name in {"identifier", "person", "encounter"}:
            continue
        has = {one.field for one in record.columns} | {"time_end"}
        record.columns += [
            one
            for one in main[0].columns
            if one.field not in has and _same_letter(record.kind, main[0].kind, one)
        ]


def _same_letter(kind: RecordKind, other: RecordKind, one: Suggestion) -> bool:
    """Say whether two kinds have a field of one name and sort."""
    told = kind.fields.get(one.field)
    return told is not None and told.letter == other.fields[one.field].letter


def _when(draft: Draft, record: Record) -> str:
    """Write the condition under which a row gives this record."""
    names = ESSENTIAL.get(record.kind.name, ())
    first = next((name for name in names if record.column(name)), "")
    columns = [
        one.column
        for one in record.columns
        if first and one.field == first and one.part != "strength"
    ]
    if record.item is not None:
        columns = [record.item.column]
    parts = ["(" + " or ".join(map(filled, columns)) + ")"] if columns else []
    if draft.table.totals:
        parts.append(no_total(draft))
    return " and ".join(parts) or "true"


def _is_whole(draft: Draft, record: Record) -> bool:
    """Say whether a record has what makes it one."""
    name = record.kind.name
    if name == "person":
        return draft.kind in {"person", "encounter"}
    if name == "encounter":
        return draft.kind == "encounter"
    names = ESSENTIAL.get(name)
    return names is None or any(record.column(one) for one in names)


@cache
def _items() -> frozenset[tuple[str, str]]:
    """Return the measured items that a column may be named after."""
    return frozenset((one.kind, one.item) for one in all_entries() if one.item)


def is_item(one: Suggestion) -> bool:
    """Say whether a column is a measurement of its own."""
    return one.field == "value" and (one.kind, one.part) in _items()
