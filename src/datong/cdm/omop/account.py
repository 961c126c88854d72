"""What became of each record: kept, folded into another row, or left out, and why.

An account is a query over one kind of record with columns part (kept, merged, silent),
why (the name of the rule, else the part) and rows. Its rows add up to the records read,
so that the run can write a ledger entry that balances. `grain` says over what it is to
be run, as for a view.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from datong.cdm.omop.events import all_events
from datong.cdm.omop.rules import (
    CANCELLED,
    DELETED,
    EVERY,
    IN_ERROR,
    NO_BIRTH_YEAR,
    NO_DATE,
    NO_TABLE,
    NO_VISIT,
    Rule,
    first_of,
)
from datong.cdm.omop.tables import cost, note, payer_plan_period, visit_detail
from datong.cdm.omop.tables import visit_occurrence as visit
from datong.cdm.omop.view import Grain, View, sources
from datong.standards.records import all_kinds

ADMITTED = 'left join "omop_admitted" p on p.person_id = e.person'
PERSON = 'left join "omop_person" p on p.person_id = e.person'
VISIT = (
    'left join "omop_visit_occurrence" v on v.visit_occurrence_id = e.encounter'
    " and v.person_id = e.person"
)


@dataclass(frozen=True, slots=True)
class _Book:
    """How one kind that is no event is accounted for."""

    rules: tuple[Rule, ...]
    joins: str = f"{ADMITTED}\n{VISIT}"
    grain: Grain = "organization"
    start: str = "e.time"
    # True of a record that was folded into another row; its rule comes after the rest.
    merged: str = "false"


WRONG = (DELETED, IN_ERROR, CANCELLED)
BOOKS: Mapping[str, _Book] = {
    "person": _Book(
        (*WRONG, NO_BIRTH_YEAR), PERSON, "all", merged="p._record <> e.record"
    ),
    "encounter": _Book(
        visit.RULES,
        f'{ADMITTED}\nleft join "omop_visit_occurrence" v'
        " on v.visit_occurrence_id = e.encounter",
        merged="v._record <> e.record",
    ),
    "transfer": _Book(visit_detail.RULES),
    "note": _Book(note.RULES, start=note.START),
    "fee_line": _Book(cost.RULES),
    "settlement": _Book(cost.RULES),
    "coverage": _Book(payer_plan_period.RULES, PERSON, "all"),
    "organization": _Book(
        (DELETED,),
        'left join "omop_care_site" s on s._organization = e.organization'
        " and s._code = e.code",
        "all",
        merged="s._record <> e.record",
    ),
    "practitioner": _Book(
        (DELETED,),
        'left join "omop_provider" s on s._organization = e.organization'
        " and s._source = e.source and s._number = e.number",
        "all",
        merged="s._record <> e.record",
    ),
}


def account(kind: str, kinds: Collection[str] | None = None) -> View:
    """Return the account of one kind of record; `kinds` as for `views`."""
    book = BOOKS.get(kind) or _of_event(kind)
    source = sources(frozenset(all_kinds() if kinds is None else kinds))[kind]
    why = first_of(book.rules, book.start)
    sql = f"""select case when why in ('kept', 'merged') then why else 'silent' end
    as part, why, count(*) as rows
from (select case when why = 'kept' and folded then 'merged' else why end as why
  from (select {why} as why, coalesce({book.merged}, false) as folded
    from {source} e
    {book.joins}) told) summed
group by why order by why"""
    return View(f"account_{kind}", sql, book.grain, published=False)


def accounts(kinds: Collection[str] | None = None) -> tuple[View, ...]:
    """Return the account of every kind that is not in the vault."""
    named = all_kinds() if kinds is None else kinds
    held = (k for k in sorted(named) if not all_kinds()[k].vault)
    return tuple(account(kind, kinds) for kind in held)


def rules() -> dict[str, Rule]:
    """Return every rule by its name, for those who must explain a ledger."""
    told = (rule for event in all_events() for rule in event.all_rules)
    kept = (rule for book in BOOKS.values() for rule in book.rules)
    shared = (*EVERY, NO_DATE, NO_VISIT, NO_TABLE)
    return {rule.name: rule for rule in (*shared, *told, *kept)}


def _of_event(kind: str) -> _Book:
    """Return how a kind of event is accounted for: by its main event."""
    for event in all_events():
        if event.kind == kind:
            return _Book(event.all_rules, start=event.start)
    return _Book((NO_TABLE,), joins="")
