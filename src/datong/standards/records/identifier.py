"""Something that names a patient: a number, a name, a phone, an address."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "identifier",
    "标识",
    edition="1",
    own="*type c, *value i, issuer t, valid_from d, valid_to d, checked f",
    vault=True,
)
