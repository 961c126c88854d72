"""A move between departments, wards or beds."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "transfer",
    "转科",
    edition="1",
    own="*sequence w, from_department c, to_department c, ward t, bed t, icu f",
)
