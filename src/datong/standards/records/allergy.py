"""An allergy or an intolerance."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "allergy",
    "过敏",
    edition="1",
    own="*sequence t, substance c, reaction c, criticality c, category c",
)
