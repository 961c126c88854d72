"""An order: a drug, a test, imaging, a procedure, nursing, a diet."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "order",
    "医嘱",
    edition="1",
    own=(
        "*order_number t, type c, term c, item c, dose n, dose_unit c, "
        "frequency c, route c, quantity n, days n, intent c, stop_reason c, "
        "group t, parent r"
    ),
)
