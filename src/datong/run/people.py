"""What the gate and the first page need to know of a release, made when it is.

In:  the standard records and rejects of a run.
Out: `ledger.guard_person` (whom a row is about, for the policy), `ledger.guard_visit`
(who was cared for where), `ledger.guard_consent` (`run/agreed.py`) and `ledger.figures`
(counts that may be published, small cells left out).

A person who was merged into another has no row here, so that a retired key and one that
never was answer alike.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, literal, quoted
from datong.engine.land import RECORD_BITS
from datong.guard.cells import FEWEST, suppressed
from datong.lake.releases import TableFile, sha256
from datong.run.agreed import write_consents
from datong.run.reasons import VIP
from datong.run.steps import Outcome, Steps, shas
from datong.store.manifest import now

EDITION = "3"
MONTHS = 24  # of the plot, before the latest one
PEOPLE = """
with sites as (
    select person, string_agg(organization, '|' order by organization) as sites
    from (select distinct person, organization from events where person is not null)
    group by person
),
born as (
    select person, case length(birth)
        when 4 then try_cast(birth || '-12-31' as date)
        when 7 then last_day(try_cast(birth || '-01' as date))
        else try_cast(birth as date) end as born
    from persons where person is not null
),
agreed as (
    select person, born, row_number() over (
        partition by person order by count(*) desc, born desc) as place
    from born where born is not null group by person, born
)
select cast(sites.person as bigint) as person_key, agreed.born as birth_date, sites,
       vip.person is not null as vip, false as retired
from sites left join agreed on agreed.person = sites.person and place = 1
left join vip on vip.person = sites.person
order by sites.person
"""
# The latest visit of each person to each department; a stay that nobody ended counts
# as one for a year.
VISITS = """
select cast(person as bigint) as person_key, organization as site,
       coalesce(department_text, department_code) as department, max(time) as starts,
       max(coalesce(time_end, case when class_code = 'inpatient'
           then time + interval 1 year else time end)) as ends
from encounters where person is not null and deleted is not true and time <= ?
group by all order by person_key
"""
ACTIVITY = """
select kind, strftime(time, '%Y-%m') as month, count(*) as rows,
       count(distinct person) as persons
from events where time <= ? and person is not null group by all order by all
"""
SITES = """
select cast(len(string_split(sites, '|')) as varchar) as organization,
       count(*) as persons from people group by all order by all
"""
FRESH = """
select organization, count(*) as rows,
       strftime(max(time) filter (where time <= ?), '%Y-%m-%d') as month,
       count(distinct person) as persons
