"""Checks of concepts: the vocabulary knows them, and they are where they should be.

Each concept column is counted once by concept; the small table that comes of it meets
the vocabulary, so that the vocabulary is never joined to the rows.
"""

from dataclasses import replace

from datong.engine.duckdb import literal, quoted
from datong.quality.omop.catalog import PEOPLE, Catalog
from datong.quality.omop.fields import Counts, filled, person_of
from datong.quality.scan import Count, Scan
from datong.standards.omop import Rule

SEXES = {"Male": 8507, "Female": 8532}


def unknown(rule: Rule, cdm: Catalog) -> Counts:
    """Count concepts that the vocabulary does not know."""
    lost = "f.concept is not null and c.concept_id is null"
    return cdm.every(rule.table), _met(rule, cdm, lost)


def other_domain(rule: Rule, cdm: Catalog) -> Counts:
    """Count concepts that are found, not 0, and of another domain."""
    cdm.column("concept", "domain_id")
    wrong = f"c.concept_id <> 0 and c.domain_id <> {literal(rule.argument)}"
    return cdm.every(rule.table), _met(rule, cdm, wrong)


def other_class(rule: Rule, cdm: Catalog) -> Counts:
    """Count concepts that are found, not 0, and of another class."""
    cdm.column("concept", "concept_class_id")
    wrong = f"c.concept_id <> 0 and c.concept_class_id <> {literal(rule.argument)}"
    return cdm.every(rule.table), _met(rule, cdm, wrong)


def not_standard(rule: Rule, cdm: Catalog) -> Counts:
    """Count concepts that are found, not 0, and not standard or no longer valid."""
    for needed in ("standard_concept", "invalid_reason"):
        cdm.column("concept", needed)
    wrong = (
        "c.concept_id <> 0 and"
        " (c.standard_concept is distinct from 'S' or c.invalid_reason is not null)"
    )
    return filled(rule, cdm), _met(rule, cdm, wrong)


def _met(rule: Rule, cdm: Catalog, where: str) -> Count:
    """Count a concept column by concept and let it meet the vocabulary."""
    cdm.column("concept", "concept_id")
    meet = " left join concept c on c.concept_id = f.concept"
    scan = replace(_by_concept(rule, cdm), meet=meet, piled="concept")
    low, high = cdm.bounds.get((rule.table, rule.field), (0, 1))
    return Count(scan, where, filled(rule, cdm), only=low if low == high else None)


def _by_concept(rule: Rule, cdm: Catalog, also: str = "", join: str = "") -> Scan:
    """Count a concept column by concept, and by something else as well."""
    columns = f"{cdm.key(rule.table, rule.field)} as concept"
    columns += f", {also}" if also else ""
    source = f"{quoted(rule.table)} t{join}"
    return Scan(source, by=columns, table=rule.table)


def wrong_sex(rule: Rule, cdm: Catalog) -> Counts:
    """Count rows of a concept in persons of another sex, unknown included."""
    all_of, of_persons = _with_sex(rule, cdm)
    examined = _of_concept(rule, all_of, "", filled(rule, cdm))
    wrong = f"sex <> {SEXES[rule.argument]}"
    return examined, _of_concept(rule, of_persons, wrong, examined)


def _of_concept(rule: Rule, scan: Scan, where: str, needs: Count) -> Count:
    """Count the rows of the rule's concept."""
    return Count(scan, where, needs, key="concept", value=int(rule.concept))


def wrong_sex_below(rule: Rule, cdm: Catalog) -> Counts:
    """Count rows of concepts below some, in persons of another sex.

    A concept below two of them counts twice, as OHDSI's join makes it.
    """
    cdm.column("concept_ancestor", "ancestor_concept_id")
    above = " join concept_ancestor a on a.descendant_concept_id = f.concept"
    all_of, of_persons = (replace(scan, meet=above) for scan in _with_sex(rule, cdm))
    listed = ", ".join(str(int(concept)) for concept in rule.concept.split("+"))
    place = f"a.ancestor_concept_id in ({listed})"
    examined = Count(all_of, place, filled(rule, cdm))
    wrong = f"{place} and sex <> {SEXES[rule.argument]}"
    return examined, Count(of_persons, wrong, examined)


def _with_sex(rule: Rule, cdm: Catalog) -> tuple[Scan, Scan]:
    """Return the frequencies of all rows, and of those with a person, by sex."""
    join = f" join {PEOPLE} p on {person_of(rule, cdm)}"
    return _by_concept(rule, cdm), _by_concept(rule, cdm, "p.sex as sex", join)


def wrong_unit(rule: Rule, cdm: Catalog) -> Counts:
    """Count rows of a test with a unit that is filled, not 0 and not listed."""
    unit = cdm.key(rule.table, "unit_concept_id")
    scan = _by_concept(rule, cdm, f"{unit} as unit")
    listed = ", ".join(str(int(u)) for u in rule.argument.split())
    some = filled(rule, cdm)
    examined = _of_concept(rule, scan, "(unit is null or unit <> 0)", some)
    return examined, _of_concept(rule, scan, f"unit not in (0, {listed})", examined)
