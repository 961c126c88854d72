"""Which column of a table is which field of a profile.

A heading may be the field's identifier, its Chinese or English name (in any width,
case, bracket or separator), the name with 代码 or 编码 behind it, the identifier that
another form gives to the same field (pinyin initials of the TCM front page), the name
of the field's value set (婚姻状况), or the end of its name (自付金额): always of one
field alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from datong.standards.library import load
from datong.standards.model import Item, Profile

BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
CODED = ("代码", "编码", "code")
NUMBERED = ("{name}{n}", "{name}{n:02d}")


def folded(heading: str) -> str:
    """Fold a heading: width, case, brackets and separators do not tell names apart."""
    plain = unicodedata.normalize("NFKC", heading).lower()
    return re.sub(r"[\W_]+", "", plain)


def match(
    names: Iterable[str], profile: Profile, mapped: Mapping[str, str]
) -> dict[str, str]:
    """Map fields to columns: as told, by identifier, or by a name of its own.

    Where two columns claim a field the surer heading has it: a column that a person
    mapped, an identifier, a name that says it is a code, a name, another form's name.
    """
    ranks = [dict(mapped), *(_own(profile, rank) for rank in RANKS)]
    headings = {name: folded(name) for name in names}
    found: dict[str, str] = {}
    taken: set[str] = set()
    for number, known in enumerate(ranks):
        for name, fold in headings.items():
            field = known.get(fold if number else name)
            if field and field not in found and name not in taken:
                found[field] = name
                taken.add(name)
    return found


def label_headings(item: Item, held: str) -> Iterator[str]:
    """Name the headings that a column with the labels of a code column may have."""
    yield from (held + end for end in ("_label", "_name", "名称", "_名称"))
    for end in CODED:
        if held.endswith(end):
            bare = held.removesuffix(end).rstrip("_ ")
            yield from (bare, f"{bare}名称", f"{bare}_name")
    if not item.repeats:
        yield from (f"{item.name.zh}名称", item.name.zh, item.name.en)


def _own(profile: Profile, rank: Iterable[str]) -> dict[str, str]:
    """Return the names of one kind that belong to a single field."""
    owners: dict[str, set[str]] = {}
    for field, name in _named(profile, set(rank)):
        owners.setdefault(folded(name), set()).add(field)
    return {name: fields.pop() for name, fields in owners.items() if len(fields) == 1}


RANKS = (
    ("id",),
    ("coded",),
    ("zh",),
    ("en",),
    ("bare",),
    ("other",),
    ("set",),
    ("end",),
)
SHORTEST = 3  # of an end that stands for a name


def _named(profile: Profile, kinds: set[str]) -> Iterator[tuple[str, str]]:
    """Walk (field, name) of the kinds that are asked."""
    for item in profile.data_set.items:
        names = {"zh": [item.name.zh], "en": [item.name.en]}
        names["coded"] = [f"{item.name.zh}{end}" for end in CODED]
        names["bare"] = [BRACKETED.sub("", name) for name in (item.name.zh,)]
        names["set"] = list(_listed(item))
        whole = folded(item.name.zh)
        names["end"] = [whole[n:] for n in range(len(whole) - SHORTEST + 1)]
        for n, column in enumerate(item.columns, 1):
            if "id" in kinds:
                yield column, column
            for kind in kinds & names.keys():
                yield from ((column, name) for name in _at(names[kind], n, item))
    if "other" in kinds:
        yield from _elsewhere(profile)


def _listed(item: Item) -> Iterator[str]:
    """Name the value set of an item, as a heading may."""
    if item.value_set:
        name = load().sets[item.value_set].name.zh
        yield from (name, *(f"{name}{end}" for end in CODED))


def _at(names: list[str], n: int, item: Item) -> Iterator[str]:
    """Write names for the n-th column of an item; the first may go without number."""
    for name in names:
        if item.repeats:
            yield from (form.format(name=name, n=n) for form in NUMBERED)
        if n == 1:
            yield name


def _elsewhere(profile: Profile) -> Iterator[tuple[str, str]]:
    """Walk the identifiers that other forms give to the same fields."""
    for line in load().maps:
        if line.predicate != "same":
            continue
        ends = (line.subject.split(":"), line.object.split(":"))
        for (form, field), (_, other) in (ends, ends[::-1]):
            if form == profile.id and field in profile.items:
                yield field, other
