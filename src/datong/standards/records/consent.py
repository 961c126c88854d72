"""What a patient agreed to."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "consent",
    "知情同意",
    edition="1",
    own=(
        "*document t, purpose c, scope c, decision c, valid_from d, valid_to d, "
        "withdrawn m, basis t"
    ),
)
