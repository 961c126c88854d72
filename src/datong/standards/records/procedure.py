"""An operation or another procedure."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "procedure",
    "手术操作",
    edition="1",
    own=(
        "*rank w, *role c, procedure c, level c, incision c, anaesthesia c, "
        "site c, laterality c, surgeon r, anaesthetist r, device c"
    ),
)
