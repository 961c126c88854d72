"""A run: deliveries, landing, identities, records, terms, views, publish. Nobody
else knows the order.

In:  the settings, the finished steps.
Out: a release and its ledger; or a trouble, and nothing is published.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy.exc import OperationalError

from datong import __version__
from datong.core.ledger import Entry
from datong.core.reason import Trouble
from datong.core.say import Say
from datong.engine.disk import disk_full_told
from datong.lake.releases import Releases, TableFile
from datong.link.registry import Registry
from datong.mapping.reasons import HEADS
from datong.run.deliveries import (
    Delivery,
    RawFile,
    deliveries,
    unclaimed,
    whole_file,
)
from datong.run.facts import write_facts
from datong.run.identities import Dictionaries, Identities, systems_of
from datong.run.landing import Landed, Lander, rows_of
from datong.run.people import write_people
from datong.run.progress import Progress
from datong.run.reasons import VANISHED
from datong.run.settings import Settings
from datong.run.shapes import write_shapes
from datong.run.standardize import NOBODY, Shelves, Standardizer
from datong.run.steps import Outcome, Steps, entry_line
from datong.run.terms import Terms
from datong.run.unread import unread_types
from datong.run.views import Views
from datong.store.manifest import RUN, now

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did."""

    run: int
    release: int
    ledger: list[dict[str, object]]
    rows: int  # source rows read
    records: int
    tables: dict[str, int] = field(default_factory=dict)  # of the view
    rejects: dict[str, int] = field(default_factory=dict)  # code: how often
    # vocabulary, decision, texts, rows, persons, money: what became of words
    terms: list[dict[str, Any]] = field(default_factory=list)
    is_new: bool = True  # False: nothing had changed, the current release stays
    trial: float | None = None  # the share of persons that was tried
    rested: int = 0  # steps that had nothing to do
    worked: int = 0


