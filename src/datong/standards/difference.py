"""Compare two value sets, two profiles, or two editions' elements: typed changes.

Value sets are compared by meaning: a code that is in both and anchored to another
meaning is redefined, whatever its label; a meaning that moved is a recoding.
"""

from collections.abc import Iterator, Mapping

from datong.core.reason import Trouble
from datong.standards import formats
from datong.standards.change import Change, ChangeKind, Difference
from datong.standards.checks import item_format
from datong.standards.formats import Format
from datong.standards.library import Library
from datong.standards.model import DataElement, Item, Profile, ValueSet
from datong.standards.reasons import CANNOT_COMPARE

K = ChangeKind
NEEDS = "OCM"  # from optional to mandatory


def compare(before: str, after: str, library: Library) -> Difference:
    """Compare two things of the library by their names."""
    a, b = library.find(before), library.find(after)
    if isinstance(a, ValueSet) and isinstance(b, ValueSet):
        return compare_sets(a, b)
    if isinstance(a, Profile) and isinstance(b, Profile):
        return compare_profiles(a, b, library)
    if isinstance(a, DataElement) and isinstance(b, DataElement):
        changes = tuple(compare_elements(a, b, library))
        return Difference(before, after, changes, int(not changes))
    said = f"{type(a).__name__} and {type(b).__name__}"
    raise Trouble(CANNOT_COMPARE, a=before, b=after, said=said)


def compare_sets(a: ValueSet, b: ValueSet) -> Difference:
    """Compare two value sets whose items are known."""
    for one in (a, b):
        if not one.complete:
            said = f"the items of {one.id} are not known here"
            raise Trouble(CANNOT_COMPARE, a=a.id, b=b.id, said=said)
    changes = tuple(_set_changes(a, b))
    touched = {c.code for c in changes}
    same = sum(code in b.labels and code not in touched for code in a.labels)
    return Difference(a.id, b.id, changes, same)


def _set_changes(a: ValueSet, b: ValueSet) -> Iterator[Change]:
    """Walk the changes of codes."""
    now = {meaning: code for code, meaning in b.meanings.items()}
    for code, meaning in a.meanings.items():
        label, home = a.labels[code], now.get(meaning, "")
        if code in b.labels and b.meanings[code] != meaning:
            yield Change(K.REDEFINED, a.id, code, label, b.labels[code], home)
        elif code in b.labels and b.labels[code] != label:
            yield Change(K.LABEL_CORRECTED, a.id, code, label, b.labels[code], code)
        elif code not in b.labels and home:
            yield Change(K.RECODED, a.id, code, label, b.labels[home], home)
        elif code not in b.labels:
            yield Change(K.DELETED, a.id, code, label)
    was = set(a.meanings.values())
    for code, meaning in b.meanings.items():
        if code not in a.labels and meaning not in was:
            yield Change(K.ADDED, b.id, code, "", b.labels[code])


def compare_elements(
    a: DataElement, b: DataElement, library: Library
) -> Iterator[Change]:
    """Compare two editions of a data element."""
    if a.name != b.name:
        yield Change(K.RENAMED, a.id, "", a.name.zh, b.name.zh)
    if a.definition != b.definition:
        yield Change(K.CLARIFIED, a.id, "", a.definition.zh, b.definition.zh)
    if a.domain.kind != b.domain.kind:
        yield Change(K.TYPE_CHANGED, a.id, "", a.domain.kind, b.domain.kind)
    if a.domain.unit != b.domain.unit:
        yield Change(K.UNIT_CHANGED, a.id, "", a.domain.unit, b.domain.unit)
    forms = (formats.strict(e.domain.format, e.domain.kind) for e in (a, b))
    yield from _format_changes(a.id, *forms)
    yield from _domain_changes(a.id, a.domain.value_set, b.domain.value_set, library)


def _format_changes(subject: str, a: Format, b: Format) -> Iterator[Change]:
    """Compare two formats: wider at one end and narrower at the other gives both."""
    if a == b:
        return
    wide = float("inf")
    tops = [wide if f.high is None else f.high for f in (a, b)]
    chars = {"N": 0, "A": 1, "AN": 2}
    ranks = [chars.get(f.chars, -1) for f in (a, b)]
    if -1 in ranks:
        yield Change(K.TYPE_CHANGED, subject, "", str(a), str(b))
        return
    if tops[1] > tops[0] or b.low < a.low or ranks[1] > ranks[0]:
        yield Change(K.WIDENED, subject, "", str(a), str(b))
    if tops[1] < tops[0] or b.low > a.low or ranks[1] < ranks[0]:
        yield Change(K.NARROWED, subject, "", str(a), str(b))


