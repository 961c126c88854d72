"""How a kind of record tells an event, and how an OMOP table takes it.

A kind (events/) offers words: SQL over the record `e`. A table (tables/) has cells that
ask for words in braces. So ten kinds and six tables need sixteen small files, and the
domain of the standard concept decides which kind's record goes to which table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from datong.cdm.omop.rules import EVERY, NO_DATE, Rule, none_of
from datong.cdm.omop.view import FURTHER, View, columns, lineage, nothing

ROUTABLE = {
    "Condition": "condition_occurrence",
    "Procedure": "procedure_occurrence",
    "Drug": "drug_exposure",
    "Device": "device_exposure",
    "Measurement": "measurement",
    "Observation": "observation",
}
ANY = frozenset(ROUTABLE.values())
# A concept in these roles must be of this domain; any other counts as no concept.
ROLES = {"unit": "Unit", "route": "Route", "specimen": "Specimen", "answer": None}


@dataclass(frozen=True, slots=True)
class Event:
    """What a kind of record says of an event.

    `code` is the field that names what happened, `table` where it goes when no
    standard concept says otherwise, `goes` the tables that a concept may send it to.
    `type` is SQL for the type concept. `codes` maps a role (unit, route, ...) to a code
    field, `provider` is the reference to who did it. `words` is all else that the kind
    can say. `slot` tells apart events of one record that may meet in one table.
    """

    kind: str
    table: str
    code: str
    type: str
    words: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    provider: str = ""
    rules: tuple[Rule, ...] = ()
    goes: frozenset[str] = ANY
    slot: int = 0
    start: str = "coalesce(e.time, v.visit_start_datetime, v.visit_start_date)"
    # Constant system and code, for a question that the record's field itself asks.
    asks: str = ""

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """Return every reason to leave a record out, in order."""
        return (*EVERY, *self.rules, NO_DATE)


@dataclass(frozen=True, slots=True)
class EventTable:
    """An OMOP table that takes events; a cell may ask for `{words}` of the event."""

    table: str
    cells: Mapping[str, str]


class _Words(dict[str, str]):
    """The words of an event; what it does not say is null."""

    def __missing__(self, _: str) -> str:
        """Answer for a word that the kind does not know."""
        return "null"


def view_of(
    table: EventTable, events: tuple[Event, ...], present: Mapping[str, str]
) -> View:
    """Make the view of a table from every event that may come into it."""
    branches = []
    for event in events:
        if event.table == table.table:
            branches.append(_branch(table, event, present, by_default=True))
        elif table.table in event.goes:
            branches.append(_branch(table, event, present, by_default=False))
    sql = "\nunion all\n".join(branches) or nothing(table.table)
    return View(table.table, sql, "organization")


def key_of(event: Event, name: str) -> tuple[str, str]:
    """Write system and code under which a code field is found in `concept_of`.

    A field without a system has one of its own, KIND.FIELD; where the code is missing,
    the text stands for it.
    """
    system = f"coalesce(e.{name}_system, '{event.kind}.{name}')"
    return system, f"coalesce(e.{name}_code, e.{name}_text)"


def _branch(
    table: EventTable, event: Event, present: Mapping[str, str], *, by_default: bool
) -> str:
    """Write the part of a table that comes from one kind of event."""
    words = _words(event)
    cells = {name: cell.format_map(words) for name, cell in table.cells.items()}
    marks = lineage("e") | {"_why": "'kind'" if by_default else "'domain'"}
    where = none_of(event.all_rules, event.start)
    if by_default:
        where += f"\n  and {_stays(event)}"
    select = columns(table.table, cells, marks)
    joined = _joins(event, select + where)
    code = _code_join(event, "" if by_default else table.table)
    lines = [f"select {select}", f"from {present[event.kind]} e", code, *joined]
    return "\n".join([*lines, f"where {where}"])


def _stays(event: Event) -> str:
    """Write that no concept sends the record to another table."""
    others = ", ".join(f"'{t}'" for t in sorted(event.goes - {event.table}))
    elsewhere = f"coalesce(c.routes in ({others}), false)" if others else "false"
    return f"not {elsewhere}"


def _code_join(event: Event, only: str = "") -> str:
    """Write the join with the concepts of the code; with those of one table only."""
    system, code = key_of(event, event.code)
    if event.asks:
        system, code = "'datong'", f"'{event.asks}'"
    on = f"c on c.system = {system} and c.code = {code}"
    if not only:
        return f'left join "concept_of" {on}'
    return f"join (select * from \"concept_of\" where routes = '{only}') {on}"


def _joins(event: Event, sql: str) -> list[str]:
    """Write the joins that the SQL needs: every one costs, so only those."""
    found = {
        "v": 'left join "omop_visit_occurrence" v'
        " on v.visit_occurrence_id = e.encounter and v.person_id = e.person",
        "w": 'left join "omop_provider" w on w._organization = e.organization'
        f" and w._source = e.source and w._number = e.{event.provider}",
    }
    for role, name in event.codes.items():
        system, code = key_of(event, name)
        found[role] = (
            f'left join "concept_of" {role} on {role}.system = {system}'
            f" and {role}.code = {code} and {role}.target = 0"
        )
    person = 'join "omop_admitted" p on p.person_id = e.person'
    return [person, *(join for name, join in found.items() if f"{name}." in sql)]


def _words(event: Event) -> _Words:
    """Write what an event says."""
    _, code = key_of(event, event.code)
    start = event.start
    words = _Words(
        {
            "id": _id(event),
            "person": "e.person",
            "concept": "coalesce(c.concept_id, 0)",
            "source_concept": "coalesce(c.source_concept_id, 0)",
            "source_value": code,
            "value_concept": "c.value_as_concept_id",
            "start_date": f"cast({start} as date)",
            "start_datetime": _datetime("coalesce(e.time, v.visit_start_datetime)"),
            "end_date": "cast(e.time_end as date)",
            "end_datetime": _datetime("e.time_end"),
            "type": event.type,
            "visit": "v.visit_occurrence_id",
            "provider": "w.provider_id" if event.provider else "null",
        }
    )
    for role, name in event.codes.items():
        words |= _role(event, role, name)
    words |= event.words
    return words


def _role(event: Event, role: str, name: str) -> dict[str, str]:
    """Write what the code in a role says: a concept of the right domain or 0."""
    domain, (_, code) = ROLES[role], key_of(event, name)
    right = f"{role}.domain = '{domain}'" if domain else f"{role}.concept_id > 0"
    return {
        role: f"case when {right} then {role}.concept_id"
        f" when {role}.system is not null then 0 end",
        f"{role}_source": f"{role}.source_concept_id",
        # The code of a unit is UCUM's; what the source wrote is its text.
        f"{role}_text": f"coalesce(e.{name}_text, {code})" if role == "unit" else code,
    }


def _datetime(time: str) -> str:
    """Write a time, or null where the source gave no time of day."""
    coarse = "e.time_precision in ('year', 'month', 'day')"
    return f"case when {coarse} then null else {time} end"


def _id(event: Event) -> str:
    """Write the key of a row: the record's number, further rows far above it."""
    slot = f" + {event.slot * 16 * FURTHER}" if event.slot else ""
    return f"e.record + coalesce(c.target, 0) * {FURTHER}{slot}"
