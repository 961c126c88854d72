"""What could be done about a finding, and what it costs: the candidates for the plan.

Hours are estimates that a profile's reader may argue with; they only order the work.
"""

import re
import unicodedata
from collections.abc import Iterator

from datong.core.say import Say
from datong.quality.conformance.labels import Mislabel, folded
from datong.quality.conformance.report import Repair
from datong.standards.library import Library
from datong.standards.model import Item, Profile, ValueSet

MAP, COLLECT, RETYPE, LABEL, TABLE = 1.0, 40.0, 2.0, 1.0, 1.5  # hours, once
RECODE = 0.25  # hours a value
CORRECT = 0.02  # hours a record
REDESIGN = 16.0  # hours to change how a field is recorded, for any number of records


def absent(item: Item, column: str, spare: str) -> Iterator[Repair]:
    """Advise on a field that the data do not have."""
    unit = frozenset({f"{column}/presence"})
    if spare:
        say = Say(
            f"Map the column {spare} to {column} ({item.name.en})",
            f"将列 {spare} 对应到 {column}（{item.name.zh}）",
        )
        yield Repair("map", item.id, say, MAP, 0, unit)
    say = Say(
        f"Collect {column} ({item.name.en})", f"采集字段 {column}（{item.name.zh}）"
    )
    yield Repair("collect", item.id, say, COLLECT, 0, unit)


def values(
    item: Item, check: str, bad: dict[str, int], profile: Profile, library: Library
) -> Iterator[Repair]:
    """Advise on values that are not in their value set."""
    column = check.rpartition("/")[0]
    target = library.sets[item.value_set] if item.value_set else None
    for value, count in bad.items():
        better = nearest(value, target, profile, library) if target else ""
        say = Say(
            f"Recode {column} ({item.name.en}): {value} → {better or '?'}",
            f"{column}（{item.name.zh}）改编码：{value} → {better or '？'}",
        )
        unit = wrongs(column, value)
        hours = RECODE if better else RECODE * 2
        yield Repair("recode", item.id, say, hours, count, unit)
    if target:
        yield from _whole_tables(item, check, bad, profile, library)


def wrongs(column: str, value: str) -> frozenset[str]:
    """Name what may be wrong with one code: its list, its length, its form."""
    return frozenset(
        f"{column}/{kind}={value}" for kind in ("domain", "length", "form")
    )


def _whole_tables(
    item: Item, check: str, bad: dict[str, int], profile: Profile, library: Library
) -> Iterator[Repair]:
    """Advise to map a whole value set that was used in place of the right one."""
    column = check.rpartition("/")[0]
    target = library.sets[item.value_set]
    for name in profile.rivals.get(item.value_set, ()):
        rival = library.sets[name]
        within = {v: n for v, n in bad.items() if v in rival.labels}
        mapped = {v for v in within if rival.meanings[v] in target.meanings.values()}
        if len(mapped) < 2:
            continue
        say = Say(
            f"Map {column} from {name} to {item.value_set} as a whole",
            f"将 {column} 由 {name} 整体映射到 {item.value_set}",
        )
        units = frozenset().union(*(wrongs(column, value) for value in mapped))
        records = sum(within[v] for v in mapped)
        yield Repair("map", item.id, say, TABLE, records, units)


def nearest(value: str, target: ValueSet, profile: Profile, library: Library) -> str:
    """Find the right code: by lost zeros, width, a label, a rival's meaning."""
    narrow = unicodedata.normalize("NFKC", value).strip()
    narrow = re.sub(r"^(\d+)[.]0+$", r"\1", narrow)
    padded = (narrow.zfill(width) for width in range(len(narrow) + 1, 7))
    written = (*padded, narrow, narrow.lstrip("0") or "0")
    found = next((code for code in written if code in target.labels), "")
    owners = {folded(one.label.zh): one.code for one in target.values}
    owners |= {folded(one.label.en): one.code for one in target.values}
    by_meaning = {meaning: code for code, meaning in target.meanings.items()}
    rivals = (library.sets[name] for name in profile.rivals.get(target.id, ()))
    meant = (by_meaning.get(rival.meanings.get(value, ""), "") for rival in rivals)
    return (
        found
        or owners.get(folded(value), "")
        or next((code for code in meant if code), "")
    )


def records(item: Item, check: str, failed: int) -> Iterator[Repair]:
    """Advise on records that are wrong one by one."""
    unit = frozenset({check})
    say = Say(
        f"Correct {failed:,} records of {item.id} ({check})",
        f"更正 {item.id} 的 {failed:,} 条记录（{check}）",
    )
    yield Repair("correct", item.id, say, max(CORRECT * failed, 0.1), failed, unit)
    say = Say(
        f"Change how {item.id} is recorded, and refill it",
        f"改造 {item.id} 的录入方式并补录",
    )
    yield Repair("collect", item.id, say, REDESIGN, failed, unit)


def rewrite(item: Item, column: str, unit: str, count: int) -> Repair:
    """Advise on values that are right and only written otherwise."""
    say = Say(
        f"Write {column} as {item.format} ({item.name.en}):"
        f" {count:,} records can be read",
        f"将 {column}（{item.name.zh}）改写为 {item.format} 格式："
        f"{count:,} 条记录可识别",
    )
    return Repair("recode", item.id, say, RECODE * 2, count, frozenset({unit}))


def mislabels(item: Item, column: str, found: list[Mislabel]) -> Iterator[Repair]:
    """Advise on codes that have another meaning here."""
    swapped = [one for one in found if one.belongs_to]
    if swapped:
        pairs = ", ".join(f"{one.code}→{one.belongs_to}" for one in swapped)
        say = Say(
            f"Recode {column}, its codes mean something else here: {pairs}",
            f"改编码 {column}，院内代码含义与标准不同：{pairs}",
        )
        units = frozenset(f"{column}/label={one.code}|{one.label}" for one in swapped)
        total = sum(one.records for one in swapped)
        yield Repair("recode", item.id, say, RECODE * len(swapped), total, units)
    for one in found:
        if not one.belongs_to:
            say = Say(
                f"Take the standard's label of {column} {one.code}: {one.right}",
                f"{column} 代码 {one.code} 改用标准名称：{one.right}",
            )
            unit = frozenset({f"{column}/label={one.code}|{one.label}"})
            yield Repair("label", item.id, say, LABEL / 4, one.records, unit)


def retype(item: Item, column: str, kind: str) -> Repair:
    """Advise on a column whose type loses what a code is made of."""
    say = Say(
        f"Store {column} as text, not as {kind}: leading zeros and points are lost",
        f"将 {column} 存为文本而非 {kind}：否则会丢失前导零和小数点",
    )
    return Repair("retype", item.id, say, RETYPE, 0, frozenset({f"{column}/type"}))
