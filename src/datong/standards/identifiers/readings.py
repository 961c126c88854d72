"""How the characters of a name sound: sets of readings, surnames apart.

A general table reads surnames wrongly (单 as dan, 仇 as chou); `SURNAMES` holds the
readings that they have as surnames, from the usage in 现代汉语词典 and 辞海.
"""

from functools import cache
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from datong.core.text.script import fold_script

SIZE = 0x33480  # code points that are looked up; the planes above are not in names

SURNAMES = {
    word[0]: word[1:]
    for word in [
        "单shan",
        "仇qiu",
        "曾zeng",
        "解xie",
        "翟zhai",
        "区ou",
        "盖ge",
        "乐yue",
        "朴piao",
        "查zha",
        "覃qin",
        "种chong",
        "繁po",
        "员yun",
        "秘bi",
        "任ren",
        "华hua",
        "宁ning",
        "葛ge",
        "冼xian",
        "洗xian",
        "洸guang",
        "缪miao",
        "纪ji",
        "折she",
        "黑he",
        "那na",
        "哈ha",
        "过guo",
        "车che",
        "晁chao",
        "召shao",
        "俞yu",
        "佴nai",
        "呙guo",
        "尉wei",
        "褚chu",
        "祭zhai",
        "句gou",
        "逄pang",
        "逯lu",
        "郇xun",
        "郗xi",
        "郄qie",
        "瞿qu",
        "隗wei",
        "阚kan",
        "能nai",
        "卜bu",
        "应ying",
        "燕yan",
        "令ling",
        "石shi",
        "万wan",
        "夏xia",
        "贾jia",
        "盛sheng",
        "谌chen",
        "柏bai",
        "薄bo",
        "重chong",
        "牟mou",
        "莘shen",
        "颉xie",
        "撒sa",
        "朝chao",
        "庹tuo",
        "麴qu",
        "谯qiao",
        "肖xiao",
        "萧xiao",
        "钭dou",
        "仉zhang",
        "亓qi",
        "郏jia",
        "阙que",
        "鲜xian",
        "蒙meng",
        "宓mi",
        "佘she",
        "岑cen",
        "强qiang",
        "相xiang",
        "行xing",
        "幺yao",
        "么yao",
        "曲qu",
        "洛luo",
        "和he",
        "贲ben",
        "都du",
        "盍he",
        "居ju",
        "余yu",
        "於yu",
        "干gan",
        "台tai",
        "谷gu",
        "訾zi",
        "几ji",
        "角jue",
        "阿a",
        "艾ai",
        "敦dun",
        "合he",
        "系xi",
        "载zai",
        "晟cheng",
        "贺he",
        "柳liu",
        "尹yin",
        "沈shen",
        "牛niu",
        "娄lou",
        "佟tong",
        "卒zu",
        "沙sha",
        "冯feng",
        "褶zhe",
        "说yue",
        "期ji",
        "其qi",
        "奇qi",
        "亢kang",
        "暴bao",
        "泽ze",
        "殷yin",
        "南nan",
        "曹cao",
        "咸xian",
        "委wei",
        "空kong",
        "占zhan",
        "茄qie",
        "焦jiao",
        "臧zang",
        "藏zang",
        "塔ta",
        "桑sang",
        "见jian",
        "观guan",
        "扎zha",
        "景jing",
        "巷xiang",
        "陆lu",
        "六lu",
        "陂pi",
        "番pan",
        "适kuo",
    ]
}
# The first characters of surnames of two characters, with their reading there.
COMPOUND = {
    "尉迟": ("yu", "chi"),
    "万俟": ("mo", "qi"),
    "澹台": ("tan", "tai"),
    "长孙": ("zhang", "sun"),
    "单于": ("chan", "yu"),
    "令狐": ("ling", "hu"),
    "宰父": ("zai", "fu"),
    "夏侯": ("xia", "hou"),
    "鲜于": ("xian", "yu"),
    "皇甫": ("huang", "fu"),
    "太史": ("tai", "shi"),
    "乐正": ("yue", "zheng"),
    "亓官": ("qi", "guan"),
    "呼延": ("hu", "yan"),
    "赫连": ("he", "lian"),
    "吐谷": ("tu", "yu"),
}
_FOLDS = {"zh": "z", "ch": "c", "sh": "s", "ang": "an", "eng": "en", "ing": "in"}


