"""The catalogue: complete, checked against the reference, quick, and unchangeable."""

import csv
import json
import re
import shutil
import unicodedata
from pathlib import Path

import pytest

from datong.core.reason import Trouble
from datong.standards import bundle, source
from datong.standards.formats import read
from datong.standards.library import Library, load
from datong.standards.model import Kind, State
from datong.standards.profiles import read_profile
from datong.standards.texts import TEXT


@pytest.fixture(scope="module")
def library() -> Library:
    return load()


def test_the_first_catalogue_is_complete(library: Library) -> None:
    counts = library.counts()
    assert counts["elements"] >= 600
    assert counts["documents"] == 53
    assert counts["value_items"] >= 1_097
    western = library.profile("frontpage-western-2019").data_set.items
    tcm = library.profile("frontpage-tcm-2019").data_set.items
    assert (len(western), len(tcm)) == (135, 168)
    needs = [[i.need for i in items] for items in (western, tcm)]
    assert [[n.count(x) for x in "MCO"] for n in needs] == [[64, 18, 53], [80, 37, 51]]
    front = [s for s in library.sets if s.startswith(("W/", "T/"))]
    assert len(front) == 44
    assert sum(len(library.sets[s].values) for s in front) == 1_097
    assert len({e[2:7] for e in library.elements}) == 16


def test_every_element_says_what_it_is_in_both_languages(library: Library) -> None:
    for element in library.elements.values():
        for say in (element.name, element.definition, element.concept.property):
            assert say.en, element.id
            assert re.search(r"[\u4e00-\u9fffA-Z]", say.zh), element.id
        assert 1 <= element.grade <= 5
        assert element.method
        assert element.sources
        if element.state is State.VERIFIED:
            assert len(element.sources) >= 2


def bare(name: str) -> str:
    """Fold a name as the reference writes it: without the unit at the end."""
    text = unicodedata.normalize("NFKC", name).replace(" ", "")
    return re.sub(r"\((?!含|自|地|区|镇|街|测|服|ASA|中)[^()]*\)$", "", text)


def test_elements_agree_with_the_reference(library: Library, real_data: Path) -> None:
    with (real_data / "std" / "ws363_facts.csv").open(encoding="utf-8") as opened:
        reference = {row["id"]: row for row in csv.DictReader(opened)}
    for element in library.elements.values():
        row = reference[element.id]
        mended = element.note.startswith("mended")
        assert mended or bare(row["name"]) == bare(element.name.zh), element.id
        assert row["type"] == element.domain.kind.value, element.id
        theirs = str(read(row["format"], Kind(row["type"])).format)
        assert theirs == (element.domain.raw_format or element.domain.format), (
            element.id
        )


def test_value_sets_and_documents_agree_with_the_reference(
    library: Library, real_data: Path
) -> None:
    with (real_data / "std" / "ws500_documents.csv").open(encoding="utf-8") as opened:
        titles = {row["doc"]: row["title"] for row in csv.DictReader(opened)}
    assert {d.id: d.name.zh for d in library.documents.values()} == titles
    with (real_data / "std" / "ws364_names.csv").open(encoding="utf-8") as opened:
        names = {row["id"]: row["name"].strip() for row in csv.DictReader(opened)}
    for chosen in library.sets.values():
        if chosen.id.startswith("CV"):
            assert names[chosen.id].removesuffix("表") in chosen.name.zh, chosen.id


def test_front_page_values_agree_with_the_notice(
    library: Library, real_data: Path
) -> None:
    place = real_data / "std" / "frontpage_2019_valuesets.csv"
    with place.open(encoding="utf-8") as opened:
        for row in csv.DictReader(opened):
            table = row["table"].partition("-")[0]
            name = f"{row['form']}/{table}"
            if name == "T/RC014" or name not in library.sets:
                continue  # published as one table, here two
            label = library.sets[name].labels.get(row["code"])
            assert label is not None, row
            assert label[:2] in row["name"], row


@pytest.mark.parametrize(
    ("one", "other", "swapped"),
    [
        ("W/RC026", "T/RC026", {"1", "2"}),
        ("W/RC002", "T/RC002", {"3", "4"}),
        ("W/RC028", "T/RC016", {"1", "2"}),
    ],
)
def test_inversions_show_as_codes_between_the_same_meanings(
    library: Library, one: str, other: str, swapped: set[str]
) -> None:
    a, b = library.sets[one].meanings, library.sets[other].meanings
    assert {code for code in a if code in b and a[code] != b[code]} == swapped
    assert {a[code] for code in swapped} == {b[code] for code in swapped}


def test_the_bundle_is_read_and_not_compiled_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = load()
    load.cache_clear()
    monkeypatch.setattr(bundle, "compile_texts", None)  # a call would fail
    assert load().fingerprint == first.fingerprint


