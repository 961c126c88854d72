"""An invented Chinese population with the traps of record linkage, at any size.

It was written apart from the sample region and from the rules of `link`: half a
thousand hospitals, 2.5 records a person, households that share addresses and
telephones, twins, borrowed cards, moved and renamed people. Columns are made whole, so
five million records take seconds. Rates are assumptions, named at the top.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

PER_PERSON = 2.5
HOSPITALS = 500
TWINS = 0.012  # of persons
RATES = {
    "homophone": 0.025,
    "wrong_character": 0.008,
    "unreadable": 0.004,
    "suffix": 0.004,
    "birth_month_day": 0.004,
    "birth_january": 0.006,
    "birth_decade": 0.003,
    "sex": 0.004,
    "id_digit": 0.012,
    "id_old": 0.03,
    "id_borrowed": 0.003,
    "phone_changed": 0.22,
    "phone_ward": 0.01,
    "moved": 0.12,
    "address_short": 0.15,
    "renamed": 0.01,
    "birth_digit": 0.004,
    "sparse": 0.02,  # nothing but a name, a sex and a birth date
    "newborn": 0.3,  # of records of children below one year at the visit
}
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
    "汤康易乔赖文樊兰殷施洪翟安颜倪牛温芦季俞章鲁葛毕岳齐沙耿翁麦单仇解查区盖乐朴种繁"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文玉兰红梅志海燕林飞春鹏宇浩然子轩欣怡梓涵"
    "雨泽晨佳琪思嘉诺博俊熙雪莹萍玲婷雯倩琳慧颖璐晓东波斌辉亮健康宁安福庆荣光耀祥瑞龙虎山川河江水金银"
    "宝珍珠玉莲荷菊竹松柏青云星月阳天乐永长久新立正义仁智信礼忠孝德才学书琴画诗歌美善真爱民生成功胜利"
    "凤仙香花叶根树森森源泉清洁冰凌霜露虹彩霓丹彤绯紫蓝翠碧良友谊朋程万里千百一凡可心如意若依诗语"
)
HOMOPHONES = {
    "伟": "玮", "芳": "方", "娜": "那", "敏": "闽", "静": "靖", "丽": "莉", "军": "君",
    "洋": "阳", "勇": "永", "艳": "燕", "杰": "洁", "明": "鸣", "霞": "侠", "平": "萍",
    "刚": "钢", "英": "瑛", "华": "骅", "建": "健", "国": "帼", "玉": "钰", "兰": "岚",
    "红": "宏", "梅": "媚", "志": "智", "海": "骇", "飞": "菲", "春": "椿", "宇": "雨",
    "浩": "昊", "欣": "新", "怡": "宜", "晨": "辰", "佳": "嘉", "婷": "廷", "晓": "小",
    "波": "博", "斌": "彬", "辉": "晖", "亮": "量", "文": "雯", "林": "琳", "秀": "绣",
}  # fmt: skip
ROADS = [
    "人民",
    "解放",
    "建设",
    "中山",
    "和平",
    "胜利",
    "文化",
    "新华",
    "光明",
    "团结",
    "朝阳",
    "东风",
    "红旗",
    "迎宾",
    "学府",
    "青年",
    "滨河",
    "湖滨",
    "长江",
    "黄河",
    "振兴",
    "工业",
    "民主",
    "健康",
    "幸福",
    "友谊",
    "前进",
    "北京",
    "上海",
    "南京",
    "广州",
    "武汉",
    "重庆",
    "公园",
    "车站",
    "体育",
    "教育",
    "科技",
    "创业",
    "富强",
    "平安",
    "长安",
    "西湖",
    "太湖",
    "珠江",
    "花园",
    "桃园",
    "梅园",
    "竹林",
    "松江",
]
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
PROVINCES = {
    "11": "北京市", "32": "江苏省", "33": "浙江省", "37": "山东省", "41": "河南省",
    "42": "湖北省", "43": "湖南省", "44": "广东省", "51": "四川省", "61": "陕西省",
}  # fmt: skip

Text = NDArray[np.str_]


@dataclass(slots=True)
class People:
    """Persons as columns."""

    name: Text
    male: NDArray[np.bool_]
    born: NDArray[np.datetime64]
    number: Text
    phone: Text
    home: NDArray[np.int64]
    twin: NDArray[np.bool_]


def population(records: int, seed: int = 1) -> pa.Table:
    """Invent records: `person` is the truth, `trap` what was done to the record."""
    random = np.random.default_rng(seed)
    people = _people(random, int(records / PER_PERSON))
    person = _visits(random, records, len(people.name))
    return _records(random, people, person)


def _people(random: np.random.Generator, count: int) -> People:
    """Invent persons household by household: a father's surname, one address."""
    home = np.sort(random.integers(0, int(count / 2.6) + 1, count))
    male = random.random(count) < 0.51
    days = (random.beta(1.4, 1.3, count) * 33_000).astype(np.int64)
    born = np.datetime64("2024-06-30") - days
    surname = np.array(list(SURNAMES))[_zipf(random, len(SURNAMES), count, 0.9)]
    head = np.searchsorted(home, home)
    surname = np.where(random.random(count) < 0.6, surname[head], surname)
    first, second = _given(random, male, count), _given(random, ~male, count)
    second = np.where(random.random(count) < 0.16, "", second)
    twin = np.zeros(count, np.bool_)
    twin[1:] = (home[1:] == home[:-1]) & (random.random(count - 1) < TWINS * 1.7)
    at = np.flatnonzero(twin)
    born[at], surname[at], first[at] = born[at - 1], surname[at - 1], first[at - 1]
    second[at] = np.where(second[at] == "", "宝", second[at])
    name = np.char.add(np.char.add(surname, first), second)
    minority = random.random(count) < 0.015
    name = np.where(minority, _long_names(random, count), name)
    phone = _phones(random, count)
    phone = np.where(random.random(count) < 0.22, phone[head], phone)
    return People(name, male, born, _numbers(random, born, male), phone, home, twin)


