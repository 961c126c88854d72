"""A vital sign."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "vital_sign",
    "体征",
    edition="1",
    own="*item c, value v, unit c, position c, device t",
)
