"""The facts of the rows: of persons, and of the one who asks towards them.

Persons come from a table (shape `PERSONS`, made at publication); relations are few
and come with the access. The result is the relation `facts` that the compiled policy
speaks of as `f`: a column for each fact of a row.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

import pyarrow as pa

from datong.core.shape import Column, Kind, Shape
from datong.guard.access import Access, Relations
from datong.guard.facts import CONSENTS, FACTS, Of, Sort
from datong.guard.sql import text

PERSONS = "guard_person"
VISITS = "guard_visit"
CONSENTED = "guard_consent"
SHAPE = Shape(
    PERSONS,
    (
        Column("person_key", Kind.WHOLE, required=True),
        Column("birth_date", Kind.DATE),
        Column("sites"),  # where the person has been, joined by |
        Column("vip", Kind.FLAG, required=True),
        Column("retired", Kind.FLAG, required=True),  # merged into another person
    ),
    ("person_key",),
)
VISIT = Shape(
    VISITS,
    (
        Column("person_key", Kind.WHOLE, required=True),
        Column("site"),
        Column("department"),
        Column("starts", Kind.TIME),
        Column("ends", Kind.TIME),
    ),
    ("person_key", "site", "department"),
)
CONSENT = Shape(
    CONSENTED,  # what hospitals handed over, as they said it
    (
        Column("person_key", Kind.WHOLE, required=True),
        Column("purpose", required=True),
        Column("kind", required=True),
        Column("state", required=True),
        Column("starts", Kind.TIME),
        Column("ends", Kind.TIME),
        Column("withdrawn", Kind.TIME),
    ),
    ("person_key", "purpose", "starts"),
)
FEW = 100  # relations that are written into the query
MINOR = 14  # years: under it a guardian acts (PIPL 31)
_NOBODY = {
    Sort.TEXT: "cast(null as varchar)",
    Sort.WHOLE: "cast(null as bigint)",
    Sort.FLAG: "false",
    Sort.SET: "cast([] as varchar[])",
}
_OF_NOBODY = {"resource_class": "''", "resource_grade": "0"}

_AGE = """case when p.birth_date is not null then
    {year} - cast(extract(year from p.birth_date) as bigint)
    - case when strftime(p.birth_date, '%m%d') > '{day}' then 1 else 0 end
  end"""
# A fact's column and how it is found; `r` is there only where one of these needs it.
_OF_PERSON = {
    "resource_site": "cast(null as varchar)",
    "resource_department": "cast(null as varchar)",
    "resource_class": "''",  # of a table whose rows tell of no class
    "resource_grade": "0",
    "resource_departments": "cast([] as varchar[])",
    "resource_age": _AGE,
    "resource_minor": "p.birth_date > cast('{minor}' as date)",
    "resource_vip": "p.vip",
    "resource_retired": "p.retired",
    "resource_sites": "string_split(p.sites, '|')",
}
_OF_RELATION = {
    "consent_kind": "r.consent_kind",
    **{FACTS[name].column: f"r.{FACTS[name].column}" for name in CONSENTS},
    **{
        flag: f"coalesce(r.{flag}, false)"
        for flag in ("in_care", "break_glass", "is_self", "is_guardian")
    },
}
# Whom the site and department of a hat care for, or did lately.
_CARED = """
left join (
    select distinct person_key from {visits} where site = {site}
    and (department is null or {department}) and starts <= {at} and ends > {since}
) c on c.person_key = p.person_key"""

# What hospitals handed over: the strictest of what is in force. The words for it
# happen to stand in the order of their strictness (given, refused, withdrawn).
_TOLD = """
left join (
    select person_key, max(state) as state, max_by(kind, state) as kind from (
        select person_key, kind,
               case when withdrawn <= {at} then 'withdrawn' else state end as state
        from {consents} where purpose = {purpose}
        and (starts is null or starts <= {at}) and (ends is null or ends > {at}))
    group by person_key
) d on d.person_key = p.person_key"""
# A consent that names the one who asks outweighs it, else the stricter counts.
_CONSENT = "case when r.consent_named then {own} else greatest({own}, d.state) end"
_KIND = """case when r.consent_named or d.state is null or {own} >= d.state
    then r.consent_kind else d.kind end"""


def facts(access: Access, view: str, care_days: int, person: int | None = None) -> str:
    """Write the query for the facts that a view asks of persons (or of one person).

    Only what it asks: a query is planned the quicker the less it says.
    """
    on = access.at.date()
    asked = set(re.findall(r"\bf\.(\w+)", view))
    found = {**_OF_PERSON, **_OF_RELATION}
    cared = _cared(access, care_days) if "in_care" in asked else ""
    if cared:
        found["in_care"] += " or c.person_key is not null"
    told = ""
    if any(name.startswith("consent_") for name in asked):
        told, own = _told(access), f"consent_{access.purpose.lower()}"
        found[own] = _CONSENT.format(own=f"r.{own}")
        found["consent_kind"] = _KIND.format(own=f"r.{own}")
    listed = "".join(f", {found[n]} as {n}" for n in found if n in asked)
    said = listed.format(year=on.year, day=f"{on:%m%d}", minor=_years_before(on, MINOR))
    query = f"select p.person_key{said} from {PERSONS} p"
    if asked & set(_OF_RELATION):
        query += " left join relations r on r.person_key = p.person_key"
    query += cared + told
    return query if person is None else f"{query} where p.person_key = {int(person)}"


def _cared(access: Access, days: int) -> str:
    """Write whom the site (and department) of a hat cares for; empty without a site."""
    if access.site is None:
        return ""
    at = access.at.replace(tzinfo=None, microsecond=0)
    department = access.department
    return _CARED.format(
        visits=VISITS,
        site=text(access.site),
        department=f"department = {text(department)}" if department else "true",
        at=f"timestamp '{at}'",
        since=f"timestamp '{at - timedelta(days=days)}'",
    )


def _told(access: Access) -> str:
    """Write what hospitals handed over about consents for the purpose."""
    at = access.at.replace(tzinfo=None, microsecond=0)
    return _TOLD.format(
        consents=CONSENTED, purpose=text(access.purpose), at=f"timestamp '{at}'"
    )


def nobody() -> str:
    """Write the query for the facts of rows that are about nobody.

    Who is nobody is no VIP and not in care: that is known, and not unknown.
    """
    values = (
        f"{_OF_NOBODY.get(fact.column, _NOBODY[fact.sort])} as {fact.column}"
        for fact in FACTS.values()
        if fact.of is Of.ROW
    )
    return f"select {', '.join(values)}"


def relations(known: Relations) -> pa.Table:
    """Put what is known of single persons into a table, one row a person."""
    flags = {
        "in_care": known.in_care,
        "break_glass": known.broken_glass,
        "is_self": known.selves,
        "is_guardian": known.guarded,
        "consent_named": known.consents_named,
    }
    keys = sorted(set().union(*flags.values(), known.consents))
    columns: dict[str, pa.Array] = {"person_key": pa.array(keys, pa.int64())}
    for name, members in flags.items():
        columns[name] = pa.array((key in members for key in keys), pa.bool_())
    columns["consent_kind"] = _texts(known.consent_kinds.get(key) for key in keys)
    for name in CONSENTS:
        purpose = name.removeprefix("consent.").upper()
        states = (known.consents.get(key, {}).get(purpose) for key in keys)
        columns[FACTS[name].column] = _texts(states)
    return pa.table(columns)


def written(known: pa.Table) -> str:
    """Write relations into the query, where they are few; empty where they are many.

    A query that says them itself is planned quicker than one that reads a table.
    """
    if known.num_rows > FEW:
        return ""
    types = {pa.int64(): "bigint", pa.bool_(): "boolean"}
    names = known.column_names
    rows = [dict.fromkeys(names), *known.to_pylist()]
    lines = ", ".join(f"({', '.join(_cell(row[n]) for n in names)})" for row in rows)
    casts = ", ".join(
        f"cast({one.name} as {types.get(one.type, 'varchar')}) as {one.name}"
        for one in known.schema
    )
    listed = f"(values {lines}) as v({', '.join(names)})"
    return f"select {casts} from {listed} where person_key is not null"


def _cell(value: object) -> str:
    """Write one value of a relation."""
    if isinstance(value, str):
        return text(value)
    return "null" if value is None else str(value).lower()


def _texts(values: Iterable[str | None]) -> pa.Array:
    """Make a column of texts."""
    return pa.array(list(values), pa.string())


def _years_before(day: date, years: int) -> date:
    """Go back whole years; the 29th of February becomes the 28th."""
    year = day.year - years
    return day.replace(
        year=year, day=28 if (day.month, day.day) == (2, 29) else day.day
    )
