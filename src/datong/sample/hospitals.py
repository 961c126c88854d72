"""The hospitals of a region: their tiers, vendors, encodings, and who is near whom."""

from dataclasses import dataclass

# Each tier's vendors in turn: (vendor, encoding).
TURNS = {
    "tertiary": (("chinese", "gb18030"), ("pinyin", "utf-8-sig")),
    "secondary": (("fhir", "utf-8"), ("english", "utf-8")),
    "community": (("community", "gbk"), ("community", "utf-16")),
}
NAMES = {
    "tertiary": ("云溪市第{}人民医院", "Yunxi People's Hospital {}"),
    "secondary": ("云溪市{}区医院", "Yunxi District Hospital {}"),
    "community": ("云溪市第{}社区卫生服务中心", "Yunxi Community Health Centre {}"),
}
NUMERALS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Hospital:
    """One hospital and how it keeps its records."""

    id: str
    name: str
    english: str
    tier: str
    vendor: str
    encoding: str


def make_hospitals(count: int) -> list[Hospital]:
    """Make hospitals, a third of each tier (community centres take the rest)."""
    third = max(count // 3, 1)
    tiers = ["tertiary"] * third + ["secondary"] * third
    tiers = [*tiers, *["community"] * max(count - 2 * third, 1)]
    made, seen = [], dict.fromkeys(TURNS, 0)
    for number, tier in enumerate(tiers, start=1):
        place = seen[tier]
        seen[tier] += 1
        vendor, encoding = TURNS[tier][place % 2]
        zh, en = NAMES[tier]
        words = (zh.format(_numeral(place + 1)), en.format(place + 1))
        made.append(Hospital(f"H{number:03d}", *words, tier, vendor, encoding))
    return made


def near(hospitals: list[Hospital], chunk: int) -> list[Hospital]:
    """Return the six hospitals that the people of a chunk go to, two of each tier."""
    found = []
    for tier in TURNS:
        of_tier = [h for h in hospitals if h.tier == tier]
        found += [of_tier[(2 * chunk + k) % len(of_tier)] for k in (0, 1)]
    return found


def _numeral(number: int) -> str:
    """Write a number digit by digit in Chinese."""
    return "".join(NUMERALS[int(digit)] for digit in str(number))
