"""The hospitals of a region: their tiers, vendors, encodings, and who is near whom.

Hospitals stand in catchments. The people of a catchment go to its hospitals and to no
others, so catchments can be made side by side and each file has one writer.
"""

from dataclasses import dataclass

# Each tier's vendors in turn: (vendor, encoding, form of the small tables).
TURNS = {
    "tertiary": (("chinese", "gb18030", "csv"), ("pinyin", "utf-8-sig", "csv")),
    "secondary": (("fhir", "utf-8", "ndjson"), ("english", "utf-8", "csv")),
    "community": (
        ("community", "gbk", "csv"),
        ("community", "utf-16", "csv"),
        ("community", "gbk", "xlsx"),
        ("community", "utf-8", "sql"),
    ),
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

    number: int
    name: str
    english: str
    tier: str
    vendor: str
    encoding: str
    form: str  # of vaccinations and of days: csv, xlsx, sql

    @property
    def id(self) -> str:
        """Name it in files."""
        return f"H{self.number:03d}"


def make_hospitals(count: int) -> list[Hospital]:
    """Make hospitals: a tenth tertiary, a fifth secondary, the rest community.

    The upper tiers have an even number of at least two.
    """
    tertiary = max(count // 20, 1) * 2
    secondary = max(count // 10, 1) * 2
    tiers = ["tertiary"] * tertiary + ["secondary"] * secondary
    tiers += ["community"] * (count - tertiary - secondary)
    made, seen = [], dict.fromkeys(TURNS, 0)
    for number, tier in enumerate(tiers, start=1):
        place = seen[tier]
        seen[tier] += 1
        vendor, encoding, form = TURNS[tier][place % len(TURNS[tier])]
        zh, en = NAMES[tier]
        words = (zh.format(_numeral(place + 1)), en.format(place + 1))
        made.append(Hospital(number, *words, tier, vendor, encoding, form))
    return made


def catchments(hospitals: list[Hospital]) -> list[dict[str, list[Hospital]]]:
    """Share the hospitals out: each catchment has two or more of every tier."""
    of_tier = {tier: [h for h in hospitals if h.tier == tier] for tier in TURNS}
    count = min(len(some) // 2 for some in of_tier.values())
    return [
        {
            tier: [h for at, h in enumerate(some) if at // 2 % count == place]
            for tier, some in of_tier.items()
        }
        for place in range(count)
    ]


def near(catchment: dict[str, list[Hospital]], turn: int) -> list[Hospital]:
    """Return the six hospitals of the `turn`-th chunk of a catchment, two a tier."""
    found = []
    for some in catchment.values():
        found += [some[(2 * turn + k) % len(some)] for k in (0, 1)]
    return found


def _numeral(number: int) -> str:
    """Write a number digit by digit in Chinese."""
    return "".join(NUMERALS[int(digit)] for digit in str(number))
