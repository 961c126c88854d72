"""The last stage before publishing: records become the OMOP view.

In:  files of records and of their codes.
Out: a file for each table and shard, with lineage columns; an account of each kind.
"""

from collections import defaultdict
from collections.abc import Mapping as Map
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datong.cdm.omop import View, accounts, views
from datong.cdm.omop.concepts import (
    Known,
    Resolved,
    Vocabularies,
    coded,
    convert,
    resolve,
)
from datong.core.ledger import Entry
from datong.core.say import Say
from datong.engine.duckdb import Duck, Input
from datong.lake.releases import TableFile
from datong.run.digest import DIGEST
from datong.run.progress import Progress
from datong.run.settings import Settings
from datong.run.shapes import shape_file
from datong.run.steps import Outcome, Steps, fingerprint_of, shas
from datong.store.manifest import now

EDITION = "2"
REGISTER = "register.parquet"  # numbers of local concepts: append-only, for ever
FOUND = """
select kind, field, system, coalesce(code, text) as code,
       coalesce(min(text) filter (where rows > 0), min(text)) as text,
       cast(sum(rows) as bigint) as rows
from codes where concat(kind, '.', field) in ({wanted}) group by all
order by kind, field, system, code
"""


@dataclass
class Made:
    """What views have made so far: files by view and shard; marks of shared inputs."""

    marks: Map[str, str] = field(default_factory=dict)
    files: dict[str, dict[str, TableFile]] = field(default_factory=dict)

    def of(self, name: str, shard: str) -> list[TableFile]:
        """Return the files of a view for a reader of one shard (`all`: every one)."""
        made = self.files[name]
        mine = made.get(shard) or made.get("all")
        return [mine] if shard != "all" and mine else list(made.values())


class Views:
    """Makes every table of the view, each shard once for the same inputs."""

    def __init__(
        self, steps: Steps, settings: Settings, progress: Progress, workers: int
    ) -> None:
        """Work in the lake's folder `omop`."""
        self.steps, self.settings, self.progress = steps, settings, progress
        self.workers = workers
        self.folder = steps.root / "lake"

    def make(
        self, files: Sequence[TableFile], meant: Sequence[TableFile] = ()
    ) -> Outcome:
        """Make all tables from the files of records, codes and meanings of words."""
        records: dict[str, list[TableFile]] = defaultdict(list)
        for file in files:
            if file.layer == "records":
                records[file.table].append(file)
        shards = sorted({file.shard for file in files})
        codes = [f for f in files if f.layer == "codes"]
        concepts, told = self._concepts(codes, meant)
        wanted = (*views(set(records), concepts.routed), *accounts(set(records)))
        self.progress.stage(Say("Making the OMOP view", "生成 OMOP 视图"), len(wanted))
        shared = self._shared(concepts)
        marks = {name: _mark(source) for name, source in shared.items()}
        # Days are told, but only where something else differs too.
        says = [mark for name, mark in marks.items() if name != "release"]
        marks["release"] = fingerprint_of(
            self._dated(concepts, ""), *says, *shas([*files, *meant])
        )
        made = Made(marks)
        worker = _Worker(self.steps, self.folder, records, (shared, made))
        with ThreadPoolExecutor(self.workers) as pool:
            for view in wanted:
                over = shards if view.grain == "organization" else ["all"]
                done = pool.map(lambda shard, v=view: worker.make(v, shard), over)
                made.files[view.name] = dict(zip(over, done, strict=True))
                self.progress.step(what=view.table)
        published = [
            file
            for view in wanted
            if view.published
            for file in made.files[view.name].values()
        ]
        return Outcome((*published, *told), tuple(_entries(wanted, made)))

    def _concepts(
        self, codes: Sequence[TableFile], meant: Sequence[TableFile]
    ) -> tuple[Resolved, Sequence[TableFile]]:
        """Find the concept of every code; local ones get a number for ever.

        The files are published: which code became which concept, and what a reading
        as known on a day needs besides.
        """
        athena = self._athena()
        outcome = self.steps.do(
            "concepts",
            (EDITION, athena.folder, athena.release, *shas(codes), *shas(meant)),
            lambda mark: self._resolve((codes, meant), athena, mark),
        )
        concept_of, register, named = (file.path for file in outcome.files)
        routed = frozenset(outcome.facts["routed"])
        ingredient_of = athena.table("ingredient")
        release = athena.release
        made = Resolved(concept_of, register, ingredient_of, named, release, routed)
        return made, outcome.files

    def _resolve(
        self,
        told: tuple[Sequence[TableFile], Sequence[TableFile]],
        athena: Vocabularies,
        mark: str,
    ) -> Outcome:
        """Resolve codes by their meanings, and write what the register has learned."""
        codes, meant = told
        register = self.folder / REGISTER
        into = self.folder / "concepts" / mark[:16]
        pairs = [f"'{kind}.{f}'" for kind, fields in coded().items() for f in fields]
        found = FOUND.format(wanted=", ".join(pairs))
        with Duck() as duck:
            duck.run(found, {"codes": [f.path for f in codes]}, into / "found.parquet")
            held = register if register.exists() else None
            before = Known(EDITION, held, athena)
            if meant:
                before = replace(before, meanings=[file.path for file in meant])
            resolved = resolve(duck, into / "found.parquet", before, into)
        part = register.with_suffix(".part")
        part.write_bytes(resolved.register.read_bytes())
        part.replace(register)
        rows = pq.read_metadata(resolved.concept_of).num_rows
        files = (
            self.steps.file(("facts", "concept_of", "all", resolved.concept_of, rows)),
            self.steps.file(("work", "register", "all", resolved.register, 0)),
            self.steps.file(("work", "named", "all", resolved.named, 0)),
        )
        return Outcome(files, facts={"routed": sorted(resolved.routed)})

    def _athena(self) -> Vocabularies:
        """Read the user's vocabularies, if there are any."""
        if self.settings.athena is None:
            return Vocabularies()
        with Duck() as duck:
            return convert(duck, self.settings.athena, self.folder / "athena")

    def _shared(self, concepts: Resolved) -> dict[str, Input]:
        """Return what every view may read besides records."""
        return {
            "concept_of": concepts.concept_of,
            "register": concepts.register,
            "named": concepts.named,
            "ingredient_of": concepts.ingredient_of,
            "release": pa.Table.from_pylist([self._dated(concepts, now().date())]),
        }

    def _dated(self, concepts: Resolved, day: object) -> dict[str, object]:
        """Return what a release says of itself."""
        name = self.settings.name
        return {
            "name": name,
            "abbreviation": name[:25],
            "holder": name,
            "description": "",
            "source_date": day,
            "release_date": day,
            "vocabulary": concepts.release,
        }


