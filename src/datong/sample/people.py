"""The people of a chunk: households, names, numbers, addresses, lasting diseases."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datong.sample.chance import draw, draw_by_row, happens, ranks, stream
from datong.sample.identity import identity_numbers, numbered
from datong.sample.words import Column, lasting, words

CHUNK = 10_000  # people at most who are made together and share six hospitals
GUESTS = 1_000  # at most, who came from elsewhere in the year
CITY = 25  # chunks of a city: its counties' numbers and birth dates suffice for so many
CITIES = 99  # as many as four digits behind the invented province 99 can name
FIRST, SECOND = "云青白松石金银玉龙凤", "溪岚浦漪潭屿汀峪堰洲"
YEAR = np.datetime64("2024-01-01")  # the year that is delivered
# Households by size (one to five), close to the census of 2020 (2.62 on average).
SIZES = np.array([0.25, 0.29, 0.21, 0.14, 0.11])
# Heads by five years of age from 20 on, of households of one or two and of larger ones;
# fitted so that the people of all households have the ages of the census of 2020.
# fmt: off
HEADS = np.array(
    [
        [0, 73, 127, 32, 0, 0, 148, 176, 98, 145, 84, 51, 38, 27],
        [60, 77, 119, 165, 175, 231, 103, 31, 37, 0, 0, 0, 0, 3],
    ]
) / 1000
# fmt: on
# Whose papers are which; "" is anywhere else.
PAPERS = {
    "CHN": "居民身份证",
    "HKG": "港澳居民来往内地通行证",
    "MAC": "港澳居民来往内地通行证",
    "TWN": "台湾居民来往大陆通行证",
    "": "护照",
}
SMOKES = np.array(["从不吸烟", "吸烟", "已戒烟", ""])  # "": was not asked
DRINKS = np.array(["不饮酒", "偶尔饮酒", "经常饮酒", ""])
# Never, now, no longer; women, then men (China Adult Tobacco Survey 2018).
SMOKING = np.array([[0.972, 0.021, 0.007], [0.395, 0.505, 0.10]])
# Never, now and then, often: our estimate.
DRINKING = np.array([[0.87, 0.12, 0.01], [0.49, 0.36, 0.15]])


@dataclass(frozen=True, slots=True)
class People:
    """The people of a chunk, a column a field; all arrays have one length."""

    number: NDArray[np.int64]  # the true person, in the whole region
    household: NDArray[np.int64]
    male: NDArray[np.bool_]
    birth: Column  # days
    name: Column
    identity: Column
    identity_type: Column  # 居民身份证 or 护照
    smoking: NDArray[np.int64]  # 0 never, 1 now, 2 no longer
    drinking: NDArray[np.int64]  # 0 never, 1 now and then, 2 often
    phone: Column
    address: Column
    area: Column
    ethnic: Column
    ethnic_code: Column
    nation: Column
    death: Column  # days; NaT: alive when the year ends
    mother: NDArray[np.int64]  # position of the mother, -1 unknown
    chronic: NDArray[np.bool_]  # people x lasting diagnoses
    since: NDArray[np.int64]  # day of the year from which they live here
    until: NDArray[np.int64]  # day before which they live here
    carried: NDArray[np.int64]  # disease they are taken to the next catchment with
    carried_on: NDArray[np.int64]  # the day of it; `carried` is -1 for all others

    def __len__(self) -> int:
        """Count them."""
        return len(self.number)

    @property
    def mother_number(self) -> NDArray[np.int64]:
        """Return the mothers as true persons of the region, -1 unknown."""
        return np.where(self.mother < 0, -1, self.number[self.mother])

    def age(self, day: Column, who: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return full years (by 365.25 days) of some people at some days."""
        days = (day.astype("datetime64[D]") - self.birth[who]).astype(np.int64)
        years: NDArray[np.int64] = np.floor(days / 365.25).astype(np.int64)
        return years


