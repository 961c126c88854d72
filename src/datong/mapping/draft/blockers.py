"""What only the owner of a source can answer: it has no default.

In:  the draft of a table.
Out: questions, each with a code that is found again in reviews.
"""

import re
from collections.abc import Iterator

from datong.core.say import Say
from datong.mapping.draft.drafted import Blocker, Draft

VOID = re.compile(
    r"(已|被)?(作废|取消|撤销|退费|退药|退号|冲销|红冲|冲正|删除|无效)(记录)?"
    r"|cancel+ed|void(ed)?|revers(ed|al)|entered.in.error|deleted|refund(ed)?",
    re.IGNORECASE,
)


def blockers_of(draft: Draft) -> tuple[Blocker, ...]:
    """Collect the questions of one table."""
    if not draft.kind:
        return ()
    return tuple(_all(draft))


def _all(draft: Draft) -> Iterator[Blocker]:
    """Ask all that must be asked."""
    name = draft.table.name
    yield Blocker(
        "delivery",
        name,
        "",
        Say(
            "Is each delivery whole, or only what is new or changed?",
            "每次交付是全量，还是仅新增或变更的部分？",
        ),
    )
    if draft.times:
        yield Blocker(
            "zone",
            name,
            "",
            Say("In which time zone are the times?", "时间属于哪个时区？"),
        )
    yield from _void(draft)
    yield from _units(draft)
    yield from _swapped(draft)
    yield from _people(draft)
    yield from _zeros(draft)
    if draft.table.doubled:
        ask = Say(
            f"{draft.table.doubled:,} rows are exact copies: exported twice, or meant?",
            f"有 {draft.table.doubled:,} 行完全重复：是重复导出，还是确有其事？",
        )
        yield Blocker("copies", name, "", ask)


def _void(draft: Draft) -> Iterator[Blocker]:
    """Ask about rows that seem to be cancelled."""
    for one in draft.table.columns:
        voids = [value for value, _ in one.values if VOID.fullmatch(value)]
        if voids and one.distinct <= 40:
            ask = Say(
                f"Are rows with {', '.join(voids[:3])} void, and may they be left out?",
                f"{'、'.join(voids[:3])} 的行是否无效、可否不计？",
            )
            yield Blocker("cancelled", draft.table.name, one.name, ask)


def _units(draft: Draft) -> Iterator[Blocker]:
    """Ask for the unit of numbers that stand without one."""
    units = {"lab_result": "unit", "vital_sign": "unit", "order": "dose_unit"}
    units |= {"administration": "dose_unit", "device_reading": "unit"}
    for kind, unit in units.items():
        if draft.column_of(kind, unit) or kind != draft.kind:
            continue
        field = "dose" if unit == "dose_unit" else "value"
        for one in draft.suggestions:
            if one.kind == kind and one.field == field:
                ask = Say("In which unit is this number?", "该数值的单位是什么？")
                yield Blocker("unit", draft.table.name, one.column, ask)


def _swapped(draft: Draft) -> Iterator[Blocker]:
    """Ask which of two numbers is the day."""
    for column, read in draft.times.items():
        if read.is_swappable:
            ask = Say("Is the day first, or the month?", "日在前，还是月在前？")
            yield Blocker("day-month", draft.table.name, column, ask)


def _people(draft: Draft) -> Iterator[Blocker]:
    """Ask by what a row is joined to its patient."""
    if draft.kind in {"organization", "practitioner"}:
        return
    if not any(one.field in {"person", "local_id"} for one in draft.suggestions):
        ask = Say(
            "No column names the patient: by which other table is one found?",
            "没有患者列：应经由哪张表找到患者？",
        )
        by = next((join for join in draft.joins if join.person), None)
        if by is not None:
            ask = BY.with_(
                column=by.column,
                key=f"{by.to_table}.{by.to_column}",
                share=f"{by.share:.0%}",
                person=by.person,
            )
        yield Blocker("person", draft.table.name, by.column if by else "", ask)


BY = Say(
    "No column names the patient. {column} is the key {key} in {share} of its values,"
    " and {person} there names one: is that the way?",
    "没有患者列。{column} 的取值有 {share} 见于主键 {key}，该表的 {person}"
    "为患者：是否经此找到患者？",
)


def _zeros(draft: Draft) -> Iterator[Blocker]:
    """Ask about numbers that seem to have lost leading zeros or last digits."""
    for one in draft.table.columns:
        values = [value for value, _ in one.values]
        if any("E+" in value.upper() and value[:1].isdigit() for value in values):
            ask = Say(
                "Long numbers were rounded (4.4E+17).", "长号码已被舍入（4.4E+17）。"
            )
            yield Blocker("digits", draft.table.name, one.name, ask)
