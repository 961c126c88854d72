"""Where the words of one `[[terms]]` are answered; `datong.terms` does it, if there.

In:  a vocabulary of `datong.toml`, the store.
Out: answers, each text once; cards of what waits; what names a code had wrongly.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine

from datong.core.decision import State
from datong.lake.releases import sha256
from datong.run.settings import Vocabulary
from datong.run.steps import fingerprint_of
from datong.store.decisions import Card, accepted
from datong.terms.kept import card_of, current, place_of

if TYPE_CHECKING:
    from datong.terms.normalizer import Normalizer

EDITION = "2"
ROOM = "terms"
EXTRA = ("scipy", "lightgbm", "sklearn", "rapidfuzz", "threadpoolctl")
ASKED = ["text", "unit"]  # the unit that the text's values came in
CODED = ["code", "text"]
Words: TypeAlias = tuple[str | None, str | None]
BATCH = 20_000  # texts answered between two writings
JUDGED = pa.schema(
    [
        (name, pa.string())
        for name in ("code", "text", "name", "decision", "reason", "reason_zh")
    ]
)


def is_installed() -> bool:
    """Say whether the extra is there that understands words."""
    return all(find_spec(name) is not None for name in EXTRA)


class Source:
    """The words of one vocabulary, and who answers them."""

    def __init__(
        self, vocabulary: Vocabulary, store: Engine, *, is_installed: bool
    ) -> None:
        """Read what people decided; the model is opened when it is needed."""
        self.vocabulary, self.is_installed = vocabulary, is_installed
        start = f"{vocabulary.name}: "
        found = accepted(store, ROOM, State.ACCEPTED, State.REFUSED, start=start)
        self.decided = {str(one.proposal["text"]): _codes(one) for one in found}
        self.gone: dict[str, str] = {}  # approved codes that the table lacks

    @cached_property
    def mark(self) -> str:
        """Identify all that an answer depends on, but the text."""
        table = self.vocabulary.table
        files = [table]
        if table.is_dir():
            model = place_of(table, current(table) or 0)
            names = (table / "current", table / "approvals.jsonl", model / "card.json")
            files = list(names)
        known = [sha256(file) if file.is_file() else "" for file in files]
        decided = json.dumps(sorted(self.decided.items()))
        return fingerprint_of(EDITION, self.is_installed, *known, decided)

    @property
    def edition(self) -> str:
        """Return the edition of the code table, as it is stated here or in its card."""
        if self.vocabulary.edition:
            return self.vocabulary.edition
        return str(card_of(self.vocabulary.table).get("edition", ""))

    @cached_property
    def normalizer(self) -> "Normalizer":
        """Open the model or the code table, and teach it what people decided."""
        from datong.terms import opened  # noqa: PLC0415 - an extra
        from datong.terms.step import teach  # noqa: PLC0415 - an extra

        one = self.vocabulary
        opened.cache_clear()  # a table or a model may have changed since
        normalizer = opened(one.table, one.system, one.edition)
        self.gone = teach(normalizer, self.decided)
        return normalizer

    def answers(self, asked: pa.Table, folder: Path) -> pa.Table:
        """Answer texts with the units of their values, earlier ones from memory."""
        if not self.is_installed:
            from datong.terms.step import undecided  # noqa: PLC0415 - an extra

            return undecided(*_columns(_rows(asked, ASKED)))
        place = folder / f"answers-{self.mark[:16]}.parquet"
        return _remembered(place, asked.select(ASKED), self._answer)

    def _answer(self, couples: Sequence[Words]) -> pa.Table:
        """Answer texts by the model, which is not opened for none."""
        from datong.terms.step import decide, undecided  # noqa: PLC0415 - an extra

        if not couples:
            return undecided([], [])
        normalizer = self.normalizer
        batches = range(0, len(couples), BATCH)
        told = (_columns(couples[at : at + BATCH]) for at in batches)
        return pa.concat_tables(
            decide(texts, normalizer, self.gone, units) for texts, units in told
        )

    def judged(self, coded: pa.Table, folder: Path) -> pa.Table:
        """Name codes that are the table's own, and find those with a wrong name."""
        if not self.is_installed or not coded.num_rows:
            return JUDGED.empty_table()
        place = folder / f"judged-{self.mark[:16]}.parquet"
        return _remembered(place, coded, self._judge)

    def _judge(self, couples: Sequence[Words]) -> pa.Table:
        """Compare codes and names with the table."""
        from datong.terms.check import judge  # noqa: PLC0415 - an extra

        shelf = self.normalizer.model.shelf
        rows = [dict(zip(CODED, couple, strict=True)) for couple in couples]
        return pa.Table.from_pylist(list(judge(shelf, rows)), JUDGED)

    def cards(self, waiting: pa.Table) -> Iterator[Card]:
        """Write the cards of what waits; `waiting` has the most rows first."""
        if not self.is_installed:
            return iter(())
        from datong.terms.cards import Asked, cards  # noqa: PLC0415 - an extra

        one = self.vocabulary
        asked = Asked(one.name, one.system, self.edition, one.persons)
        return cards(asked, waiting.to_pylist())


def _remembered(
    place: Path, asked: pa.Table, work: Callable[[Sequence[Words]], pa.Table]
) -> pa.Table:
    """Return what a file remembers of words, after working those that it lacks."""
    names = asked.column_names
    known = pq.read_table(place) if place.exists() else None
    held = set() if known is None else set(_rows(known, names))
    new = [couple for couple in _rows(asked, names) if couple not in held]
    if known is not None and not new:
        return known
    made = work(new)
    if known is not None:
        made = pa.concat_tables([known, made])
    _write(made, place)
    return made


def _rows(table: pa.Table, names: Sequence[str]) -> list[Words]:
    """Return some columns as couples."""
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


def _columns(couples: Sequence[Words]) -> tuple[list[str], list[str | None]]:
    """Lay out texts and their units."""
    return [str(text) for text, _ in couples], [unit for _, unit in couples]


def _codes(decision: Any) -> list[str]:
    """Return what a person took a text for; nothing, if none was right."""
    if decision.state is State.REFUSED:
        return []
    return [code for code in str(decision.proposal["codes"]).split("|") if code]


def _write(table: pa.Table, place: Path) -> None:
    """Write a file aside, put it in its place, and drop the ones that it replaces."""
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(".part")
    pq.write_table(table, part, compression="zstd")
    part.replace(place)
