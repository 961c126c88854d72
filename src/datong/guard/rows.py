"""The facts of the rows: of persons, and of the one who asks towards them.

Persons come from a table (shape `PERSONS`, made at publication); relations are few
and come with the access. The result is the relation `facts` that the compiled policy
speaks of as `f`: a column for each fact of a row.
"""

from collections.abc import Iterable
from datetime import date

import pyarrow as pa

from datong.core.shape import Column, Kind, Shape
from datong.guard.access import Access, Relations
from datong.guard.facts import CONSENTS, FACTS, Of, Sort

PERSONS = "guard_person"
SHAPE = Shape(
    PERSONS,
    (
        Column("person_key", Kind.WHOLE, required=True),
        Column("birth_date", Kind.DATE),
        Column("sites"),  # where the person has been, joined by |
        Column("department"),
        Column("special"),  # special classes, joined by |
        Column("vip", Kind.FLAG, required=True),
        Column("retired", Kind.FLAG, required=True),  # merged into another person
    ),
    ("person_key",),
)
MINOR = 14  # years: under it a guardian acts (PIPL 31)
_NOBODY = {
    Sort.TEXT: "cast(null as varchar)",
    Sort.WHOLE: "cast(null as bigint)",
    Sort.FLAG: "false",
    Sort.SET: "cast([] as varchar[])",
}

_FACTS = """
select
  p.person_key,
  cast(null as varchar) as resource_site,
  p.department as resource_department,
  r.consent_kind,
  {consents},
  case when p.birth_date is not null then
    {year} - cast(extract(year from p.birth_date) as bigint)
    - case when strftime(p.birth_date, '%m%d') > '{day}' then 1 else 0 end
  end as resource_age,
  coalesce(r.in_care, false) as in_care,
  coalesce(r.break_glass, false) as break_glass,
  coalesce(r.is_self, false) as is_self,
  coalesce(r.is_guardian, false) as is_guardian,
  p.birth_date > cast('{minor}' as date) as resource_minor,
  p.vip as resource_vip,
  p.retired as resource_retired,
  string_split(p.sites, '|') as resource_sites,
  string_split(p.special, '|') as resource_special
from {persons} p left join relations r on r.person_key = p.person_key
{where}
"""


def facts(access: Access, person: int | None = None) -> str:
    """Write the query for the facts of persons (of one person, if it is named)."""
    on = access.at.date()
    return _FACTS.format(
        consents=", ".join(f"r.{FACTS[name].column}" for name in CONSENTS),
        year=on.year,
        day=f"{on:%m%d}",
        minor=_years_before(on, MINOR),
        persons=PERSONS,
        where="" if person is None else f"where p.person_key = {int(person)}",
    )


def nobody() -> str:
    """Write the query for the facts of rows that are about nobody.

    Who is nobody is no VIP and not in care: that is known, and not unknown.
    """
    values = (
        f"{_NOBODY[fact.sort]} as {fact.column}"
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


def _texts(values: Iterable[str | None]) -> pa.Array:
    """Make a column of texts."""
    return pa.array(list(values), pa.string())


def _years_before(day: date, years: int) -> date:
    """Go back whole years; the 29th of February becomes the 28th."""
    year = day.year - years
    return day.replace(
        year=year, day=28 if (day.month, day.day) == (2, 29) else day.day
    )
