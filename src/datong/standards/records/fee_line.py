"""A line of a bill."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "fee_line",
    "费用明细",
    edition="1",
    own=(
        "*fee_number t, item c, national_item c, fee_class c, list_class c, "
        "price n, quantity n, amount n, self_pay n, order r, department c, "
        "reverses r"
    ),
)
