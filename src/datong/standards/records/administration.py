"""A drug given, or not given."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "administration",
    "给药",
    edition="1",
    own=(
        "*event_number t, order r, item c, dose n, dose_unit c, rate n, "
        "rate_unit c, route c, given c, scheduled m"
    ),
)
