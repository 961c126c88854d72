"""A genomic variant."""

from datong.standards.record import RecordKind

KIND = RecordKind(
    "variant",
    "变异",
    edition="1",
    own=(
        "*sample t, *build t, *chromosome t, *position w, *ref t, *alt t, "
        "genotype t, gene c, hgvs t, depth w, fraction n, filter t, somatic f, "
        "significance c, normalized f"
    ),
)
