"""Checks that need the person: birth, death, presence, overlap."""

from datong.engine.duckdb import quoted
from datong.quality.omop.catalog import MARKED, PEOPLE, WHOLE, Catalog
from datong.quality.omop.fields import Counts, filled, person_of
from datong.quality.scan import Count, Scan
from datong.standards.omop import Rule

PERSON = "person", "person_id"
LATEST = 60  # days after death that OHDSI still accepts


def before_birth(rule: Rule, cdm: Catalog) -> Counts:
    """Count dates before birth among those that are filled."""
    examined, day = filled(rule, cdm), cdm.date(rule.table, rule.field)
    return examined, _with_people(rule, cdm, f"{day} < p.born")


def before_other(rule: Rule, cdm: Catalog) -> Counts:
    """Count dates before another date, of the row or of the person's birth."""
    table, other = rule.argument.split(".")
    every, day = cdm.every(rule.table), cdm.date(rule.table, rule.field)
    if table == "person" != rule.table:
        return every, _with_people(rule, cdm, f"p.june > {day}")
    late, scan = f"{cdm.date(rule.table, other)} > {day}", cdm.scan(rule.table)
    return every, Count(scan, late, cdm.some(rule.table))


def after_death(rule: Rule, cdm: Catalog) -> Counts:
    """Count dates well after death among the filled ones of the dead."""
    scan, dead = _with_death(rule, cdm), cdm.every("death")
    examined = Count(scan, f"{cdm.column(rule.table, rule.field)} is not null", dead)
    return examined, Count(scan, _late(rule, cdm), dead)


def not_in_life(rule: Rule, cdm: Catalog) -> Counts:
    """Count dates well after death among all rows of the dead, nulls too."""
    same = person_of(rule, cdm, "death", "d")
    dead = f"{quoted(rule.table)} t semi join death d on {same}"
    bad = Count(_with_death(rule, cdm), _late(rule, cdm), cdm.every("death"))
    every = Count(Scan(dead, table=rule.table), needs=cdm.every("death"))
    return every, bad


def _late(rule: Rule, cdm: Catalog) -> str:
    """Write the condition for a date well after death."""
    return f"{cdm.date(rule.table, rule.field)} > d.died + {LATEST}"


def _with_people(rule: Rule, cdm: Catalog, where: str) -> Count:
    """Count rows by their persons: in the table's own scan where it has them."""
    if cdm.has_people(rule.table):
        return Count(cdm.scan(rule.table), where, cdm.some(rule.table))
    joined = f"{quoted(rule.table)} t join {PEOPLE} p on {person_of(rule, cdm)}"
    return Count(Scan(joined, table=rule.table), where, filled(rule, cdm))


def _with_death(rule: Rule, cdm: Catalog) -> Scan:
    """Join the rows with the deaths of their persons, as many as there are."""
    deaths = (
        f"select {cdm.column('death', 'person_id')} as person_id,"
        f" {cdm.date('death', 'death_date')} as died from death t"
    )
    same = person_of(rule, cdm, "death", "d")
    return Scan(f"{quoted(rule.table)} t join ({deaths}) d on {same}", table=rule.table)


def absent_persons(rule: Rule, cdm: Catalog) -> Counts:
    """Count persons without a row in the table."""
    on = cdm.equal(("person", "person_id"), (rule.table, "person_id"), "r.person_id")
    if cdm.rows.get(rule.table) == 0:
        return cdm.every("person"), cdm.every("person")
    every, source = cdm.every("person"), f"person t anti join {quoted(rule.table)} r"
    less, present = None, cdm.marked(*PERSON, "p.person_id")
    if present and cdm.has_people(rule.table) and not cdm.is_split:
        scan, some = cdm.scan(rule.table), cdm.some(rule.table)
        less = every, Count(scan, needs=some, sql=present, whole=True)
    return every, Count(Scan(f"{source} on {on}"), needs=every, less=less)


def without_era(rule: Rule, cdm: Catalog) -> Counts:
    """Count persons with a condition that is not 0 and without an era."""
    person = cdm.column("condition_occurrence", "person_id")
    concept = cdm.key("condition_occurrence", "condition_concept_id")
    having = f"select distinct {person} from condition_occurrence t"
    having = f"({having} where {concept} <> 0 and {person} is not null) t"
    place = "condition_occurrence", "person_id"
    if marked := _marked_without(rule, cdm, concept):
        return marked
    on = cdm.equal(place, (rule.table, "person_id"), "r.person_id")
    source = f"{having} anti join {quoted(rule.table)} r on {on}"
    return Count(Scan(having)), Count(Scan(source))


def _marked_without(rule: Rule, cdm: Catalog, concept: str) -> Counts | None:
    """Count persons without an era in bits, where their numbers lie together."""
    place = "condition_occurrence", "person_id"
    low, high = cdm.bounds.get(place, (0, MARKED))
    if high - low >= MARKED or cdm.type(rule.table, "person_id") not in WHOLE:
        return None
    bits = f"bitstring_agg(t.person_id, {low}, {high})"
    having = f"select {bits} as ill from condition_occurrence t where {concept} <> 0"
    eras = f"select {bits} as held from {quoted(rule.table)} t"
    eras += f" where t.person_id between {low} and {high}"
    scan = Scan(f"({having}) h, ({eras}) e")
    lacking = "coalesce(bit_count(ill & ~held), bit_count(ill), 0)"
    return Count(scan, sql="coalesce(bit_count(ill), 0)"), Count(scan, sql=lacking)


def overlapping_periods(rule: Rule, cdm: Catalog) -> Counts:
    """Count persons with periods that overlap or touch.

    A window finds the few who may have some; OHDSI's pairwise comparison then decides.
    """
    columns = {
        "id": cdm.column(rule.table, "observation_period_id"),
        "person": cdm.column(rule.table, "person_id"),
        "first": cdm.date(rule.table, "observation_period_start_date"),
        "last": cdm.date(rule.table, "observation_period_end_date"),
    }
    named = ", ".join(f"{sql} as {name}" for name, sql in columns.items())
    periods = f"(select {named} from {quoted(rule.table)} t)"
    pairs = Scan(f"({_pairs(periods)}) t")
    if marked := cdm.marked(rule.table, "person_id"):
        scan, some = cdm.whole(rule.table), cdm.some(rule.table)
        more = f"count({columns['person']}) - {marked}"
        repeated = Count(scan, needs=some, sql=more, whole=True)
        examined = Count(scan, needs=some, sql=marked, whole=True)
        return examined, Count(pairs, needs=repeated)
    people = Scan(f"(select distinct person from {periods} where person is not null) t")
    every = cdm.every(rule.table)
    return Count(people, needs=every), Count(pairs, needs=every)


def _pairs(periods: str) -> str:
    """Write the query for the persons with two periods that overlap or touch."""
    over = "over (partition by person order by first rows between"
    over += " unbounded preceding and 1 preceding)"
    maybe = f"select *, max(last) {over} as reached from {periods}"
    some = f"select person from ({maybe}) where reached >= first - 1"
    some += " or last < first or first is null or last is null"
    few = f"(select * from {periods} where person in ({some}))"
    touch = "(a.first <= b.last and a.last >= b.first)"
    touch += " or a.last + 1 = b.first or b.last + 1 = a.first"
    return (
        f"select distinct a.person from {few} a join {few} b"
        f" on a.person = b.person and a.id <> b.id and ({touch})"
    )
