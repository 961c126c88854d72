"""Why a standard record is left out of OMOP: every case has a name.

A rule is a SQL condition over the record `e`, its admitted person `p` and its visit
`v` (both null where there is none). The first rule that is true counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from datong.core.say import Say


@dataclass(frozen=True, slots=True)
class Rule:
    """One named reason to leave a record out."""

    name: str
    says: Say
    where: str

    @property
    def holds(self) -> str:
        """Write the condition so that unknown counts as no."""
        return f"coalesce({self.where}, false)"


DELETED = Rule(
    "deleted",
    Say("The source deleted the record.", "来源系统已删除该记录。"),
    "e.deleted",
)
IN_ERROR = Rule(
    "entered-in-error",
    Say("The record was entered in error.", "该记录属误录。"),
    "e.status_code = 'error'",
)
CANCELLED = Rule(
    "cancelled",
    Say("The event was cancelled.", "该事件已取消。"),
    "e.status_code = 'cancelled'",
)
NOT_DONE = Rule(
    "not-done",
    Say("The event did not take place.", "该事件未执行。"),
    "e.status_code = 'not-done'",
)
PLANNED = Rule(
    "planned",
    Say("The event has not taken place yet.", "该事件尚未发生。"),
    "e.status_code = 'planned'",
)
NO_PERSON = Rule(
    "no-person",
    Say(
        "The person is not in the view (no record of them, or no year of birth).",
        "该患者未进入视图（没有患者记录，或没有出生年份）。",
    ),
    "p.person_id is null",
)
NO_BIRTH_YEAR = Rule(
    "no-birth-year",
    Say(
        "No record of the person gives a year of birth, which OMOP requires.",
        "该患者的任何记录都没有出生年份，而 OMOP 要求必填。",
    ),
    "p.person_id is null",
)
NO_DATE = Rule(
    "no-date",
    Say(
        "Neither the record nor its visit has a date, which OMOP requires.",
        "该记录及其就诊均无日期，而 OMOP 要求必填。",
    ),
    "{start} is null",
)
NO_VISIT = Rule(
    "no-visit",
    Say(
        "The record belongs to no visit of the view, which this table requires.",
        "该记录不属于视图中的任何就诊，而此表要求必填。",
    ),
    "v.visit_occurrence_id is null",
)
NO_TABLE = Rule(
    "no-table",
    Say(
        "OMOP has no table for this kind of record; it stays a standard record.",
        "OMOP 没有此类记录的表；它仍保留为标准记录。",
    ),
    "true",
)
REFUTED = Rule(
    "refuted",
    Say("The diagnosis was refuted.", "该诊断已被排除。"),
    "e.certainty_code in ('refuted', 'entered-in-error')",
)
NOT_GIVEN = Rule(
    "not-given",
    Say("The drug was refused or held back.", "该药被拒用或暂停给药。"),
    "e.given_code in ('refused', 'held')",
)
RETURNED = Rule(
    "returned",
    Say("All of what was dispensed came back.", "所发药品已全部退回。"),
    "e.quantity > 0 and e.returned >= e.quantity",
)
NOT_A_DRUG = Rule(
    "not-a-drug",
    Say(
        "An order of something else than a drug is no event of OMOP; its results are.",
        "非药品医嘱不是 OMOP 事件；其执行结果才是。",
    ),
    "e.type_code is distinct from 'drug'",
)
PROPOSAL = Rule(
    "proposal",
    Say("A proposal or a plan is not an order.", "建议或计划不是医嘱。"),
    "e.intent_code in ('proposal', 'plan', 'option')",
)
# What holds for every record that tells of something that happened to a person.
EVERY = (NO_PERSON, DELETED, IN_ERROR, CANCELLED, NOT_DONE, PLANNED)


def none_of(rules: Iterable[Rule], start: str = "e.time") -> str:
    """Write the condition that no rule holds."""
    return "not (" + " or ".join(r.holds for r in rules).format(start=start) + ")"


def first_of(rules: Iterable[Rule], start: str = "e.time") -> str:
    """Write which rule holds first; `kept` if none does."""
    whens = (f"when {rule.holds} then '{rule.name}'" for rule in rules)
    return f"case {' '.join(whens)} else 'kept' end".format(start=start)