from events group by all order by all
"""
REFUSED = """
select code as kind, organization, count(*) as rows, count(distinct _row) as source_rows
from rejects join owners on owners.number = _row >> {bits} group by all order by all
"""
FIGURES = pa.schema(
    [
        ("figure", pa.string()),  # month, sites, latest, reject
        ("organization", pa.string()),
        ("kind", pa.string()),
        ("month", pa.string()),
        ("rows", pa.int64()),  # null: too few persons to be told
        ("persons", pa.int64()),
    ]
)


def write_people(
    steps: Steps, root: Path, files: Sequence[TableFile], owners: pa.Table
) -> list[TableFile]:
    """Write both tables; `owners` says which organization handed each file over."""
    vip = root / "vip.csv"
    wanted = [f for f in files if f.layer in ("records", "shapes", "rejects")]
    marks = (EDITION, sha256(vip) if vip.exists() else "", *shas(wanted))

    def work(mark: str) -> Outcome:
        with Duck() as duck:
            duck.see("vip", read_vips(vip))
            duck.see("owners", owners)
            return Outcome(tuple(_write(steps, duck, wanted, mark)))

    return list(steps.do("people", marks, work).files)


def read_vips(place: Path) -> pa.Table:
    """Read the persons whom search must not find: a column `person` with their keys."""
    if not place.exists():
        return pa.table({"person": pa.array([], pa.int64())})
    try:
        table = csv.read_csv(place)
        return pa.table({"person": table["person"].cast(pa.int64()).unique()})
    except (OSError, KeyError, pa.ArrowInvalid) as error:
        raise Trouble(VIP, where=place) from error


def _write(
    steps: Steps, duck: Duck, files: Sequence[TableFile], mark: str
) -> Iterator[TableFile]:
    """Make both tables."""
    duck.do(f"create or replace temp view events as {_events(files)}")
    persons = [f.path for f in files if f.table == "person" and f.layer != "rejects"]
    people = steps.root / "lake" / "facts" / f"guard_person-{mark[:16]}.parquet"
    duck.see("persons", persons)
    rows = duck.run(PEOPLE, {}, people)
    yield steps.file(("facts", "guard_person", "all", people, rows))
    duck.see("people", people)
    yield from _visits(steps, duck, files, mark)
    agreed = write_consents(steps, duck, files, mark)
    if agreed:
        yield agreed
    refused = [file.path for file in files if file.layer == "rejects"]
    duck.see("figures", pa.Table.from_pylist([*_figures(duck, refused)], FIGURES))
    told = steps.root / "lake" / "facts" / f"figures-{mark[:16]}.parquet"
    rows = duck.run("from figures", {}, told)
    yield steps.file(("facts", "figures", "all", told, rows))


def _visits(
    steps: Steps, duck: Duck, files: Sequence[TableFile], mark: str
) -> Iterator[TableFile]:
    """Write who was cared for where, and until when."""
    seen = [f.path for f in files if f.table == "encounter" and f.layer != "rejects"]
    if not seen:
        return
    duck.see("encounters", seen)
    made = steps.root / "lake" / "facts" / f"guard_visit-{mark[:16]}.parquet"
    found = duck.fetch(VISITS, None, now())
    rows = duck.run("from found", {"found": found}, made)
    yield steps.file(("facts", "guard_visit", "all", made, rows))


def _events(files: Iterable[TableFile]) -> str:
    """Return a query for whom every record is about, where, when."""
    kinds: dict[str, list[Path]] = defaultdict(list)
    for file in files:
        if file.layer != "rejects":
            kinds[file.table].append(file.path)
    return " union all ".join(
        f"select {literal(kind)} as kind, organization, person, {quoted('time')}"
        f" from read_parquet([{', '.join(map(literal, paths))}], union_by_name = true)"
        for kind, paths in sorted(kinds.items())
    )


def _figures(duck: Duck, refused: Sequence[Path]) -> Iterator[dict[str, object]]:
    """Count what may be published."""
    for row in duck.fetch(FRESH, None, now()).to_pylist():
        yield {"figure": "latest", **row}
    sites = duck.fetch(SITES).to_pylist()
    hidden = suppressed(np.array([row["persons"] for row in sites], dtype=np.int64))
    for row, hide in zip(sites, hidden, strict=True):
        yield {"figure": "sites", **row, "persons": None if hide else row["persons"]}
    yield from _months(duck.fetch(ACTIVITY, None, now()).to_pylist())
    if refused:
        duck.see("rejects", refused)
        asked = REFUSED.format(bits=RECORD_BITS)
        for row in duck.fetch(asked).to_pylist():
            yield {"figure": "reject", **row}


def _months(rows: Sequence[dict[str, object]]) -> Iterator[dict[str, object]]:
    """Leave out of the months what tells of few persons."""
    months = sorted({str(row["month"]) for row in rows})[-MONTHS:]
    kinds = sorted({str(row["kind"]) for row in rows})
    counts = np.zeros((len(kinds), len(months)), dtype=np.int64)
    found = {}
    for row in rows:
        if row["month"] in months:
            place = kinds.index(str(row["kind"])), months.index(str(row["month"]))
            counts[place] = int(str(row["persons"]))
            found[place] = row
    # An empty cell tells of nobody: it needs no hiding and gives no cover.
    hidden = suppressed(np.where(counts == 0, FEWEST, counts))
    for place, row in sorted(found.items()):
        kept = {} if not hidden[place] else {"rows": None, "persons": None}
        yield {"figure": "month", **row, **kept}