def plain(sound: str) -> str:
    """Take the tone marks off a syllable; ü becomes v."""
    marked = normalize("NFD", sound).replace("u\N{COMBINING DIAERESIS}", "v")
    return "".join(letter for letter in marked if letter.isascii())


def fold(sound: str) -> str:
    """Fold the syllables that speakers and typists confuse: zhang and zan are one."""
    for written, heard in _FOLDS.items():
        if len(written) == 2 and sound.startswith(written):
            sound = heard + sound[2:]
        elif len(written) == 3 and sound.endswith(written):
            sound = sound[:-3] + heard
    if sound.startswith("l"):
        sound = "n" + sound[1:]
    return "f" + sound[1:] if sound.startswith("hu") and len(sound) > 2 else sound


class _Tables:
    """Syllable numbers by code point: most usual, second, as a surname; and folds."""

    def __init__(self) -> None:
        from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415 - an extra; 0.3 s

        self.first = np.zeros(SIZE, np.uint16)
        self.second = np.zeros(SIZE, np.uint16)
        self.numbers: dict[str, int] = {}
        for point, sounds in pinyin_dict.items():
            heard = list(dict.fromkeys(plain(s) for s in sounds.split(",")))
            if point < SIZE:
                self.first[point] = self.number(heard[0])
                self.second[point] = self.number(heard[1] if heard[1:] else heard[0])
        self.surname = self.first.copy()
        for character, sound in SURNAMES.items():
            self.surname[ord(character)] = self.number(sound)
        self.compounds = {
            (ord(pair[0]), ord(pair[1])): (self.number(s[0]), self.number(s[1]))
            for pair, s in COMPOUND.items()
        }
        folds = {n: self.number(fold(s)) for s, n in list(self.numbers.items())}
        self.fold = np.arange(len(self.numbers) + 1, dtype=np.uint16)
        self.fold[list(folds)] = list(folds.values())

    def number(self, sound: str) -> int:
        """Number a syllable."""
        return self.numbers.setdefault(sound, len(self.numbers) + 1)


@cache
def _tables() -> _Tables:
    """Make the tables once."""
    return _Tables()


@cache
def _simple() -> NDArray[np.uint32]:
    """Return the simplified form of each code point."""
    table = np.arange(SIZE, dtype=np.uint32)
    written = "".join(map(chr, range(0x3400, 0xA000)))
    table[0x3400:0xA000] = [ord(c) for c in fold_script(written)]
    return table


def simplified(points: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Fold traditional characters; a matrix of code points in and out."""
    return _simple()[np.minimum(points, SIZE - 1)]


def sounds(points: NDArray[np.uint32]) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Read names: syllable numbers [names, width] of the usual and a second reading.

    Characters without a reading stand for themselves (numbers above the syllables').
    """
    tables = _tables()
    held = np.minimum(points, SIZE - 1)
    first, second = tables.first[held], tables.second[held]
    if not len(points):
        return first, second
    second[:, 0] = np.where(tables.surname[held[:, 0]], first[:, 0], second[:, 0])
    first[:, 0] = tables.surname[held[:, 0]]
    for (one, two), (sound_one, sound_two) in tables.compounds.items():
        at = (points[:, 0] == one) & (points[:, 1] == two)
        first[at, 0], first[at, 1] = sound_one, sound_two
    silent = (first == 0) & (points != 0)
    own = (np.uint16(40_000) + (points % 20_000)).astype(np.uint16)
    return np.where(silent, own, first), np.where(silent, own, second)


def fuzzy(syllables: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Fold syllable numbers that are confused; others stay."""
    folds = _tables().fold
    return np.where(
        syllables < len(folds), folds[np.minimum(syllables, len(folds) - 1)], syllables
    )
