"""OHDSI's checks one query at a time: what the fused checks are held against.

Written from the published descriptions of the checks and from OHDSI's own lists (which
are read where they stand), apart from what the package holds, so that a mistake there
shows here.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

Key = tuple[str, str, str, str]  # type, table, field, concepts
# Concept fields that may be empty although the source says something.
WITH_SOURCE = {
    *("unit", "admitted_from", "admitting", "discharged_to", "discharge_to"),
    *("condition_status", "route", "modifier", "qualifier", "cause", "anatomic_site"),
    *("disease_status", "country", "place_of_service", "specialty", "payer", "plan"),
    *("sponsor", "stop_reason"),
}


@dataclass(frozen=True, slots=True)
class Lists:
    """The published lists of one version, and the run's own day."""

    folder: Path  # of DataQualityDashboard's CSV files
    version: str
    today: date

    def lines(self, level: str) -> list[dict[str, str]]:
        """Read one list, names in lower case."""
        place = self.folder / f"OMOP_CDMv{self.version}_{level}_Level.csv"
        with place.open(encoding="utf-8-sig") as opened:
            return list(csv.DictReader(opened))


def count_all(folder: Path, lists: Lists) -> dict[Key, tuple[int, int] | None]:
    """Return (examined, bad) of every check; None where a table or field is absent."""
    db = duckdb.connect()
    there: dict[str, set[str]] = {}
    for file in sorted(folder.glob("*.parquet")):
        db.execute(f"create view {file.stem} as select * from '{file}'")
        described = db.execute(f"describe {file.stem}").fetchall()
        there[file.stem] = {row[0].lower() for row in described}
    counted: dict[Key, tuple[int, int] | None] = {}
    for key, sql in queries(lists, there):
        try:
            row = db.execute(sql).fetchone() if sql else None
        except (duckdb.BinderException, duckdb.CatalogException):
            row = None
        counted[key] = (int(row[1]), int(row[0])) if row else None
    db.close()
    return counted


def queries(lists: Lists, there: dict[str, set[str]]) -> Iterator[tuple[Key, str]]:
    """Write every check as a query for bad and examined."""
    for line in lists.lines("Table"):
        table = line["cdmTableName"].lower()
        yield ("cdmTable", table, "", ""), _two(str(int(table not in there)), "1")
        for name, sql in of_table(line, table):
            yield (name, table, "", ""), sql
    for line in lists.lines("Field"):
        table, field = line["cdmTableName"].lower(), line["cdmFieldName"].lower()
        if field.strip('"') == "offset":
            continue
        lacks = str(int(field not in there.get(table, set())))
        present = _two(lacks, "1") if table in there else ""
        yield ("cdmField", table, field, ""), present
        for name, sql in of_field(line, table, field, lists.today):
            yield (name, table, field, ""), sql
    for line in lists.lines("Concept"):
        table, field = line["cdmTableName"].lower(), line["cdmFieldName"].lower()
        concepts = "+".join(part.strip() for part in line["conceptId"].split(","))
        for name, sql in of_concept(line, table, field):
            yield (name, table, field, concepts), sql


def of_table(line: dict[str, str], table: str) -> Iterator[tuple[str, str]]:
    """Write the checks of a table."""
    if line["measurePersonCompleteness"] == "Yes":
        yield (
            "measurePersonCompleteness",
            _two(
                f"select count(*) from person where not exists (select 1 from {table} x"
                " where x.person_id = person.person_id)",
                "select count(*) from person",
            ),
        )
    if line["measureConditionEraCompleteness"] == "Yes":
        some = "from condition_occurrence where condition_concept_id <> 0"
        yield (
            "measureConditionEraCompleteness",
            _two(
                f"select count(distinct person_id) {some} and person_id not in"
                f" (select person_id from {table} where person_id is not null)",
                f"select count(distinct person_id) {some}",
            ),
        )
    if line["measureObservationPeriodOverlap"] == "Yes":
        meet = (
            "(a.observation_period_start_date <= b.observation_period_end_date"
            " and a.observation_period_end_date >= b.observation_period_start_date)"
            " or a.observation_period_end_date + 1 = b.observation_period_start_date"
            " or b.observation_period_end_date + 1 = a.observation_period_start_date"
        )
        yield (
            "measureObservationPeriodOverlap",
            _two(
                f"select count(distinct a.person_id) from {table} a, {table} b"
                " where a.person_id = b.person_id and"
                f" a.observation_period_id <> b.observation_period_id and ({meet})",
                f"select count(distinct person_id) from {table}",
            ),
        )