def test_every_piece_of_a_published_edition_is_sealed() -> None:
    sealed = json.loads((TEXT / "published.json").read_text("utf-8"))
    assert sealed == bundle.seals()  # what is added is sealed with it
    for name in ("profiles/frontpage-tcm-2019.toml", "values/sets.csv#W/RC026"):
        assert name in sealed
    assert "values/sets.csv#CV07.10.005" not in sealed  # its items may still come


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("values/frontpage-2019.csv", "丧偶", "离婚"),
        ("values/sets.csv", "人的性别代码,sex", "人的性别代码,gender"),
        ("profiles/frontpage-western-2019.toml", "B12 <= B15", "B12 < B15"),
        ("editions.toml", "2012-02-01", "2012-02-02"),
        ("values/sets.csv", "\nGB/T 2261.1,", "\nGB/T 2261.9,"),
    ],
)
def test_a_published_text_cannot_be_changed(
    tmp_path: Path, file: str, old: str, new: str
) -> None:
    folder = tmp_path / "text"
    shutil.copytree(str(TEXT), folder)
    bundle.check_published(folder)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(Trouble, match="STANDARD-PUBLISHED"):
        bundle.check_published(folder)


def test_everything_names_its_source_edition_and_state(library: Library) -> None:
    profiles = [library.profile(name) for name in library.profiles]
    rules = [rule for profile in profiles for rule in profile.rules]
    assert len(rules) > 70
    documents, sets = library.documents.values(), library.sets.values()
    for one in (*library.elements.values(), *sets, *documents, *profiles):
        assert one.edition.partition("@")[2], one.id
        assert one.sources, one.id
        assert all(one.sources), one.id
        if one.state is State.VERIFIED:
            assert len(one.sources) >= 2, one.id
    for rule in rules:
        assert rule.source in ("published", "derived"), rule.id
        assert rule.edition in library.editions, rule.id
        assert rule.state in State
    for element in library.elements.values():
        assert element.part == element.sources[0]  # standard, part and edition
    for chosen in sets:
        assert chosen.complete == bool(chosen.values), chosen.id


def test_a_grade_follows_what_is_said_of_whom(library: Library) -> None:
    grades = {
        "DE05.10.129.00": 3,  # names the anaesthetists' society, no anaesthetist
        "DE06.00.280.00": 3,
        "DE09.00.104.00": 3,  # a diagnosis, among the facts of administration
        "DE09.00.018.00": 1,
        "DE02.01.039.00": 4,
    }
    assert {name: library.elements[name].grade for name in grades} == grades
    said = [e.definition.en.lower() for e in library.elements.values()]
    assert not [s for s in said if re.match(r"(result|name|date) of .*\b\1\b", s)]


def test_everything_is_named_in_both_languages(library: Library) -> None:
    said = [s.name for s in library.sets.values()]
    said += [v.label for s in library.sets.values() for v in s.values]
    said += [d.name for d in library.documents.values()]
    said += [part for d in library.documents.values() for part in d.sections]
    for name in library.profiles:
        profile = library.profile(name)
        said += [profile.name, *(rule.say for rule in profile.rules)]
        said += [item.name for item in profile.data_set.items]
    for say in said:
        assert say.en, say
        assert say.zh, say
        assert not re.search(r"[\u4e00-\u9fff]", say.en), say


HEAD = "set,code,parent,zh,en,meaning,note\n"
SETS = (
    "id,zh,en,edition,concept,complete,state,sources,reference\n"
    "X,试,x,Front page 2019@2019,x,yes,single,t,\n"
)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("X,1,,甲,a,,\nX,2,,乙,a,,\n", "STANDARD-TWO-CODES"),
        ("X,1,,甲,a,,\nX,1,,乙,b,,\n", "STANDARD-SOURCE"),
        ("X,1,2,甲,a,,\nX,2,1,乙,b,,\n", "STANDARD-CYCLE"),
        ("X,1,9,甲,a,,\n", "STANDARD-PARENT"),
        ("Y,1,,甲,a,,\n", "STANDARD-SOURCE"),
        ("X,1,,甲\n", "STANDARD-SOURCE"),
    ],
)
def test_a_broken_value_set_is_refused(tmp_path: Path, rows: str, reason: str) -> None:
    (tmp_path / "sets.csv").write_text(SETS, encoding="utf-8")
    (tmp_path / "x.csv").write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(Trouble, match=reason):
        source.read_sets(tmp_path)


def test_a_profile_that_names_a_missing_field_is_refused(tmp_path: Path) -> None:
    place = Path(str(TEXT)) / "profiles" / "frontpage-western-2019.toml"
    text = place.read_text("utf-8").replace(
        'must = "B12 <= B15"', 'must = "B12 <= B99"'
    )
    (tmp_path / "p.toml").write_text(text, encoding="utf-8")
    shutil.copy(place.with_suffix(".csv"), tmp_path)
    with pytest.raises(Trouble, match=r"PROFILE-ELEMENT.*B99"):
        read_profile(tmp_path / "p.toml", source.compile_texts())


@pytest.mark.parametrize("name", ["DE02.01.399.00", "W/RC999", "no-such"])
def test_an_unknown_name_says_what_is_near(library: Library, name: str) -> None:
    with pytest.raises(Trouble, match="STANDARD-UNKNOWN"):
        library.find(name)


