"""A referral up or down."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "referral",
    "转诊",
    edition="1",
    own=(
        "*referral_number t, direction c, from_organization r, to_organization r, "
        "reason c, priority c, state c, due m, closed m, summary r"
    ),
)
