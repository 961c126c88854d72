"""A visit or a stay."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "encounter",
    "就诊",
    edition="1",
    own=(
        "*number i, class c, admit_route c, discharge_way c, department c, ward t, "
        "stay_count w, payer c, readmission_plan f"
    ),
)