def _given(random: np.random.Generator, male: NDArray[np.bool_], count: int) -> Text:
    """Draw characters of given names; men's and women's favourites differ."""
    pool = np.array(list(dict.fromkeys(GIVEN)))
    rank = _zipf(random, len(pool), count, 0.55)
    return pool[np.where(male, rank, (rank * 7 + 3) % len(pool))]


def _long_names(random: np.random.Generator, count: int) -> Text:
    """Write transliterated names of two parts."""
    parts = np.array(
        [
            "阿卜杜拉",
            "买买提",
            "艾力",
            "古丽娜尔",
            "阿依古丽",
            "吐尔逊",
            "热合曼",
            "玉素甫",
            "卡德尔",
            "尼加提",
            "迪丽热巴",
            "阿迪力",
        ]
    )
    one, two = (parts[random.integers(0, len(parts), count)] for _ in range(2))
    return np.char.add(np.char.add(one, "·"), two)


def _zipf(
    random: np.random.Generator, size: int, count: int, power: float
) -> NDArray[np.int64]:
    """Draw ranks whose frequency falls by a power."""
    weight = 1 / np.arange(2, size + 2) ** power
    return random.choice(size, count, p=weight / weight.sum())


def _phones(random: np.random.Generator, count: int) -> Text:
    """Invent mobile numbers."""
    head = np.array(["138", "139", "150", "159", "186", "189", "176", "135"])
    tail = np.char.zfill(random.integers(0, 10**8, count).astype("U8"), 8)
    return np.char.add(head[random.integers(0, len(head), count)], tail)


def _numbers(
    random: np.random.Generator, born: NDArray[np.datetime64], male: NDArray[np.bool_]
) -> Text:
    """Give resident numbers: area, birth date, sequence by sex, check."""
    count = len(born)
    province = np.array(list(PROVINCES))[random.integers(0, len(PROVINCES), count)]
    county = np.char.zfill(random.integers(101, 330, count).astype("U4"), 4)
    date = np.char.replace(born.astype("U10"), "-", "")
    order = random.integers(0, 500, count) * 2 + male
    head = np.char.add(np.char.add(province, county), date)
    head = np.char.add(head, np.char.zfill(order.astype("U3"), 3))
    digits = head.astype("U17").view(np.uint32).reshape(count, 17).astype(int) - 48
    check = np.array(list("10X98765432"))[(digits @ WEIGHTS) % 11]
    return np.char.add(head, check)


