"""The 27 types of check that OHDSI defines, and how much a failure of each weighs.

Kahn's framework (Kahn et al. 2016, eGEMs 4:1244) sorts them; `unit` is what a check
counts. Source of severity and sorting: check descriptions of DataQualityDashboard
2.8.4, where fatal is our error, convention our warning, characterization our note.
"""

from dataclasses import dataclass

from datong.core.check import Severity
from datong.core.say import Say

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class CheckType:
    """A type of check: its place in Kahn's framework, and what it asks."""

    severity: Severity
    category: str  # conformance, completeness, plausibility
    subcategory: str  # value, relational, computational, temporal, atemporal or empty
    unit: str  # rows, persons, values, yes/no
    asks: Say


def _conformance(
    severity: Severity, sub: str, asks: Say, unit: str = "rows"
) -> CheckType:
    return CheckType(severity, "conformance", sub, unit, asks)


def _complete(severity: Severity, asks: Say, unit: str = "rows") -> CheckType:
    return CheckType(severity, "completeness", "", unit, asks)


def _plausible(sub: str, asks: Say) -> CheckType:
    return CheckType(NOTE, "plausibility", sub, "rows", asks)


TYPES = {
    "cdmTable": _conformance(
        ERROR, "relational", Say("The table exists.", "表存在。"), "yes/no"
    ),
    "cdmField": _conformance(
        ERROR, "relational", Say("The column exists.", "列存在。"), "yes/no"
    ),
    "isRequired": _conformance(
        ERROR,
        "relational",
        Say("A required column is never empty.", "必填列不为空。"),
    ),
    "cdmDatatype": _conformance(
        ERROR, "value", Say("A whole number is one.", "整数列中均为整数。")
    ),
    "isPrimaryKey": _conformance(
        ERROR, "relational", Say("A key occurs once.", "主键不重复。")
    ),
    "isForeignKey": _conformance(
        ERROR,
        "relational",
        Say("A reference leads to a row.", "外键指向存在的记录。"),
    ),
    "fkDomain": _conformance(
        WARNING,
        "value",
        Say("A concept is of the right domain.", "概念属于规定的领域。"),
    ),
    "fkClass": _conformance(
        WARNING,
        "computational",
        Say("A concept is of the right class.", "概念属于规定的类别。"),
    ),
    "isStandardValidConcept": _conformance(
        WARNING,
        "value",
        Say("A concept is standard and valid.", "概念为标准且有效的概念。"),
    ),
    "measureValueCompleteness": _complete(
        NOTE, Say("How much of a column is filled.", "列的填写程度。")
    ),
    "standardConceptRecordCompleteness": _complete(
        WARNING, Say("Rows are mapped to a concept.", "记录已映射到标准概念。")
    ),
    "sourceConceptRecordCompleteness": _complete(
        WARNING,
        Say("Rows are mapped to a source concept.", "记录已映射到源概念。"),
    ),
    "sourceValueCompleteness": _complete(
        WARNING,
        Say("Distinct source values are mapped.", "不同的源值均已映射。"),
        "values",
    ),
    "measurePersonCompleteness": _complete(
        WARNING,
        Say("Each person has rows in the table.", "每位患者在表中有记录。"),
        "persons",
    ),
    "measureConditionEraCompleteness": _complete(
        WARNING,
        Say("Persons with conditions have eras.", "有诊断的患者均有诊断时期。"),
        "persons",
    ),
    "measureObservationPeriodOverlap": CheckType(
        ERROR,
        "plausibility",
        "temporal",
        "persons",
        Say(
            "Observation periods of a person keep apart.",
            "同一患者的观察期互不重叠或相接。",
        ),
    ),
    "plausibleValueLow": _plausible(
        "atemporal", Say("A value is not too low.", "数值不过低。")
    ),
    "plausibleValueHigh": _plausible(
        "atemporal", Say("A value is not too high.", "数值不过高。")
    ),
    "plausibleAfterBirth": _plausible(
        "temporal", Say("Events come after birth.", "事件发生在出生之后。")
    ),
    "plausibleTemporalAfter": _plausible(
        "temporal",
        Say("A date comes after the other.", "日期不早于与之对应的日期。"),
    ),
    "plausibleStartBeforeEnd": _plausible(
        "temporal", Say("A start comes before its end.", "开始不晚于结束。")
    ),
    "plausibleBeforeDeath": _plausible(
        "temporal",
        Say("Events come before death (60 days).", "事件不晚于死亡后 60 天。"),
    ),
    "plausibleDuringLife": _plausible(
        "temporal",
        Say("Events come in life (60 days).", "事件在生前（死亡后 60 天内）。"),
    ),
    "withinVisitDates": _plausible(
        "temporal",
        Say("Events lie within their visit (7 days).", "事件在就诊前后 7 天之内。"),
    ),
    "plausibleGender": _plausible(
        "atemporal", Say("A concept fits the sex.", "概念与性别相符。")
    ),
    "plausibleGenderUseDescendants": _plausible(
        "atemporal",
        Say(
            "A concept and those below it fit the sex.", "概念及其下位概念与性别相符。"
        ),
    ),
    "plausibleUnitConceptIds": _plausible(
        "atemporal", Say("A test has a fitting unit.", "检验项目的单位合理。")
    ),
}
