"""Which code of one list means a code of another.

Two value sets are mapped by their value meanings: the same meaning is *equivalent*; a
meaning that only an ancestor has in the other list becomes *broader* (something is
lost), one that stands for several there *narrower* (somebody must choose); the rest has
no counterpart, which is said. Two imported code systems are mapped by the crosswalk
that was imported between them, in either direction; codes that it does not have are
mapped to nothing, never to the same string.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from datong.core.reason import Trouble
from datong.standards.library import Library
from datong.standards.model import ValueSet
from datong.standards.reasons import CANNOT_COMPARE, NO_CROSSWALK
from datong.standards.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A code, and what it is in the other list."""

    source: str
    source_label: str
    target: str  # empty: it has none
    target_label: str
    relation: str  # equivalent | broader | narrower | unmapped | stated


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """All counterparts from one list to another."""

    before: str
    after: str
    pairs: tuple[Counterpart, ...]

    def of(self, code: str) -> tuple[Counterpart, ...]:
        """Return what a code becomes."""
        return tuple(pair for pair in self.pairs if pair.source == code)

    def as_json(self) -> dict[str, object]:
        """Return it as plain content, with counts by relation."""
        kinds: dict[str, int] = {}
        for pair in self.pairs:
            kinds[pair.relation] = kinds.get(pair.relation, 0) + 1
        pairs = [asdict(pair) for pair in self.pairs]
        told = {"before": self.before, "after": self.after, "relations": kinds}
        return told | {"pairs": pairs}


def crosswalk(a: str, b: str, library: Library, shelf: Shelf) -> Crosswalk:
    """Map the codes of `a` to those of `b`: value sets, or imported code systems."""
    if a.partition("@")[0] in library.sets or b.partition("@")[0] in library.sets:
        return Crosswalk(a, b, tuple(_by_meaning(library.set(a), library.set(b))))
    return Crosswalk(a, b, tuple(_stated(a, b, shelf)))


def _by_meaning(a: ValueSet, b: ValueSet) -> Iterator[Counterpart]:
    """Map two value sets of one concept."""
    if a.concept != b.concept:
        said = f"{a.concept} / {b.concept}"
        raise Trouble(CANNOT_COMPARE, a=a.id, b=b.id, said=said)
    for one in (a, b):
        if not one.complete:
            said = f"the items of {one.id} are not known here"
            raise Trouble(CANNOT_COMPARE, a=a.id, b=b.id, said=said)
    there = {value.meaning: value.code for value in b.values}
    for value in a.values:
        found = list(_targets(value.code, a, b, there)) or [("", "unmapped")]
        for code, relation in found:
            label, other = value.label.zh, b.labels.get(code, "")
            yield Counterpart(value.code, label, code, other, relation)


def _targets(
    code: str, a: ValueSet, b: ValueSet, there: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Walk what a code becomes: itself, else its nearest ancestor, else its parts."""
    if a.meanings[code] in there:
        yield there[a.meanings[code]], "equivalent"
        return
    parents = {value.code: value.parent for value in a.values}
    above = parents[code]
    while above:
        if a.meanings[above] in there:
            yield there[a.meanings[above]], "broader"
            return
        above = parents[above]
    below = {v.meaning for v in a.values if _is_below(v.code, code, parents)}
    yield from ((v.code, "narrower") for v in b.values if v.meaning in below)


def _is_below(code: str, top: str, parents: Mapping[str, str]) -> bool:
    """Ask whether a code stands somewhere under another."""
    above = parents[code]
    while above and above != top:
        above = parents[above]
    return bool(above)


def _stated(a: str, b: str, shelf: Shelf) -> Iterator[Counterpart]:
    """Map two imported systems by the crosswalk that somebody published."""
    listed = shelf.crosswalk(a, b)
    if listed is None:
        raise Trouble(NO_CROSSWALK, a=a, b=b)
    names = [_labels(name, shelf) for name in (a, b)]
    sources, targets = (listed[c].to_pylist() for c in ("source", "target"))
    for source, target in zip(sources, targets, strict=True):
        yield Counterpart(
            source, names[0].get(source, ""), target, names[1].get(target, ""), "stated"
        )
    mapped = set(sources)
    for code, label in names[0].items():
        if code not in mapped:
            yield Counterpart(code, label, "", "", "unmapped")


def _labels(name: str, shelf: Shelf) -> dict[str, str]:
    """Return code and label of a system; nothing where it is not installed."""
    if name not in shelf.names():
        return {}
    table = shelf.table(name)
    codes, labels = (table[c].to_pylist() for c in ("code", "label"))
    return dict(zip(codes, labels, strict=True))
