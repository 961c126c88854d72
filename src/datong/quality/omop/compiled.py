"""From a rule to what must be counted for it."""

from collections.abc import Callable

from datong.quality.omop import concepts, fields, people, references
from datong.quality.omop.catalog import Absent, Catalog
from datong.quality.omop.fields import Counts
from datong.quality.scan import constant
from datong.standards.omop import Rule

COMPILED: dict[str, Callable[[Rule, Catalog], Counts]] = {
    "isRequired": fields.missing_values,
    "cdmDatatype": fields.not_whole,
    "isPrimaryKey": fields.repeated_keys,
    "isForeignKey": references.dangling,
    "fkDomain": concepts.other_domain,
    "fkClass": concepts.other_class,
    "isStandardValidConcept": concepts.not_standard,
    "measureValueCompleteness": fields.missing_values,
    "standardConceptRecordCompleteness": fields.unmapped_rows,
    "sourceConceptRecordCompleteness": fields.unmapped_rows,
    "sourceValueCompleteness": fields.unmapped_values,
    "measurePersonCompleteness": people.absent_persons,
    "measureConditionEraCompleteness": people.without_era,
    "measureObservationPeriodOverlap": people.overlapping_periods,
    "plausibleValueLow": fields.too_low,
    "plausibleValueHigh": fields.too_high,
    "plausibleAfterBirth": people.before_birth,
    "plausibleTemporalAfter": people.before_other,
    "plausibleStartBeforeEnd": fields.start_after_end,
    "plausibleBeforeDeath": people.after_death,
    "plausibleDuringLife": people.not_in_life,
    "withinVisitDates": references.outside_visit,
    "plausibleGender": concepts.wrong_sex,
    "plausibleGenderUseDescendants": concepts.wrong_sex_below,
    "plausibleUnitConceptIds": concepts.wrong_unit,
}


def compiled(rule: Rule, cdm: Catalog) -> Counts:
    """Return what is examined and what is bad; `Absent` where something is missing."""
    if rule.type == "cdmTable":
        return constant(1), constant(int(rule.table not in cdm.tables))
    if rule.table not in cdm.tables:
        raise Absent(rule.table)
    if rule.type == "cdmField":
        return constant(1), constant(int(rule.field not in cdm.tables[rule.table]))
    return COMPILED[rule.type](rule, cdm)