def make_people(seed: int, chunk: int, size: int) -> People:
    """Make the people of a chunk."""
    rng = stream(seed, chunk, "people")
    household, place = _households(rng, size)
    male, age = _sexes_and_ages(rng, household, place)
    birth = YEAR + 366 - np.floor(age * 365.25).astype(np.int64)
    name, ethnic, code, nation = _names(rng, place, male, age)
    areas, area, address = addresses(rng, household, chunk // CITY)
    identity = identity_numbers(areas, birth, _sequences(areas, birth, male, chunk))
    number = np.arange(size) + chunk * CHUNK
    identity, papers = _papers(stream(seed, chunk, "papers"), nation, number, identity)
    return People(
        number=number,
        household=household + chunk * CHUNK,
        male=male,
        birth=birth,
        name=name,
        identity=identity,
        identity_type=papers,
        smoking=_habits(rng, male, age, SMOKING),
        drinking=_habits(rng, male, age, DRINKING),
        phone=_phones(rng, place),
        address=address,
        area=area,
        ethnic=ethnic,
        ethnic_code=code,
        nation=nation,
        death=_deaths(rng, birth, age),
        mother=_mothers(household, place, male),
        chronic=_chronic(rng, male, age),
        since=np.zeros(size, dtype=np.int64),
        until=np.full(size, 366),
        carried=np.full(size, -1),
        carried_on=np.zeros(size, dtype=np.int64),
    )


def _households(
    rng: np.random.Generator, size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Group people into households; return the household and the place in it."""
    sizes = draw(rng, SIZES, size) + 1
    household = np.repeat(np.arange(size), sizes)[:size]
    first = np.flatnonzero(np.diff(household, prepend=-1))
    starts = np.repeat(first, np.diff(first, append=size))
    return household, np.arange(size) - starts


def _sexes_and_ages(
    rng: np.random.Generator, household: NDArray[np.int64], place: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Place 0 is the head, 1 the spouse, 2 and 3 children, 4 a grandparent."""
    size = len(household)
    heads = household.max() + 1
    large = (np.bincount(household) > 2).astype(np.int64)
    head_age = 20 + 5 * draw_by_row(rng, HEADS, large) + 5 * rng.random(heads)
    head_male = rng.random(heads) < 0.62
    own, apart = head_age[household], rng.normal(0, 2.5, size)
    child = np.abs(own - 27 - rng.random(size) * 8)
    older = (child < 1) & happens(rng, 0.5, size)  # fewer are born than there were
    child[older] += 1 + 12 * rng.random(int(older.sum()))
    twin = happens(rng, 0.012, size) & (place == 3)
    child[twin] = child[np.flatnonzero(twin) - 1]
    by_place = [own, np.maximum(own - 1 + apart, 20), child, child, own + 26 + apart]
    age = np.clip(np.choose(place, by_place), 0.02, 101)
    male = np.where(place == 0, head_male[household], rng.random(size) < 0.51)
    return np.where(place == 1, ~head_male[household], male), age


def _names(
    rng: np.random.Generator,
    place: NDArray[np.int64],
    male: NDArray[np.bool_],
    age: NDArray[np.float64],
) -> tuple[Column, Column, Column, Column]:
    """Name them: surname of the father's line, characters of their sex and cohort."""
    size = len(male)
    surname = words("surnames")["name"][draw(rng, words("surnames")["percent"], size)]
    heads = np.flatnonzero(place == 0)
    inherited = surname[np.repeat(heads, np.diff(heads, append=size))]
    surname = np.where((place == 2) | (place == 3), inherited, surname)
    given = words("given")
    cohorts = [given["old"], given["old"] + given["young"], given["young"] * 2]
    table = np.array([g * c for g in (given["female"], given["male"]) for c in cohorts])
    row = male * 3 + 2 - np.digitize(age, [25, 50])
    one = given["name"][draw_by_row(rng, table + 0.05, row)]
    two = given["name"][draw_by_row(rng, table + 0.05, row)]
    single = happens(rng, np.where(age < 25, 0.08, 0.2), size)
    han = np.char.add(surname, np.where(single, one, np.char.add(one, two)))
    return _others(rng, han, male)


def _others(
    rng: np.random.Generator, han: Column, male: NDArray[np.bool_]
) -> tuple[Column, Column, Column, Column]:
    """Give some people a minority or foreign name, whole as it is written."""
    size = len(han)
    name = han.astype("U16")
    ethnic, code = np.full(size, "汉族", dtype="U8"), np.full(size, "01", dtype="U2")
    nation = np.full(size, "CHN", dtype="U3")
    who = np.flatnonzero(happens(rng, 0.02, size))
    table = words("minorities")
    match = (table["male"][None, :] == np.array([[0], [1]])).astype(float)
    pick = draw_by_row(rng, match, male[who].astype(np.int64))
    name[who], ethnic[who], code[who] = (
        table[c][pick] for c in ("name", "group", "code")
    )
    who = np.flatnonzero(happens(rng, 0.001, size))
    table = words("foreigners")
    match = (table["male"][None, :] == np.array([[0], [1]])).astype(float)
    pick = draw_by_row(rng, match, male[who].astype(np.int64))
    name[who], nation[who] = table["name"][pick], table["nation"][pick]
    ethnic[who], code[who] = "", ""
    return name, ethnic, code, nation


def _papers(
    rng: np.random.Generator,
    nation: Column,
    number: NDArray[np.int64],
    identity: Column,
) -> tuple[Column, Column]:
    """Give each who has no identity number the papers of where they come from.

    The nation of a few is changed: they come from Hong Kong, Macao and Taiwan.
    """
    size = len(nation)
    papers = np.where(nation == "CHN", PAPERS["CHN"], PAPERS[""]).astype("U16")
    held = np.where(nation == "CHN", identity, numbered("P", number % 10**8, 8))
    who = np.flatnonzero((nation == "CHN") & happens(rng, np.full(size, 0.0015), size))
    home = np.array(["HKG", "MAC", "TWN"])[draw(rng, np.array([5, 1, 3.0]), len(who))]
    nation[who] = home
    eight = number[who] % 10**8
    for place, prefix in (("HKG", "H"), ("MAC", "M"), ("TWN", "")):
        here = who[home == place]
        permit = numbered(prefix, eight[home == place], 8)
        held[here], papers[here] = permit, PAPERS[place]
    return held, papers


def _sequences(
    areas: NDArray[np.int64], birth: Column, male: NDArray[np.bool_], chunk: int
) -> NDArray[np.int64]:
    """Number those of one county, birth date and sex, so that no number comes twice.

    Every chunk of a city has its own nineteen of the 999; odd ones are men's.
    """
    key = (areas * 100_000 + birth.astype(np.int64) + 50_000) * 2 + male
    order = np.argsort(key, kind="stable")
    place = np.empty(len(key), dtype=np.int64)
    place[order] = ranks(key[order]) - 1
    return ((chunk % CITY) * 19 + place % 19) * 2 + 2 - male


def _habits(
    rng: np.random.Generator,
    male: NDArray[np.bool_],
    age: NDArray[np.float64],
    rates: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Let grown people smoke or drink, by sex."""
    return np.where(age < 18, 0, draw_by_row(rng, rates, male.astype(np.int64)))


def addresses(
    rng: np.random.Generator, household: NDArray[np.int64], city: int
) -> tuple[NDArray[np.int64], Column, Column]:
    """Give every household an address; return region numbers, codes, addresses."""
    places, heads = words("places"), household.max() + 1
    wide = np.array([(row.split("|") * 2)[:4] for row in places["roads"]])
    place = rng.integers(0, len(wide), heads)
    road = wide[place, rng.integers(0, 4, heads)]
    door = rng.integers(1, 300, heads).astype(str)
    room = rng.integers(101, 2900, heads).astype(str)
    name = f"{FIRST[city % 10]}{SECOND[city // 10]}市"
    county = np.char.replace(places["county"], "云溪市", name)
    whole = np.char.add(county[place], road)
    for part, word in ((door, "号"), (room, "室")):
        whole = np.char.add(np.char.add(whole, part), word)
    codes = (places["code"].astype(np.int64) + city * 100).astype(str)[place]
    return codes.astype(np.int64)[household], codes[household], whole[household]


def _phones(rng: np.random.Generator, place: NDArray[np.int64]) -> Column:
    """Give each adult a number; children have that of the first of the household."""
    own = rng.integers(0, 10**8, len(place))
    heads = np.flatnonzero(place == 0)
    of_head = own[np.repeat(heads, np.diff(heads, append=len(place)))]
    return numbered("140", np.where(place >= 2, of_head, own), 8)


def _deaths(
    rng: np.random.Generator, birth: Column, age: NDArray[np.float64]
) -> Column:
    """Let people die: a rate that rises by nine percent a year of age (Gompertz)."""
    rate = 0.00004 * np.exp(0.09 * age) + np.where(age < 1, 0.004, 0)
    dies = happens(rng, rate, len(age))
    day = np.maximum(YEAR + rng.integers(0, 366, len(age)), birth + 1)
    return np.where(dies, day, np.datetime64("NaT", "D"))


def _mothers(
    household: NDArray[np.int64], place: NDArray[np.int64], male: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Find the woman of the couple for each child of a household."""
    start = np.arange(len(place)) - place
    mother = np.minimum(start + male[start], len(place) - 1)
    known = ((place == 2) | (place == 3)) & (household[mother] == household)
    return np.where(known, mother, -1)


def _chronic(
    rng: np.random.Generator, male: NDArray[np.bool_], age: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Give lasting diseases: the rate of the lexicon at 70 years, rising with age."""
    table = {name: column[lasting()] for name, column in words("diagnoses").items()}
    rising = 1 / (1 + np.exp(-(age[:, None] - 62) / 9)) * 1.4
    allowed = (age[:, None] >= table["low"]) & (age[:, None] <= table["high"])
    for sex, here in (("M", ~male), ("F", male)):
        allowed &= ~(here[:, None] & (table["sex"] == sex))
    rate = table["chronic"] * rising * allowed
    return rng.random(rate.shape) < rate