def of_field(
    line: dict[str, str], table: str, field: str, today: date
) -> Iterator[tuple[str, str]]:
    """Write the checks of a field."""
    every = f"select count(*) from {table}"
    some = f"{every} where {field} is not null"
    null = f"{every} where {field} is null"
    if line["isRequired"] == "Yes":
        yield "isRequired", _two(null, every)
    if line["measureValueCompleteness"] == "Yes":
        yield "measureValueCompleteness", _two(null, every)
    if line["cdmDatatype"] == "integer":
        odd = f"not regexp_full_match(cast({field} as varchar), '[-+]?[0-9]+([.]0*)?')"
        yield "cdmDatatype", _two(f"{every} where {odd}", every)
    if line["isPrimaryKey"] == "Yes":
        more = f"select {field} from {table} group by {field} having count(*) > 1"
        yield "isPrimaryKey", _two(f"{every} where {field} in ({more})", every)
    yield from of_reference(line, table, field)
    yield from of_mapping(line, table, field)
    yield from of_bounds(line, table, field, today)
    yield from of_time(line, table, field)
    if line["plausibleStartBeforeEnd"] == "Yes":
        end = line["plausibleStartBeforeEndFieldName"]
        late = f"cast({field} as date) > cast({end} as date)"
        both = f"{some} and {end} is not null"
        yield "plausibleStartBeforeEnd", _two(f"{every} where {late}", both)


def of_reference(
    line: dict[str, str], table: str, field: str
) -> Iterator[tuple[str, str]]:
    """Write the checks of a reference."""
    every = f"select count(*) from {table}"
    met = (
        f"{every} t join concept c on c.concept_id = t.{field} where c.concept_id <> 0"
    )
    if line["isForeignKey"] == "Yes":
        other, key = line["fkTableName"], line["fkFieldName"]
        lost = (
            f"{every} t left join {other} r on r.{key} = t.{field}"
            f" where r.{key} is null and t.{field} is not null"
        )
        yield "isForeignKey", _two(lost, every)
        if line["fkDomain"]:
            domain = f"{met} and c.domain_id <> '{line['fkDomain']}'"
            yield "fkDomain", _two(domain, every)
        if line["fkClass"]:
            kind = f"{met} and c.concept_class_id <> '{line['fkClass']}'"
            yield "fkClass", _two(kind, every)
    if line["isStandardValidConcept"] == "Yes":
        odd = (
            "(coalesce(c.standard_concept, '') <> 'S' or c.invalid_reason is not null)"
        )
        some = f"{every} where {field} is not null"
        yield "isStandardValidConcept", _two(f"{met} and {odd}", some)


def of_mapping(
    line: dict[str, str], table: str, field: str
) -> Iterator[tuple[str, str]]:
    """Write the checks of how much is mapped."""
    every = f"select count(*) from {table}"
    for name in (
        "standardConceptRecordCompleteness",
        "sourceConceptRecordCompleteness",
    ):
        if line[name] != "Yes":
            continue
        bad, examined = f"{field} = 0", f"{field} is not null"
        stem = field.removesuffix("_concept_id").removesuffix("_source")
        is_optional = stem in WITH_SOURCE and (table, stem) != ("dose_era", "unit")
        if is_optional or (table, stem) == ("provider", "gender"):
            source = f"{stem}_source_value"
            source = "admitting_source_value" if stem == "admitting" else source
            bad += f" or ({field} is null and {source} is not null)"
            examined += f" or {source} is not null"
        yield name, _two(f"{every} where {bad}", f"{every} where {examined}")
    if line["sourceValueCompleteness"] == "Yes":
        standard = line["standardConceptFieldName"]
        different = f"select count(*) from (select distinct {field} from {table}"
        bad = f"{different} where {standard} = 0)"
        yield "sourceValueCompleteness", _two(bad, f"{different})")