class Runner:
    """Runs a project once."""

    def __init__(
        self, settings: Settings, steps: Steps, releases: Releases, progress: Progress
    ) -> None:
        """Take the project's parts."""
        self.settings, self.steps = settings, steps
        self.releases, self.progress = releases, progress
        self.lake = steps.root / "lake"
        self.registry = Registry(settings.root)
        self.workers = os.cpu_count() or 1
        self.share = 1.0

    def run(self, *, accept_vanished: bool, share: float = 1) -> Report:
        """Do it all, or try it on a share of the persons; remember how it ended."""
        self.share = share
        with disk_full_told(self.settings.root):
            return self._remembered(accept_vanished=accept_vanished)

    def _remembered(self, *, accept_vanished: bool) -> Report:
        """Do it all between two notes in the store."""
        with self.steps.store.begin() as db:
            made = db.execute(RUN.insert().values(started_at=now(), state="running"))
            run = int((made.inserted_primary_key or (0,))[0])
        try:
            report = self._work(run, accept_vanished=accept_vanished)
        except BaseException as error:
            said = str(error) if isinstance(error, Trouble) else type(error).__name__
            with suppress(OperationalError):  # a full disk takes no note either
                self._end(run, "failed", said)
            raise
        self._end(run, "done", {"release": report.release})
        return report

    def _end(self, run: int, state: str, said: object) -> None:
        """Write down how a run ended."""
        change = RUN.update().where(RUN.c.id == run)
        with self.steps.store.begin() as db:
            db.execute(change.values(ended_at=now(), state=state, said=said))

    def _work(self, run: int, *, accept_vanished: bool) -> Report:
        """Go through the stages."""
        found = self._deliveries(accept_vanished=accept_vanished)
        landed = self._land(found)
        persons, encounters, linked = self._link(found, landed)
        made = self._standardize(found, landed, (persons, encounters))
        records = [f for outcome in made for f in outcome.files]
        codes = [f for f in records if f.layer == "codes"]
        terms = Terms(self.steps, self.settings, self.progress).make(codes)
        views = Views(self.steps, self.settings, self.progress, self.workers)
        shown = [f for f in records if f.layer in ("records", "codes")]
        viewed = views.make(shown, terms.meant)
        lands = [one.entry for one in landed.values()]
        entries = [*lands, *linked, *(e for o in (*made, viewed) for e in o.entries)]
        entries += unread_types(found, [one.rows for one in landed.values()])
        refused = [one.rejects for one in landed.values()]
        kept = [*refused, *(f for f in records if f.layer != "codes")]
        kept += write_shapes(self.steps)
        owners = _owners(landed)
        files = [
            *(one.rows for one in landed.values()),
            *kept,
            *viewed.files,
            *write_people(self.steps, self.settings.root, kept, owners),
            *write_facts(self.steps, found, codes),
            *terms.files,
        ]
        names = {
            str(n): f"{one.raw.organization}/{one.raw.name}"
            for n, one in landed.items()
        }
        report = self._publish(run, files, entries, (made, names))
        return replace(report, terms=list(terms.told))

    def _deliveries(self, *, accept_vanished: bool) -> list[Delivery]:
        """Find what was handed over."""
        self.progress.stage(Say("Looking at the deliveries", "查看交付文件"), 1)
        found = deliveries(self.settings, self.steps.store, self.workers)
        for name in unclaimed(self.settings, found):
            self.progress.warn(
                Say(f"No mapping reads {name}.", f"没有映射读取 {name}。")
            )
        if not accept_vanished:
            self._all_there()
        self.progress.step()
        return found

    def _all_there(self) -> None:
        """Refuse a run that would silently lose the rows of a file that is gone."""
        stamps = [
            release.stamp for release in self.releases.all() if release.is_current
        ]
        files: object = stamps[0].get("files", {}) if stamps else {}
        folders = {one.id: one.folder for one in self.settings.organizations}
        for name in sorted(files.values() if isinstance(files, dict) else ()):
            organization, _, path = name.partition("/")
            folder = folders.get(organization)
            there = folder is not None and whole_file(folder, path)[0].exists()
            if not there:
                raise Trouble(VANISHED, where=self.settings.root, file=name)

    def _land(self, found: Sequence[Delivery]) -> dict[int, Landed]:
        """Land every file once."""
        wanted: dict[int, tuple[Delivery, RawFile]] = {}
        for delivery in found:
            for raw in delivery.files:
                wanted.setdefault(raw.number, (delivery, raw))
        size = sum(raw.size for _, raw in wanted.values())
        self.progress.stage(Say("Landing raw files", "落地原始文件"), max(size, 1))
        lander = Lander(self.steps, self.lake, self.progress)
        order = sorted(wanted.values(), key=lambda pair: -pair[1].size)
        done = self._each(order, lambda pair: lander.land(*pair))
        return dict(sorted((one.raw.number, one) for one in done))

    def _link(
        self, found: Sequence[Delivery], landed: dict[int, Landed]
    ) -> tuple[Dictionaries, Dictionaries, list[Entry]]:
        """Check the mappings, then find out who is who."""
        self.progress.stage(Say("Who is who", "身份归一"), len(found) + 1)
        standardizer, identities = (
            self._standardizer(),
            Identities(self.steps, self.registry),
        )

        def collect(delivery: Delivery) -> tuple[Path, Path, Path] | None:
            rows = rows_of(delivery, landed)
            for column in standardizer.check(delivery, rows):
                self.progress.warn(
                    Say(
                        f"{delivery.mapping.path.name}: column {column} is neither"
                        " mapped nor ignored (MAP-UNUSED).",
                        f"{delivery.mapping.path.name}：列 {column} 既未映射"
                        "也未声明忽略（MAP-UNUSED）。",
                    )
                )
            self.progress.step()
            return identities.collect(delivery, rows) if rows.files else None

        collected = dict(enumerate(self._each(found, collect)))
        there = {index: paths for index, paths in collected.items() if paths}
        if not there:
            return {}, {}, []
        persons, visits, resolved = identities.link(there, found)
        for trouble in resolved.troubles:
            self.progress.warn(Say(trouble.in_("en"), trouble.in_("zh")))
        self.progress.step()
        return persons, visits, [resolved.entry]

    def _standardize(
        self,
        found: Sequence[Delivery],
        landed: dict[int, Landed],
        people: tuple[Dictionaries, Dictionaries],
    ) -> list[Outcome]:
        """Make the records: visits first, for what finds its visit by time."""
        self.progress.stage(Say("Making standard records", "生成标准记录"), len(found))
        standardizer = self._standardizer()
        visits: dict[str, list[TableFile]] = defaultdict(list)

        def apply(delivery: Delivery) -> Outcome:
            rows = rows_of(delivery, landed)
            by_time = delivery.mapping.encounter.get("otherwise") == "by_time"
            mine = visits[delivery.organization.id] if by_time else []
            names = systems_of(delivery)
            known = tuple(
                keys.get((delivery.organization.id, system), NOBODY)
                for keys, system in zip(people, names, strict=True)
            )
            outcome = standardizer.apply(delivery, rows, (known[0], known[1]), mine)
            self.progress.step(what=delivery.mapping.reads)
            self._tell_heads(delivery, int(outcome.facts.get("twice", 0)))
            return outcome

        there = [delivery for delivery in found if delivery.files]
        self.progress.step(len(found) - len(there))
        first = [d for d in there if _makes_visits(d)]
        made = self._each(first, apply)
        for file in (f for outcome in made for f in outcome.files):
            if file.layer == "records" and file.table == "encounter":
                visits[file.shard].append(file)
        return made + self._each([d for d in there if not _makes_visits(d)], apply)

    def _tell_heads(self, delivery: Delivery, keys: int) -> None:
        """Tell of heads that stand with different cells."""
        join = delivery.mapping.join
        if join and keys:
            where = f"{delivery.mapping.path} [join]"
            told = Trouble(HEADS, where=where, table=join.table, keys=keys)
            self.progress.warn(Say(told.in_("en"), told.in_("zh")))

    def _publish(
        self,
        run: int,
        files: Sequence[TableFile],
        entries: Sequence[Entry],
        told: tuple[Sequence[Outcome], dict[str, str]],
    ) -> Report:
        """Publish, in one transaction; `told`: the records' outcomes, the raw files."""
        made, names = told
        self.progress.stage(Say("Publishing", "发布"), 1)
        ledger = [entry_line(entry) for entry in entries]
        stamp: dict[str, object] = {
            "datong": __version__,
            "cdm": "OMOP 5.4",
            "files": names,
        }
        if self.share < 1:
            stamp["trial"] = self.share
        held = None if self.share < 1 else self.releases.holds(files)
        release = held or self.releases.publish(run, files, ledger, stamp)
        self.progress.step()
        tables: dict[str, int] = defaultdict(int)
        for file in files:
            if file.layer == "omop":
                tables[file.table] += file.rows
        return Report(
            run=run,
            release=release,
            ledger=ledger,
            rows=sum(e.read for e in entries if e.step.startswith("land:")),
            records=sum(int(o.facts.get("records", 0)) for o in made),
            tables=dict(tables),
            rejects=_codes(files),
            is_new=held is None,
            trial=self.share if self.share < 1 else None,
            rested=self.steps.rested,
            worked=self.steps.worked,
        )

    def _standardizer(self) -> Standardizer:
        """Return who applies mappings."""
        shelves = Shelves(self.lake, self.registry.folder)
        return Standardizer(self.steps, shelves, self.share)

    def _each(
        self, items: Iterable[Item], work: Callable[[Item], Result]
    ) -> list[Result]:
        """Work several items at once; the first trouble ends it."""
        with ThreadPoolExecutor(self.workers) as pool:
            futures = [pool.submit(work, item) for item in items]
            try:
                return [future.result() for future in futures]
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def _owners(landed: dict[int, Landed]) -> pa.Table:
    """Say which organization handed each file over."""
    numbers = pa.array(landed, pa.int64())
    names = [one.raw.organization for one in landed.values()]
    return pa.table({"number": numbers, "organization": pa.array(names, pa.string())})


def _codes(files: Sequence[TableFile]) -> dict[str, int]:
    """Count the rejects by code, of doors and of mappings."""
    codes: Counter[str] = Counter()
    for file in files:
        if file.layer == "rejects" and file.rows:
            codes.update(pq.read_table(file.path, columns=["code"])["code"].to_pylist())
    return dict(codes)


def _makes_visits(delivery: Delivery) -> bool:
    """Say whether a delivery gives records of kind encounter."""
    return any(rule.kind.name == "encounter" for rule in delivery.mapping.records)