def _domain_changes(subject: str, a: str, b: str, library: Library) -> Iterator[Change]:
    """Compare two value sets of one field."""
    if a == b:
        return
    if not a or not b:
        kind = K.REDUCED if b else K.EXTENDED
        yield Change(kind, subject, "", a, b)
        return
    one, two = library.sets[a], library.sets[b]
    if not (one.complete and two.complete):
        yield Change(K.DOMAIN_SWAPPED, subject, "", a, b, confidence=0.5)
        return
    inner = compare_sets(one, two).changes
    kinds = {change.kind for change in inner}
    if K.REDEFINED in kinds or not set(one.labels) & set(two.labels):
        yield Change(K.DOMAIN_SWAPPED, subject, "", a, b)
        yield from (c for c in inner if c.kind is K.REDEFINED)
        return
    if set(two.labels) - set(one.labels):
        yield Change(K.EXTENDED, subject, "", a, b)
    if set(one.labels) - set(two.labels):
        yield Change(K.REDUCED, subject, "", a, b)


def compare_profiles(a: Profile, b: Profile, library: Library) -> Difference:
    """Compare two profiles, field by field as the library's map pairs them."""
    pairs = _paired(a, b, library)
    there = {item.id: item for item in b.data_set.items}
    changes: list[Change] = []
    same = 0
    for item in a.data_set.items:
        other = there.get(pairs.get(item.id, ""))
        if other is None:
            changes.append(Change(K.ELEMENT_REMOVED, item.id, "", item.name.zh))
            continue
        found = list(_item_changes(item, other, library))
        changes += found
        same += not found
    known = set(pairs.values())
    for item in b.data_set.items:
        if item.id not in known:
            kind = K.TIGHTENED if item.need == "M" else K.ADDED
            changes.append(Change(kind, item.id, "", "", item.name.zh))
    return Difference(a.id, b.id, (*changes, *_rule_changes(a, b)), same)


def _paired(a: Profile, b: Profile, library: Library) -> dict[str, str]:
    """Map the fields of one profile to those of the other."""
    pairs = {i.id: i.id for i in a.data_set.items if i.id in b.items}
    for line in library.maps:
        one, two = line.subject, line.object
        if two.startswith(f"{a.id}:") and one.startswith(f"{b.id}:"):
            one, two = two, one
        if one.startswith(f"{a.id}:") and two.startswith(f"{b.id}:"):
            pairs.setdefault(one.partition(":")[2], two.partition(":")[2])
    return pairs


def _item_changes(a: Item, b: Item, library: Library) -> Iterator[Change]:
    """Compare a field with its counterpart."""
    if a.name.zh != b.name.zh:
        yield Change(K.RENAMED, a.id, "", a.name.zh, b.name.zh, b.id)
    if a.kind != b.kind:
        yield Change(K.TYPE_CHANGED, a.id, "", a.kind, b.kind, b.id)
    else:
        yield from _format_changes(a.id, item_format(a), item_format(b))
    step = NEEDS.index(b.need) - NEEDS.index(a.need)
    if step:
        kind = K.TIGHTENED if step > 0 else K.LOOSENED
        yield Change(kind, a.id, "", a.need, b.need, b.id)
    more = len(b.columns) - len(a.columns)
    if more:
        kind = K.REPEATS_MORE if more > 0 else K.REPEATS_LESS
        yield Change(kind, a.id, "", str(len(a.columns)), str(len(b.columns)), b.id)
    yield from _domain_changes(a.id, a.value_set, b.value_set, library)


def _rule_changes(a: Profile, b: Profile) -> Iterator[Change]:
    """Compare the rules by their names."""
    rules: list[Mapping[str, str]] = [{r.id: r.say.zh for r in p.rules} for p in (a, b)]
    for name in rules[0].keys() - rules[1].keys():
        yield Change(K.RULE_REMOVED, name, "", rules[0][name])
    for name in rules[1].keys() - rules[0].keys():
        yield Change(K.RULE_ADDED, name, "", "", rules[1][name])
