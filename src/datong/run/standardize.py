"""The third stage: landed rows become standard records.

In:  landed files, the dictionaries.
Out: a file of records for each kind and delivery, their distinct codes, the rejects.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from datong.engine.duckdb import Duck, Input, literal, quoted
from datong.engine.land import columns
from datong.lake.releases import TableFile
from datong.mapping.apply import Applied, Dictionaries, Made, Places, Shard
from datong.mapping.columns import check_columns, check_heads
from datong.mapping.compile import Compiler
from datong.mapping.examples import run_examples
from datong.mapping.rekey import rekey
from datong.run.deliveries import Delivery
from datong.run.identities import Dictionary
from datong.run.landing import Rows
from datong.run.mends import read_mends
from datong.run.steps import Outcome, Steps, fingerprint_of, shas
from datong.standards.record import Field
from datong.standards.records import all_kinds

EDITION = "5"
_OF_PERSONS = ("records", "vault", "history")
NOBODY = Dictionary(pa.table({"value": pa.array([], pa.string())}), "")
CODES = """
select {kind} as kind, {field} as field, {name}_system as system, {name}_code as code,
       {name}_text as text,
       count(*) * {weight} as rows, count(distinct person) * {weight} as persons,
       cast({money} as decimal(18, 2)) * {weight} as money, {unit} as unit
from read_parquet({file})
where {name}_code is not null or {name}_text is not null group by all
"""
NO_CODES = """
select '' as kind, '' as field, '' as system, '' as code, '' as text,
       0::bigint as rows, 0::bigint as persons, 0::decimal(18, 2) as money, '' as unit
where false
"""


Headers: TypeAlias = dict[tuple[str, ...], str]  # columns: a file that has them


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where files of records go: outside the vault, and inside."""

    lake: Path
    vault: Path


class Standardizer:
    """Applies mappings, each once for the same inputs."""

    def __init__(self, steps: Steps, shelves: Shelves, share: float = 1) -> None:
        """Write to these shelves the records of a share of the persons."""
        self.steps, self.shelves, self.share = steps, shelves, share

    def check(self, delivery: Delivery, landed: Rows) -> list[str]:
        """Judge a mapping against the columns of each file; return unmapped ones."""
        headers = {tuple(columns(file.path)): file.table for file in landed.files}
        heads = {tuple(columns(file.path)): file.table for file in landed.heads}
        outcome = self.steps.do(
            f"test:{delivery.mapping.reads}",
            (EDITION, delivery.mapping.sha256, sorted(headers), sorted(heads)),
            lambda _mark: Outcome(facts=self._judged(delivery, headers, heads)),
        )
        return list(outcome.facts["unmapped"])

    def _judged(
        self, delivery: Delivery, headers: Headers, heads: Headers
    ) -> dict[str, object]:
        """Judge a mapping, and run its examples; return what it leaves unmapped."""
        unmapped: dict[str, None] = {}
        # Together, one file would hide what another lacks.
        for has, file in heads.items():
            if has:
                check_heads(delivery.mapping, has, file)
        for has, file in headers.items():
            if has:
                found = check_columns(delivery.mapping, list(has), file)
                unmapped |= dict.fromkeys(found)
        names = dict.fromkeys((name for has in headers for name in has), "")
        if delivery.mapping.join:
            names |= dict.fromkeys(delivery.mapping.join.columns, "")
        tested = replace(delivery.mapping, zone=delivery.mapping.tested_in)
        passed = run_examples(Compiler(tested, delivery.organization.id), names)
        return {"passed": passed, "unmapped": list(unmapped)}

    def apply(
        self,
        delivery: Delivery,
        landed: Rows,
        people: tuple[Dictionary, Dictionary],
        visits: Sequence[TableFile] = (),
    ) -> Outcome:
        """Make the records of one delivery."""
        person, encounter = people
        name = f"map:{delivery.mapping.reads}"
        parts = (EDITION, *delivery.marks, delivery.first_rule, float(self.share))
        inputs = (encounter.digest, *landed.shas, *shas(visits))
        found = Dictionaries(
            _renamed(person.table, "_value", "_person"),
            _renamed(encounter.table, "_number", "_encounter"),
            [file.path for file in visits] or None,
            delivery.versions,
        )
        whoever = fingerprint_of(name, "whoever", *parts, *inputs, _erased(person))

        def work(mark: str) -> Outcome:
            earlier = self.steps.recall(whoever) if self.share == 1 else None
            made = earlier and self._rekeyed((delivery, landed), found, earlier, mark)
            made = made or self._work(delivery, landed, found, mark)
            self.steps.remember(whoever, name, made)
            return made

        return self.steps.do(name, (*parts, person.digest, *inputs), work)

    def _rekeyed(
        self,
        given: tuple[Delivery, Rows],
        found: Dictionaries,
        earlier: Outcome,
        mark: str,
    ) -> Outcome | None:
        """Put the persons of now into records that were made before.

        None where more than the persons changes: whose visit a time falls into.
        """
        delivery, landed = given
        name = f"{delivery.organization.id}-{mark[:12]}.parquet"
        with Duck(ordered=False) as duck:
            shard = _opened(duck, delivery, landed, to_name=True)
            paths = [f.path for f in earlier.files if f.layer in _OF_PERSONS]
            anew = rekey(shard, found.persons, paths, lambda old: _beside(old, name))
            if anew and found.visits is not None:
                return None
            files = [
                self.steps.file((f.layer, f.table, f.shard, anew[f.path], f.rows))
                if f.path in anew
                else f
                for f in earlier.files
                if f.layer != "codes"
            ]
            codes = [f for f in earlier.files if f.layer == "codes"]
            if anew:  # they count persons
                made = [_made(f) for f in files if f.layer in _OF_PERSONS]
                counted = self._codes(duck, made, name)
                draft = ("codes", "codes", delivery.organization.id)
                codes = [self.steps.file((*draft, counted.path, counted.rows))]
        return replace(earlier, files=(*files, *codes))

    def _work(
        self,
        delivery: Delivery,
        landed: Rows,
        found: Dictionaries,
        mark: str,
    ) -> Outcome:
        """Run the mapping."""
        organization = delivery.organization.id
        name = f"{organization}-{mark[:12]}.parquet"
        places = Places(
            records=lambda kind: self.shelves.lake / "records" / kind / name,
            vault=lambda kind: self.shelves.vault / "records" / kind / name,
            rejects=self.shelves.lake / "rejects" / f"map-{name}",
        )
        with Duck(ordered=False) as duck:
            shard = _opened(duck, delivery, landed)
            applied = shard.apply(found, places, self.share)
            codes = self._codes(duck, applied.made, name)
        return self._outcome(delivery, applied, codes)

    def _codes(self, duck: Duck, made: Sequence[Made], name: str) -> Made:
        """Write the distinct codes of the records just made.

        Those of earlier versions are named and not counted: a reading as known on a
        day needs their concepts.
        """
        parts = [NO_CODES]
        for one in (m for m in made if _layer(m) != "vault"):
            present = set(pq.read_schema(one.path).names)
            parts += [
                CODES.format(
                    kind=literal(one.kind),
                    field=literal(field.name),
                    name=quoted(field.name).strip('"'),
                    file=literal(one.path),
                    money="sum(amount)" if "amount" in present else "null",
                    unit=_unit(one.kind, field, present),
                    weight=int(not one.is_past),
                )
                for field in all_kinds()[one.kind].fields.values()
                if field.letter == "c" and f"{field.name}_code" in present
            ]
        path = self.shelves.lake / "codes" / name
        rows = duck.run(" union all ".join(parts), {}, path)
        return Made("codes", path, rows)

    def _outcome(self, delivery: Delivery, applied: Applied, codes: Made) -> Outcome:
        """Describe what was made."""
        organization = delivery.organization.id
        rejects = sum(applied.refused.values())
        drafts = [(_layer(one), one.kind, one.path, one.rows) for one in applied.made]
        drafts.append(("codes", "codes", codes.path, codes.rows))
        drafts.append(("rejects", delivery.mapping.reads, applied.rejects, rejects))
        files = tuple(
            self.steps.file((layer, table, organization, path, rows))
            for layer, table, path, rows in drafts
        )
        facts = {
            "refused": applied.refused,
            "records": sum(m.rows for m in applied.made if _layer(m) == "records"),
            "earlier": applied.earlier,
            "deleted": applied.deleted,
            "twice": applied.twice,
        }
        return Outcome(files, (applied.entry,), facts)


