"""An insurance of a patient."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "coverage",
    "参保",
    edition="1",
    own="*plan_number t, plan c, payer c, type c",
)
