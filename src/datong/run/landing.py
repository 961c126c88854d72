"""The first stage: raw files become landed ones, row for row, as text.

In:  deliveries.
Out: a landed file and a file of rejects for each raw file; ledger entries.
"""

from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from pathlib import Path

from datong.core.ledger import Entry
from datong.core.reason import Trouble
from datong.engine.land import Landing
from datong.lake.releases import TableFile
from datong.mapping.file import Mapping
from datong.mapping.heads import Heads
from datong.run.deliveries import Delivery, RawFile
from datong.run.doors import through_door
from datong.run.mends import read_mends
from datong.run.progress import Progress
from datong.run.steps import Outcome, Steps, shas
from datong.sources import delimited
from datong.sources.encoding import encoding_of
from datong.sources.reasons import CHANGED
from datong.sources.sniff import door_of

EDITION = "2"  # of landing: a change of it lands every file anew


@dataclass(frozen=True, slots=True)
class Landed:
    """One raw file, landed."""

    raw: RawFile
    rows: TableFile
    rejects: TableFile
    entry: Entry


@dataclass(frozen=True, slots=True)
class Rows:
    """The landed files of a delivery, and those of the table it is joined to."""

    files: list[TableFile]
    heads: list[TableFile]

    @property
    def shas(self) -> list[str]:
        """Return what identifies the contents of all."""
        return shas([*self.files, *self.heads])

    def heads_of(self, delivery: Delivery) -> Heads | None:
        """Return the heads as a mapping reads them."""
        head = delivery.head
        if head is None or not self.heads:
            return None
        paths = [file.path for file in self.heads]
        return Heads(head.mapping, paths, read_mends(head.mends), head.versions)


def rows_of(delivery: Delivery, landed: Map[int, Landed]) -> Rows:
    """Return the landed files of a delivery."""
    heads = delivery.head.files if delivery.head else ()
    return Rows(
        [landed[raw.number].rows for raw in delivery.files],
        [landed[raw.number].rows for raw in heads],
    )


class Lander:
    """Lands files, each once."""

    def __init__(self, steps: Steps, folder: Path, progress: Progress) -> None:
        """Write below `folder`."""
        self.steps, self.folder, self.progress = steps, folder, progress

    def land(self, delivery: Delivery, raw: RawFile) -> Landed:
        """Land one file, or remember that it was."""
        files = delivery.mapping.files
        settings = sorted((k, str(v)) for k, v in files.items() if k != "glob")
        parts = (EDITION, raw.number, raw.sha256, bool(delivery.mapping.json), settings)
        outcome = self.steps.do(
            f"land:{raw.name}", parts, lambda mark: self._work(delivery, raw, mark)
        )
        self.progress.step(raw.size, raw.name)
        rows, rejects = outcome.files
        return Landed(raw, rows, rejects, outcome.entries[0])

    def _work(self, delivery: Delivery, raw: RawFile, mark: str) -> Outcome:
        """Read a file through its door."""
        folder = self.folder / "landed" / raw.organization
        output = folder / f"{raw.number}-{mark[:12]}.parquet"
        refused = self.folder / "rejects" / f"land-{raw.number}-{mark[:12]}.parquet"
        with Landing(output, refused, raw.number, raw.name) as sink:
            entry, digest = _through_door(delivery.mapping, raw.path, sink)
            if digest != raw.sha256:
                raise Trouble(CHANGED, where=raw.path, file=raw.name)
        files = (
            self.steps.file(("landed", raw.name, raw.organization, output, entry.kept)),
            self.steps.file(
                ("rejects", raw.name, raw.organization, refused, entry.rejected)
            ),
        )
        step = f"land:{raw.organization}/{raw.name}"
        return Outcome(files, (replace(entry, step=step),))


def dialect_of(mapping: Mapping, file: Path) -> delimited.Dialect:
    """Return how a delimited file is written, as the mapping states or as it looks."""
    stated = mapping.files
    return delimited.Dialect(
        encoding=encoding_of(file, stated.get("encoding", "")),
        delimiter=stated.get("delimiter", ","),
        quote=stated.get("quote", '"'),
        header=int(stated.get("header", 1)),
        columns=tuple(stated.get("columns", ())),
    )


def _through_door(mapping: Mapping, file: Path, sink: Landing) -> tuple[Entry, str]:
    """Read a file by its door."""
    door = "fhir" if mapping.json else door_of(file) or "delimited"
    dialect = dialect_of(mapping, file)
    return through_door(door, mapping.part, file, sink, dialect)
