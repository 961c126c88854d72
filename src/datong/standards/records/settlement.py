"""A bill as it was settled."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "settlement",
    "结算",
    edition="1",
    own=(
        "*settlement_number t, type c, plan c, total n, fund n, large_amount n, "
        "assistance n, account n, cash n, drg c, group_version t, bed_fee n, "
        "consultation_fee n, examination_fee n, laboratory_fee n, treatment_fee n, "
        "operation_fee n, nursing_fee n, material_fee n, western_drug_fee n, "
        "decoction_fee n, patent_drug_fee n, registration_fee n, general_fee n, "
        "other_fee n"
    ),
)
