"""Another question and its answer: a score, a history, what a patient reports."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "observation",
    "观察",
    edition="1",
    own="*question c, *sequence t, answer c, value v, unit c, category c",
)
