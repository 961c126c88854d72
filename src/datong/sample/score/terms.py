"""What words mean: the standard codes of a release beside the meant ones."""

from datong.engine.duckdb import Duck
from datong.run.project import Project

# kind of record, its field, the kind of word in the truth, the systems that count
FIELDS = (
    ("diagnosis", "diagnosis", "diagnoses", ("ICD-10", "icd-10")),
    ("procedure", "procedure", "procedures", ("ICD-9-CM-3", "icd-9-cm")),
    ("order", "item", "drugs", ("ATC", "http://www.whocc.no/atc")),
    ("lab_result", "item", "laboratory", ("LOINC", "http://loinc.org")),
    ("immunization", "vaccine", "vaccines", ("ATC", "http://www.whocc.no/atc")),
)
# A drug's text has its strength behind the name. What the step `terms` accepted counts.
WRITTEN = """
select organization, {field}_text as written,
       case when {systems} then {field}_code else t.concept_code end as code,
       count(*) as rows
from records."{kind}" r left join ({terms}) t on t.kind = '{kind}'
  and t.field = '{field}' and t.text = r.{field}_text
  and t.system is not distinct from r.{field}_system
  and t.code is not distinct from r.{field}_code
where {field}_text is not null group by all
"""
ACCEPTED = "from ledger.terms where decision = 'accept'"
NOTHING = "select '' kind, '' field, '' system, '' code, '' text, '' concept_code"
COMPARED = """
with meant as (
    select hospital, written, min(code) as code
    from truth where kind = '{words}' group by all having count(distinct code) = 1
),
judged as (
    select said.code is not null as answered, said.code = meant.code as is_right, rows
    from said join meant on meant.hospital = said.organization
        and meant.written in (said.written, split_part(said.written, ' ', 1))
)
select sum(rows) as rows,
       sum(rows) filter (where answered) as answered,
       sum(rows) filter (where answered and is_right) as is_right
from judged
"""


def score(project: Project) -> dict[str, float]:
    """Compare the standard code of every written word with what was meant, by rows.

    `<kind>_coded`: share of rows with a standard code; `<kind>_precision`: share of
    those whose code is right; `<kind>_recall`: share of all rows that are right.
    """
    figures: dict[str, float] = {}
    truth = project.root / "truth" / "terms.parquet"
    with project.read() as release, Duck() as duck:
        duck.see("truth", truth)
        for kind, field, words, systems in FIELDS:
            if f"records.{kind}" not in release.tables():
                continue
            known = " or ".join(f"{field}_system like '%{one}'" for one in systems)
            terms = ACCEPTED if "ledger.terms" in release.tables() else NOTHING
            told = {"kind": kind, "field": field, "systems": known, "terms": terms}
            asked = WRITTEN.format(**told)
            said = {"said": release.query(asked)}
            row = duck.fetch(COMPARED.format(words=words), said).to_pylist()[0]
            rows, answered, right = (float(row[n] or 0) for n in row)
            figures[f"{kind}_rows"] = rows
            figures[f"{kind}_coded"] = answered / rows if rows else 0.0
            figures[f"{kind}_precision"] = right / answered if answered else 0.0
            figures[f"{kind}_recall"] = right / rows if rows else 0.0
    return figures
