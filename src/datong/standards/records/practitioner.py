"""A person who gives care."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "practitioner",
    "医务人员",
    edition="1",
    own="*number t, specialty c, role c, department c",
)
