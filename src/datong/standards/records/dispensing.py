"""A drug or a device handed out."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "dispensing",
    "发药",
    edition="1",
    own=(
        "*dispense_number t, order r, item c, quantity n, unit c, days n, batch t, "
        "returned n"
    ),
)
