"""A patient, as one source knows them."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "person",
    "患者",
    edition="1",
    own=(
        "*local_id i, sex c, birth p, birth_time m, death m, death_cause c, "
        "ethnic_group c, nationality c, marital c, occupation c, area t"
    ),
)
