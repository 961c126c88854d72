"""A hospital, a centre, a department."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "organization",
    "机构",
    edition="1",
    own="*code t, name t, type c, part_of r, area t",
)