def _opened(
    duck: Duck, delivery: Delivery, landed: Rows, *, to_name: bool = False
) -> Shard:
    """Open what one organization delivered of one table."""
    organization, first = delivery.organization.id, delivery.first_rule
    compiler = Compiler(delivery.mapping, organization, first)
    shard = Shard(duck, compiler, column_names(landed.files))
    paths, heads = [one.path for one in landed.files], landed.heads_of(delivery)
    shard.open(paths, read_mends(delivery.mends), heads, to_name=to_name)
    return shard


def _erased(person: Dictionary) -> list[str]:
    """Return the patients of a dictionary that were erased: their rows are left out."""
    if person.table.num_columns < 2:
        return []
    gone = pc.equal(person.table[1], 0)
    names: list[str] = person.table.filter(gone)["value"].to_pylist()
    return names


def _beside(old: Path, name: str) -> Path:
    """Name the file that takes the place of one of records; earlier versions beside."""
    past = "past-" if old.name.startswith("past-") else ""
    return old.with_name(past + name)


def _made(file: TableFile) -> Made:
    """Describe a file of records as it was when it was made."""
    layer = file.layer
    past, vault = layer == "history", layer == "vault"
    return Made(file.table, file.path, file.rows, in_vault=vault, is_past=past)


def _unit(kind: str, field: Field, present: Set[str]) -> str:
    """Return the SQL of the unit that most values of a measured item came in."""
    written = [name for name in ("unit_text", "unit_code") if name in present]
    is_measured = field.key and "unit" in all_kinds()[kind].fields
    if not is_measured or not written:
        return "cast(null as varchar)"
    counts = f"map_entries(histogram(coalesce({', '.join(written)})))"
    # The most frequent, of equals the first.
    couple = "lambda e: {'n': -cast(e.value as bigint), 'unit': e.key}"
    most = f"list_transform({counts}, {couple})"
    return f"list_sort({most})[1].unit"


def _layer(made: Made) -> str:
    """Name the layer that a file of records belongs to."""
    return "vault" if made.in_vault else "history" if made.is_past else "records"


def column_names(landed: Sequence[TableFile]) -> list[str]:
    """Return the columns of some landed files, in the order of their first sight."""
    found: dict[str, None] = {}
    for file in landed:
        found |= dict.fromkeys(columns(file.path))
    return list(found)


def _renamed(table: pa.Table, *names: str) -> Input:
    """Give the two columns of a dictionary the names that a mapping expects."""
    if table.num_columns < 2:
        table = pa.table({"value": table["value"], "key": pa.array([], pa.int64())})
    return table.rename_columns(list(names))
