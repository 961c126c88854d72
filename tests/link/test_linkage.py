"""Who is who: laws and traps, through the doors of the room."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.population import population
from datong.core.reason import Trouble
from datong.link.evaluate import evaluate, read_records
from datong.link.explain import why
from datong.link.kinds import Kind, read_fields
from datong.link.linkage import Run, link
from datong.link.measure import measure, measure_by
from datong.link.resolving import resolve
from datong.link.stable import keep_keys
from datong.serve.cli import main

FIELDS = {
    "name": Kind.FULL_NAME,
    "sex": Kind.SEX,
    "birth_date": Kind.BIRTH_DATE,
    "id_number": Kind.IDENTITY,
    "phone": Kind.PHONE,
    "address": Kind.ADDRESS,
}


@pytest.fixture(scope="module")
def people() -> pa.Table:
    return population(6_000, seed=7)


@pytest.fixture(scope="module")
def run(people: pa.Table) -> Run:
    return link(people, FIELDS)


def partition(person: np.ndarray) -> list[tuple[int, ...]]:
    """Return the groups of records, whatever the persons are called."""
    groups: dict[int, list[int]] = {}
    for record, one in enumerate(person.tolist()):
        groups.setdefault(one, []).append(record)
    return sorted(map(tuple, groups.values()))


def test_persons_are_found(people: pa.Table, run: Run) -> None:
    scores = measure(run.person, people["person"].to_numpy())
    assert scores.precision > 0.995
    assert scores.recall > 0.96


def test_persons_are_found_without_numbers(people: pa.Table) -> None:
    fields = {name: kind for name, kind in FIELDS.items() if name != "id_number"}
    scores = measure(link(people, fields).person, people["person"].to_numpy())
    assert scores.precision > 0.97
    assert scores.recall > 0.94


def test_the_order_of_rows_decides_nothing(people: pa.Table, run: Run) -> None:
    order = np.random.default_rng(5).permutation(len(people))
    shuffled = link(people.take(pa.array(order)), FIELDS)
    back = np.empty(len(order), np.int64)
    back[order] = shuffled.person
    assert partition(back) == partition(run.person)


def test_two_verified_numbers_are_never_one_person(run: Run) -> None:
    numbers = next(c for c in run.table.columns if c.name == "id_number")
    trusted = np.flatnonzero(numbers.trusted() & (numbers.codes >= 0))
    held = np.unique(
        np.stack([run.clusters.of[trusted], numbers.codes[trusted]], 1), axis=0
    )
    assert len(np.unique(held[:, 0])) == len(held)


def test_people_decide(people: pa.Table, run: Run) -> None:
    twice = next(g for g in partition(run.person) if len(g) == 2)
    alone = [g[0] for g in partition(run.person) if len(g) == 1][:2]
    apart, same = np.array([twice], np.int32), np.array([alone], np.int32)
    decided = link(people, FIELDS, same=same, apart=apart)
    assert decided.person[twice[0]] != decided.person[twice[1]]
    assert decided.person[alone[0]] == decided.person[alone[1]]


def test_rows_that_say_nearly_nothing_are_not_joined() -> None:
    said = ["张伟"] * 2 + [
        f"{s}{g}" for s in "王李赵钱孙" for g in "一二三四五六七八九十"
    ]
    table = pa.table({"name": said * 2})
    assert len(set(link(table, {"name": Kind.FULL_NAME}).person.tolist())) > 2


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_small_and_empty_tables(rows: int) -> None:
    table = pa.table({"name": pa.array(["张伟", None][:rows], pa.string())})
    found = link(table, {"name": Kind.FULL_NAME})
    assert len(found.person) == rows
    assert len(set(found.person.tolist())) == rows


def test_every_pair_has_its_waterfall(run: Run) -> None:
    groups = partition(run.person)
    linked = next(g for g in groups if len(g) > 1)
    for a, b in [linked[:2], (groups[0][0], groups[1][0])]:
        found = why(run, a, b)
        assert sum(step.bits for step in found.steps) == pytest.approx(found.score)
        assert found.linked == (run.person[a] == run.person[b])
        assert all(step.what.en and step.what.zh for step in found.steps)


def test_too_many_columns_are_told() -> None:
    table = pa.table({f"c{n}": ["a", "b", "a"] for n in range(40)})
    with pytest.raises(Trouble, match="LINK-WIDE"):
        link(table, dict.fromkeys(table.column_names, Kind.OCCUPATION))


def test_newborns_of_two_mothers_are_two(people: pa.Table) -> None:
    babies = ["张芳思之子", "任平之子", "任平之子"]
    names = pa.array([*people["name"].to_pylist(), *babies])
    births = pa.array([*people["birth_date"].to_pylist(), *["2024-06-22"] * 3])
    table = pa.table({"name": names, "birth_date": births})
    person = link(table, {name: FIELDS[name] for name in table.column_names}).person
    assert person[-3] != person[-2]


def test_several_rows_of_one_patient_are_one_record() -> None:
    table = pa.table(
        {
            "organization": ["a", "a", "b"],
            "system": ["s", "s", "s"],
            "value": ["1", "1", "1"],
            "name": [None, "张伟", "李娜"],
        }
    )
    found = resolve(table)
    assert found.persons["value"].to_pylist() == ["1", "1"]
    assert (found.entry.read, found.entry.kept, found.entry.merged) == (3, 2, 1)


clusterings = st.lists(st.integers(0, 6), min_size=1, max_size=40)


@given(clusterings, st.data())
def test_no_key_is_given_twice_and_none_is_lost(
    first: list[int], data: st.DataObject
) -> None:
    size = len(first)
    second = data.draw(st.lists(st.integers(0, 6), min_size=size, max_size=size))
    last, before = 0, np.zeros(size, np.int64)
    for drawn in (first, second, first):
        cluster = np.unique(drawn, return_inverse=True)[1].astype(np.int64)
        keys = keep_keys(cluster, before, last)
        assert len(set(keys.of.tolist())) == len(keys.of)
        now = keys.of[cluster]
        gone = set(before.tolist()) - set(now.tolist()) - {0}
        assert gone == set(keys.retired[:, 0].tolist()) - set(keys.of.tolist())
        assert set(keys.retired[:, 1].tolist()) <= set(keys.of.tolist())
        last, before = max(last, int(keys.of.max())), now


@given(clusterings)
@settings(max_examples=10)
def test_the_truth_scores_one(truth: list[int]) -> None:
    persons = np.array(truth)
    assert measure(persons, persons).f1 == 1
    assert measure(persons, persons).b3 == pytest.approx(1)


def test_scores_of_a_small_example() -> None:
    scores = measure(np.array([0, 0, 0, 1, 2]), np.array([0, 0, 1, 1, 1]))
    assert scores.precision == pytest.approx(1 / 3)
    assert scores.recall == pytest.approx(1 / 4)
    assert scores.b3_precision == pytest.approx((2 / 3 * 2 + 1 / 3 + 1 + 1) / 5)
    assert scores.b3_recall == pytest.approx((1 + 1 + 1 / 3 * 3) / 5)


def test_an_english_table_with_families(tmp_path: Path) -> None:
    place = tmp_path / "people.csv"
    pa.csv.write_csv(english(), place)
    kinds = ["first=given name", "last=surname", "born=birth date", "street=address"]
    pairs = [part for kind in [*kinds, "city=place"] for part in ("--map", kind)]
    asked = ["link", "evaluate", str(place), "--truth", "person", *pairs, "--json"]
    answer = CliRunner().invoke(main, asked)
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.output)
    assert found["precision"] > 0.98
    assert found["recall"] > 0.95
    assert found["peak_mb"] > 0


def test_names_that_changed_places_are_known_again() -> None:
    table = english().select(["person", "first", "last", "born"])
    turned = np.random.default_rng(4).random(len(table)) < 0.1
    first, last = (
        table[name].to_numpy(zero_copy_only=False) for name in ("first", "last")
    )
    mixed = {
        "first": np.where(turned, last, first),
        "last": np.where(turned, first, last),
        "born": table["born"],
    }
    kinds = {
        "first": Kind.GIVEN_NAME, "last": Kind.SURNAME, "born": Kind.BIRTH_DATE
    }  # fmt: skip
    run = link(pa.table(mixed), kinds)
    scores = measure(run.person, table["person"].to_numpy())
    assert scores.precision > 0.99
    assert scores.recall > 0.97
    half = len(table) // 2
    apart = (turned[:half] != turned[half:]) & (first[:half] == first[half:])
    one = int(np.flatnonzero(apart)[0])
    told = [step.what.en for step in why(run, one, one + half).steps]
    assert any("changed places" in line for line in told)


def test_columns_that_tell_each_other_are_not_counted_twice() -> None:
    """A given name tells the sex, a postcode the town: strangers share both."""
    random = np.random.default_rng(3)
    persons, names, towns = 4_000, 40, 30
    first, town = random.integers(0, names, persons), random.integers(0, towns, persons)
    surname = random.integers(0, 2_000, persons)
    who = np.repeat(np.arange(persons), 2)
    records = pa.table(
        {
            "first": [
                f"{'bcdfglmnpr'[k % 10]}ar{'bcdf'[k // 10]}o" for k in first[who]
            ],
            "last": [f"sur{k:04}name" for k in surname[who]],
            "sex": ["MF"[k % 2] for k in first[who]],
            "post": [f"{k * 331 + 10_000}" for k in town[who]],
            "town": [f"town{'abcdefghijklmnopqrstuvwxyzäöüß'[k]}" for k in town[who]],
        }
    )
    kinds = (Kind.GIVEN_NAME, Kind.SURNAME, Kind.SEX, Kind.POSTCODE, Kind.PLACE)
    run = link(records, dict(zip(records.column_names, kinds, strict=True)))
    parents = {k: tie.parent for k, tie in run.model.ties.items()}
    assert parents[2] == 0  # the sex hangs on the given name
    assert parents.get(3) == 4 or parents.get(4) == 3
    assert measure(run.person, who).precision > 0.95
    places = records.select(["sex", "post", "town"])
    weak = link(places, dict(zip(places.column_names, kinds[2:], strict=True)))
    assert len(np.unique(weak.person)) > len(who) / 2  # they tell no person


def test_a_small_table_without_numbers() -> None:
    small = population(500, seed=11)
    fields = {name: kind for name, kind in FIELDS.items() if name != "id_number"}
    scores = measure(link(small, fields).person, small["person"].to_numpy())
    assert scores.precision > 0.98
    assert scores.recall > 0.95


def test_each_kind_of_record_is_scored(tmp_path: Path) -> None:
    people = population(2_000, seed=12)
    pq.write_table(people, tmp_path / "people.parquet")
    found = evaluate(tmp_path / "people.parquet", "person", FIELDS, "trap")
    kinds = set(" ".join(people["trap"].to_pylist()).split())
    assert found["by"].keys() == kinds
    one = found["by"]["homophone"]
    assert one["true_pairs"] - one["false_pairs"] > 0
    assert one["recall"] > 0.8
    example = np.array([1, 1, 1, 2]), np.array([1, 1, 2, 2])
    touched = measure_by(*example, np.array(["", "a", "b a", ""]))
    assert touched["b"].recall == 0.0
    assert touched["a"].joined_pairs == 3
    assert touched["a"].false_pairs == 2


def test_tables_as_people_have_them(tmp_path: Path) -> None:
    place = tmp_path / "people.csv"
    text = '姓名,备注,人\n张伟,"一\n二",1\n李娜,,2\n'
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        place.write_bytes(text.encode(encoding))
        assert read_records(place)["姓名"].to_pylist() == ["张伟", "李娜"]
    frame = pa.table({"born": pa.array([19900307.0, None]), "n": pa.array([1, 2])})
    pq.write_table(frame, tmp_path / "people.parquet")
    assert read_records(tmp_path / "people.parquet")["n"].to_pylist() == ["1", "2"]


def english() -> pa.Table:
    """Invent families that share a surname and a street, each person twice."""
    random = np.random.default_rng(3)
    sounds = np.array(["ba", "der", "ni", "lo", "ma", "ris", "ton", "wil", "ka", "fen"])

    def word(count: int) -> np.ndarray:
        parts = sounds[random.integers(0, 10, (count, 3))]
        return np.array(["".join(row) for row in parts.tolist()])

    homes, persons = 500, 1_500
    home = random.integers(0, homes, persons)
    born = np.datetime64("1950-01-01") + random.integers(0, 25_000, persons)
    columns = {
        "person": np.arange(persons),
        "first": word(persons),
        "last": word(homes)[home],
        "born": born.astype(str),
        "street": np.char.add(np.char.add(home.astype(str), " "), word(homes)[home]),
        "city": word(20)[home % 20],
    }
    second = {name: values.copy() for name, values in columns.items()}
    typed = random.random(persons) < 0.1
    second["first"][typed] = [name[:-1] + "x" for name in second["first"][typed]]
    return pa.table({n: np.concatenate([columns[n], second[n]]) for n in columns})


def test_wrong_questions_are_told(tmp_path: Path) -> None:
    place = tmp_path / "people.parquet"
    pq.write_table(pa.table({"name": ["张伟"], "person": [1]}), place)
    whole = ["link", "evaluate", str(place), "--truth", "person", "--map"]
    for asked, code in (
        ([*whole, "name=nickname"], "LINK-KIND"),
        ([*whole, "nom=full name"], "LINK-FIELD"),
        ([*whole[:4], "who", "--map", "name=full name"], "LINK-FIELD"),
        ([*whole, "person=free token"], "LINK-TWICE"),
        ([*whole, "name=full name", "--map", "name=surname"], "LINK-TWICE"),
        (["link", "why", str(place), "1", "9", "--map", "name=姓名"], "LINK-ROW"),
    ):
        answer = CliRunner().invoke(main, asked)
        assert answer.exit_code == 1
        assert code in answer.output
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and nothing else")
    answer = CliRunner().invoke(main, [*whole[:2], str(broken), *whole[3:], "a=phone"])
    assert "LINK-TABLE" in answer.output


def test_kinds_are_read_as_people_write_them() -> None:
    written = ["a=full_name", "b=Full-Name", "c=姓名", "d= free token "]
    found = list(read_fields(written, list("abcd")).values())
    assert found == [Kind.FULL_NAME] * 3 + [Kind.TOKEN]
    with pytest.raises(Trouble, match="LINK-KIND"):
        read_fields(["a"], ["a"])


def test_blocks_keep_every_pair_once(run: Run) -> None:
    pairs = list(zip(run.blocks.i.tolist(), run.blocks.j.tolist(), strict=True))
    assert all(i < j for i, j in pairs)
    assert all(one < two for one, two in pairwise(pairs))
