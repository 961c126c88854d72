"""A laboratory result."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "lab_result",
    "检验",
    edition="1",
    own=(
        "*report t, *item c, *sequence w, order r, specimen c, specimen_number t, "
        "collected m, value v, unit c, low n, high n, flag c, method c, "
        "instrument t, organism c, antibiotic c"
    ),
)