def of_bounds(
    line: dict[str, str], table: str, field: str, today: date
) -> Iterator[tuple[str, str]]:
    """Write the checks of a bound."""
    some = f"select count(*) from {table} where {field} is not null"
    is_date = line["cdmDatatype"] in ("date", "datetime")
    for name, sign in (("plausibleValueLow", "<"), ("plausibleValueHigh", ">")):
        bound = line[name]
        if not bound:
            continue
        bound = bound.replace("YEAR(GETDATE())+1", str(today.year + 1))
        tomorrow = f"'{today + timedelta(1):%Y%m%d}'"
        bound = bound.replace("DATEADD(dd,1,GETDATE())", tomorrow)
        if is_date:
            bound = f"strptime({bound}, '%Y%m%d')::date"
        value = f"cast({field} as date)" if is_date else field
        yield name, _two(f"{some} and {value} {sign} {bound}", some)


def of_time(line: dict[str, str], table: str, field: str) -> Iterator[tuple[str, str]]:
    """Write the checks that compare with other dates."""
    every, day = f"select count(*) from {table} t", f"cast(t.{field} as date)"
    yield from of_death(line, table, field)
    if line["plausibleTemporalAfter"] == "Yes":
        other = line["plausibleTemporalAfterFieldName"]
        if line["plausibleTemporalAfterTableName"] == "PERSON":
            first = "coalesce(p.birth_datetime::date, make_date(p.year_of_birth, 6, 1))"
            bad = f"{every} join person p using (person_id) where {first} > {day}"
        else:
            bad = f"{every} where cast(t.{other} as date) > {day}"
        yield "plausibleTemporalAfter", _two(bad, every)
    if line["plausibleAfterBirth"] == "Yes":
        born = "make_date(year_of_birth, coalesce(month_of_birth, 1),"
        born = f"coalesce(birth_datetime::date, {born} coalesce(day_of_birth, 1)))"
        bad = f"{every} join person p using (person_id) where {day} < {born}"
        yield "plausibleAfterBirth", _two(bad, f"{every} where {field} is not null")
    if line["withinVisitDates"] == "Yes":
        met = f"{every} join visit_occurrence v using (visit_occurrence_id)"
        out = f"{day} < v.visit_start_date - 7 or {day} > v.visit_end_date + 7"
        yield "withinVisitDates", _two(f"{met} where {out}", met)


def of_death(line: dict[str, str], table: str, field: str) -> Iterator[tuple[str, str]]:
    """Write the checks that compare with death."""
    every, day = f"select count(*) from {table} t", f"cast(t.{field} as date)"
    dead = f"{every} join death d on d.person_id = t.person_id"
    late = f"{day} > d.death_date + 60"
    if line["plausibleBeforeDeath"] == "Yes":
        some = f"{dead} where t.{field} is not null"
        yield "plausibleBeforeDeath", _two(f"{dead} where {late}", some)
    if line["plausibleDuringLife"] == "Yes":
        some = f"{every} where t.person_id in (select person_id from death)"
        yield "plausibleDuringLife", _two(f"{dead} where {late}", some)


def of_concept(
    line: dict[str, str], table: str, field: str
) -> Iterator[tuple[str, str]]:
    """Write the checks of a concept."""
    concept, every = line["conceptId"], f"select count(*) from {table} t"
    sexes = {"Male": 8507, "Female": 8532}
    if line["plausibleGender"]:
        other = f"p.gender_concept_id <> {sexes[line['plausibleGender']]}"
        of = f"t.{field} = {concept}"
        bad = f"{every} join person p using (person_id) where {of} and {other}"
        yield "plausibleGender", _two(bad, f"{every} where {of}")
    if line["plausibleGenderUseDescendants"]:
        other = f"p.gender_concept_id <> {sexes[line['plausibleGenderUseDescendants']]}"
        below = f"join concept_ancestor a on a.descendant_concept_id = t.{field}"
        of = f"a.ancestor_concept_id in ({concept})"
        bad = f"{every} {below} join person p using (person_id) where {of} and {other}"
        yield "plausibleGenderUseDescendants", _two(bad, f"{every} {below} where {of}")
    if line["plausibleUnitConceptIdsThreshold"]:
        units = line["plausibleUnitConceptIds"]
        of = f"{every} where {field} = {concept}"
        bad = f"{of} and unit_concept_id not in ({units}) and unit_concept_id <> 0"
        examined = f"{of} and (unit_concept_id is null or unit_concept_id <> 0)"
        yield "plausibleUnitConceptIds", _two(bad, examined)


def _two(bad: str, examined: str) -> str:
    """Write one query for both counts."""
    return f"select ({bad}), ({examined})"
