"""A diagnosis."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "diagnosis",
    "诊断",
    edition="1",
    own=(
        "*rank w, *role c, diagnosis c, morphology c, admission_condition c, "
        "certainty c, onset p, abated p, laterality c, stage t"
    ),
)