@dataclass(frozen=True, slots=True)
class _Worker:
    """Runs one view over one shard."""

    steps: Steps
    folder: Path
    records: Map[str, Sequence[TableFile]]
    known: tuple[Map[str, Input], Made]

    def make(self, view: View, shard: str) -> TableFile:
        """Run it, or remember that it was run."""
        inputs, marks = self._inputs(view, shard)
        outcome = self.steps.do(
            f"view:{view.name}",
            (EDITION, view.sql, shard, *marks),
            lambda mark: self._work(view, (shard, mark), inputs),
        )
        return outcome.files[0]

    def _inputs(self, view: View, shard: str) -> tuple[dict[str, Input], list[str]]:
        """Return the inputs of a view, and what identifies their contents."""
        shared, made = self.known
        inputs: dict[str, Input] = {}
        marks: list[str] = []
        for name in view.reads:
            if name in shared:
                inputs[name] = shared[name]
                marks.append(f"{name}={made.marks[name]}")
                continue
            if name in made.files:
                files = made.of(name, shard)
                inputs[name] = [file.path for file in files]
            else:
                files = [f for f in self.records[name] if shard in (f.shard, "all")]
                empty = shape_file(self.steps, name)
                inputs[name] = [empty.path, *(file.path for file in files)]
            marks += shas(files)
        return inputs, marks

    def _work(
        self, view: View, place: tuple[str, str], inputs: Map[str, Input]
    ) -> Outcome:
        """Write the table."""
        shard, mark = place
        layer = "omop" if view.published else "work"
        path = self.folder / layer / view.table / f"{shard}-{mark[:12]}.parquet"
        with Duck(ordered=False) as duck:
            rows = duck.run(view.sql, inputs, path)
        return Outcome((self.steps.file((layer, view.table, shard, path, rows)),))


def _mark(source: Input) -> str:
    """Identify the contents of a shared input."""
    if isinstance(source, Path):  # what it says, not how it happens to be written
        with Duck() as duck:
            duck.see("told", source)
            return fingerprint_of(*duck.one(DIGEST.format(table="told")))
    if isinstance(source, pa.Table):
        return fingerprint_of(source.to_pylist())
    return fingerprint_of(*source)


def _entries(wanted: Sequence[View], made: Made) -> list[Entry]:
    """Turn the accounts into ledger entries, one for each kind of record."""
    entries = []
    for view in wanted:
        if not view.table.startswith("account_"):
            continue
        counts: dict[str, int] = defaultdict(int)
        for file in made.files[view.name].values():
            for row in pq.read_table(file.path).to_pylist():
                counts[row["part"]] += int(row["rows"])
        kind = view.table.removeprefix("account_")
        entries.append(
            Entry(
                f"omop:{kind}",
                sum(counts.values()),
                counts["kept"],
                merged=counts["merged"],
                silent=counts["silent"],
            )
        )
    return entries
