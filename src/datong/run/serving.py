"""What pages ask again and again, laid out for it once a release.

In:  a release, open for reading.
Out: the views `timeline`, `by_word`, `word` (`run/timeline.py`), and the tables that
the gate joins: `guard_person`, `guard_visit`, `guard_consent`, `guard_concept`
(concepts of a special class).
"""

from datong.engine.duckdb import Duck, empty
from datong.guard import classes, rows
from datong.guard.classes import Marks
from datong.lake.releases import Releases
from datong.run.catalog import Catalog
from datong.run.timeline import TABLES, timeline

SHAPES = {
    rows.PERSONS: rows.SHAPE,
    rows.VISITS: rows.VISIT,
    rows.CONSENTED: rows.CONSENT,
}
# Codes of diagnoses are looked at as ICD-10's are; names and other codes by word.
CONCEPTS = """
(select concept_id, concept_name, concept_code,
        case when domain_id = 'Condition' or vocabulary_id like 'ICD10%'
             then concept_code end as diagnosis,
        case when domain_id = 'Procedure' then concept_code end as procedure
 from omop.concept) t
"""
MARKS = Marks(("diagnosis",), ("procedure",), ("concept_name", "concept_code"))


def serve(duck: Duck, releases: Releases, catalog: Catalog) -> int:
    """Make them; return the rows of the timeline."""
    duck.open_kept(timeline(releases, catalog), "serving")
    for name in TABLES:
        duck.do(f"create view main.{name} as from serving.{name}")
    for name, shape in SHAPES.items():
        held = f"from ledger.{name}" if name in catalog.facts else empty(shape)
        duck.do(f"create table main.{name} as {held}")
    duck.do(f"create unique index p on main.{rows.PERSONS} (person_key)")
    _concepts(duck, releases, catalog)
    return int(str(duck.one("select count(*) from main.timeline")[0]))


def _concepts(duck: Duck, releases: Releases, catalog: Catalog) -> None:
    """Find the concepts of each special class among those that the release uses."""
    none = "select cast(0 as bigint) as concept_id, '' as class"
    found = classes.written(classes.load(releases.root.parent), MARKS)
    if "concept" in catalog.omop:
        none = f"select cast(concept_id as bigint) as concept_id, {found} as class"
        none += f" from {CONCEPTS}"
    duck.do(f"create table main.{classes.CONCEPTS} as from ({none}) where class != ''")
