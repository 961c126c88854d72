"""An imaging study."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "imaging_study",
    "影像",
    edition="1",
    own=(
        "*study_uid t, accession t, modality c, body_part c, laterality c, "
        "series w, instances w, report r, place t"
    ),
)
