"""A document or a section of one; its text lies in the vault."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "note",
    "文书",
    edition="1",
    own=(
        "*document t, type c, section c, title t, text i, author r, language t, "
        "template t"
    ),
)