def _visits(
    random: np.random.Generator, records: int, persons: int
) -> NDArray[np.int64]:
    """Draw whose record each is: everybody has one, the sick have many."""
    need = random.gamma(1.2, 1.0, persons)
    more = random.choice(persons, records - persons, p=need / need.sum())
    person = np.concatenate([np.arange(persons), more])
    return person[random.permutation(records)]


def _records(
    random: np.random.Generator, people: People, person: NDArray[np.int64]
) -> pa.Table:
    """Write each record as its hospital would: with gaps, habits and slips."""
    count = len(person)
    hospital = _zipf(random, HOSPITALS, count, 0.6)
    traps = {name: random.random(count) < rate for name, rate in RATES.items()}
    careless = random.uniform(0.02, 0.52, HOSPITALS)[hospital] * 1.1
    name = _written_names(random, people, person, traps)
    number = _written_numbers(random, people, person, traps)
    number[(random.random(count) < careless) | traps["sparse"]] = ""
    phone = _written_phones(random, people.phone[person], hospital, traps)
    address = _written_addresses(random, people.home[person], person, traps)
    columns = {
        "record": np.arange(count),
        "person": person,
        "hospital": hospital,
        "name": name,
        "sex": np.where(people.male[person] ^ traps["sex"], "男", "女"),
        "birth_date": _written_births(random, people.born[person], traps),
        "id_number": number,
        "phone": np.where(traps["sparse"], "", phone),
        "address": np.where(traps["sparse"], "", address),
        "trap": _named(traps),
    }
    return pa.table({k: pa.array(v) for k, v in columns.items()})


def _named(traps: dict[str, NDArray[np.bool_]]) -> Text:
    """Name the last trap of each record."""
    out = np.full(len(traps["sex"]), "", "U16")
    for name, where in traps.items():
        out[where] = name
    return out


def _written_names(
    random: np.random.Generator,
    people: People,
    person: NDArray[np.int64],
    traps: dict[str, NDArray[np.bool_]],
) -> Text:
    """Write names with their slips."""
    name = people.name[person].astype("U20")
    distinct, where = np.unique(name, return_inverse=True)
    heard = np.array([_by_ear(one) for one in distinct])
    name = np.where(traps["homophone"], heard[where], name)
    points = name.astype("U20").view(np.uint32).reshape(len(name), 20).copy()
    last = (points != 0).sum(1) - 1
    rows = np.arange(len(name))
    new = np.flatnonzero(traps["renamed"])
    for place in (1, 2):
        drawn = random.integers(0, len(GIVEN), len(new))
        points[new, place] = np.array([ord(c) for c in GIVEN], np.uint32)[drawn]
    wrong = np.flatnonzero(traps["wrong_character"])
    points[wrong, last[wrong]] = [
        ord(c) for c in np.array(list(GIVEN))[random.integers(0, 100, len(wrong))]
    ]
    unread = np.flatnonzero(traps["unreadable"])
    points[rows[unread], last[unread]] = ord("?")
    name = points.reshape(-1).view("U20")
    name = np.where(traps["suffix"], np.char.add(name, "(2)"), name)
    infant = traps["newborn"] & (people.born[person] > np.datetime64("2023-06-30"))
    mother = people.name[np.maximum(person - 1, 0)]
    name = np.where(infant, np.char.add(mother, "之子"), name)
    return np.where(random.random(len(name)) < 0.004, "无名氏", name)


def _by_ear(name: str) -> str:
    """Write the last character that has one by another of its sound."""
    for place in range(len(name) - 1, 0, -1):
        if name[place] in HOMOPHONES:
            return name[:place] + HOMOPHONES[name[place]] + name[place + 1 :]
    return name


