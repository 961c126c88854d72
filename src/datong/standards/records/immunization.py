"""A vaccination."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "immunization",
    "接种",
    edition="1",
    own=(
        "*event_number t, vaccine c, dose_number w, quantity n, unit c, route c, "
        "site c, lot t"
    ),
)