def test_an_unknown_edition_says_which_there_are(library: Library) -> None:
    with pytest.raises(Trouble, match="2011"):
        library.find("DE02.01.039.00@2023")
    assert library.find("DE02.01.039.00@2011")


def test_a_profile_of_ones_own_is_read_from_its_file(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "items.csv").write_text(
        "id,zh,en,group,kind,format,need,when,set,system,element\n"
        "XB,性别,sex,a,code,N1,M,,GB/T 2261.1,,\n",
        encoding="utf-8",
    )
    text = (
        'id="mine"\nen="mine"\nzh="我的"\nedition="mine@1"\nitems="items.csv"\n'
        'length_unit="codepoint"\nrule=[]\n[weights]\npresence=1\ndomain=1\n'
    )
    place = tmp_path / "mine.toml"
    place.write_text(text, encoding="utf-8")
    assert library.profile(str(place)).items["XB"].value_set == "GB/T 2261.1"
    place.write_text(text.replace('items="items.csv"', 'items="no.csv"'), "utf-8")
    with pytest.raises(Trouble, match=r"no\.csv"):
        library.profile(str(place))
    place.write_text(text.replace("rule=[]", ""), encoding="utf-8")
    with pytest.raises(Trouble, match="missing: rule"):
        library.profile(str(place))
    with pytest.raises(Trouble, match="PROFILE-WANTED"):
        library.profile("W/RC002")


def test_countries_are_those_of_iso_3166(library: Library) -> None:
    territories = pytest.importorskip("babel").Locale("en").territories
    values = library.set("GB/T 2659.1").values
    two = {value.note.split()[2].rstrip(";") for value in values}
    assert len(two) == len(values) == 249
    assert two <= set(territories)


def test_countries_of_2000_are_the_239_of_iso_at_that_time(library: Library) -> None:
    then = {v.code: v for v in library.set("GB/T 2659").values}
    now = {v.code for v in library.set("GB/T 2659.1").values}
    assert len(then) == len({v.note[-3:] for v in then.values()}) == 239
    assert set(then) - now == {"ANT", "ROM", "TMP", "YUG"}
    assert {"MNE", "SRB", "SSD", "TLS", "ROU"} <= now - set(then)
    assert (then["ROM"].label.zh, then["SDN"].note[-3:]) == ("罗马尼亚", "736")
    meaning = {v.code: v.meaning for v in library.set("GB/T 2659.1").values}
    assert then["ROM"].meaning == meaning["ROU"]
    assert then["SDN"].meaning != meaning["SDN"]  # the south was part of it


def test_heads_and_ranks_below_them(library: Library) -> None:
    ranks = {v.code: v for v in library.set("GB/T 12407").values}
    assert len(ranks) == 35
    assert [ranks[c].parent for c in ("111", "412", "435", "420", "4")] == [
        "1",
        "410",
        "430",
        "4",
        "",
    ]
    posts = {v.code: v.label for v in library.set("GB/T 8561").values}
    health = {v.code: v.label for v in library.set("GB/T 8561.health").values}
    assert health.items() <= posts.items()


@pytest.mark.parametrize(
    ("name", "items", "some"),
    [
        ("CV09.00.403", 4, {"1": "门诊", "2": "急诊"}),  # the Western form swaps them
        ("CV06.00.102", 24, {"2": "直肠用药", "404": "静脉注射或静脉滴注"}),
        ("CV05.10.022", 4, {"1": "0类切口", "4": "Ⅲ类切口"}),
        ("GB/T 6864", 56, {"245": "临床医学博士专业学位", "4": "学士"}),
        ("GB/T 8561", 291, {"011": "教授", "203": "编辑", "233": "主治医师"}),
        ("GB/T 2260", 3526, {"330110": "余杭区", "310119": "南汇区"}),  # of 2007
    ],
)
def test_sets_of_two_sources_have_all_their_items(
    library: Library, name: str, items: int, some: dict[str, str]
) -> None:
    found = library.set(name)
    assert found.state is State.VERIFIED
    assert len(found.values) == items
    assert some.items() <= found.labels.items()


def test_parents_follow_the_list_and_not_the_first_digits(library: Library) -> None:
    parents = {v.code: v.parent for v in library.set("GB/T 2260").values}
    assert (parents["110101"], parents["330110"]) == ("110100", "330100")
    assert parents["330100"] == "330000"
    assert {v.code: v.parent for v in library.set("GB/T 12404").values}["72"] == "70"


def test_a_format_takes_the_codes_of_its_verified_set(library: Library) -> None:
    """DE08.50.040.00 was read as N2, which refuses half of its own codes."""
    for element in library.elements.values():
        if element.domain.value_set:
            held = library.sets[element.domain.value_set]
            told = re.fullmatch(r"A?N?(\d+)?(?:\.\.(\d+))?", element.domain.format)
            if told and held.complete and held.state is State.VERIFIED:
                least, most = int(told[1] or 1), int(told[2] or told[1])
                sizes = {len(value.code) for value in held.values}
                assert least <= min(sizes), element.id
                assert max(sizes) <= most, element.id