def _written_births(
    random: np.random.Generator,
    born: NDArray[np.datetime64],
    traps: dict[str, NDArray[np.bool_]],
) -> Text:
    """Write birth dates with their slips."""
    date = born.astype("datetime64[D]").astype("U10")
    points = date.view(np.uint32).reshape(len(date), 10).copy()
    crossed = traps["birth_month_day"] & (
        born.astype("U10").view("U1").reshape(-1, 10)[:, 8] == "0"
    )
    points[crossed] = points[crossed][:, [0, 1, 2, 3, 4, 8, 9, 7, 5, 6]]
    points[traps["birth_january"], 5:] = [ord(c) for c in "01-01"]
    decade = traps["birth_decade"]
    points[decade, 2] = 48 + (points[decade, 2] - 48 + 9) % 10
    typed = np.flatnonzero(traps["birth_digit"])
    points[typed, 9] = 48 + (points[typed, 9] - 47) % 10
    date = points.reshape(-1).view("U10")
    return np.where(random.random(len(date)) < 0.03, "", date)


def _written_numbers(
    random: np.random.Generator,
    people: People,
    person: NDArray[np.int64],
    traps: dict[str, NDArray[np.bool_]],
) -> Text:
    """Write resident numbers: mistyped, of the old length, of a relative."""
    owner = np.where(traps["id_borrowed"], np.maximum(person - 1, 0), person)
    number = people.number[owner].astype("U18")
    points = number.view(np.uint32).reshape(len(number), 18).copy()
    typed = np.flatnonzero(traps["id_digit"])
    place = random.integers(0, 17, len(typed))
    points[typed, place] = 48 + (points[typed, place] - 47) % 10
    number = points.reshape(-1).view("U18")
    old = traps["id_old"] & (people.born[owner] < np.datetime64("1985-01-01"))
    old &= people.born[owner] >= np.datetime64("1900-01-01")
    short = np.concatenate([points[:, :6], points[:, 8:17]], 1).reshape(-1).view("U15")
    return np.where(old, short, number)


def _written_phones(
    random: np.random.Generator,
    phone: Text,
    hospital: NDArray[np.int64],
    traps: dict[str, NDArray[np.bool_]],
) -> Text:
    """Write telephones: changed ones, the ward's, none."""
    changed = traps["phone_changed"] & (random.random(len(phone)) < 0.7)
    phone = np.where(changed, _phones(random, len(phone)), phone)
    ward = np.char.add("0551", np.char.zfill((60_000_00 + hospital).astype("U7"), 7))
    phone = np.where(traps["phone_ward"], ward, phone)
    return np.where(random.random(len(phone)) < 0.12, "", phone)


def _written_addresses(
    random: np.random.Generator,
    home: NDArray[np.int64],
    person: NDArray[np.int64],
    traps: dict[str, NDArray[np.bool_]],
) -> Text:
    """Write addresses: after a move, short, none."""
    where = np.where(traps["moved"], home.max() + 1 + person, home).astype(np.uint64)
    scatter = where * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(20)
    province = np.array(list(PROVINCES.values()))[scatter % np.uint64(len(PROVINCES))]
    roads = np.array(
        [f"{a}{b}" for a in ROADS for b in ("东路", "西路", "南路", "北路", "路", "街")]
    )
    road = roads[scatter // np.uint64(16) % np.uint64(len(roads))]
    number = (scatter // np.uint64(4096) % np.uint64(900)).astype("U3")
    building = (scatter // np.uint64(1 << 24) % np.uint64(30)).astype("U2")
    room = (scatter // np.uint64(1 << 30) % np.uint64(900) + np.uint64(101)).astype(
        "U4"
    )
    place = np.char.add(np.char.add(road, number), "号")
    full = np.char.add(
        np.char.add(np.char.add(place, building), "号楼"), np.char.add(room, "室")
    )
    full = np.char.add(np.char.add(province, "和平区"), full)
    full = np.where(traps["address_short"], place, full)
    return np.where(random.random(len(home)) < 0.1, "", full)
