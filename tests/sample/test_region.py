"""The invented region, through its public door."""

import csv
import json
import re
import tomllib
from collections import Counter
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from datong.core.reason import Trouble
from datong.engine.land import Landing
from datong.mapping.columns import check_columns
from datong.mapping.compile import Compiler
from datong.mapping.examples import run_examples
from datong.mapping.file import read_mapping
from datong.run.doors import through_door
from datong.sample import Region, build
from datong.sample.hospitals import catchments
from datong.sample.identity import identity_numbers
from datong.sample.people import make_people
from datong.sample.rates import rates_of
from datong.serve.cli import main
from datong.sources.delimited import Dialect
from datong.sources.sniff import door_of

PEOPLE = 600
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return build(tmp_path_factory.mktemp("region") / "r", PEOPLE, 6, seed=4)


def digest(folder: Path) -> str:
    found = sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(str(file.relative_to(folder)).encode())
        found.update(file.read_bytes())
    return found.hexdigest()


def truth(region: Region, name: str) -> pa.Table:
    return pq.read_table(region.folder / "truth" / f"{name}.parquet")


def mappings(region: Region) -> list[Path]:
    return sorted((region.folder / "mappings").rglob("*.toml"))


def test_same_seed_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    again = [build(tmp_path / str(k), 150, 6, seed) for k, seed in enumerate((3, 3, 4))]
    first, second, other = (digest(one.folder) for one in again)
    assert first == second != other


@pytest.mark.slow
def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path) -> None:
    people = 120  # in two catchments, between which some move
    one = build(tmp_path / "one", people, 40, seed=1)
    two = build(tmp_path / "two", people, 40, seed=1, processes=2)
    three = build(tmp_path / "three", people, 40, seed=1, processes=3)
    assert digest(one.folder) == digest(two.folder) == digest(three.folder)


def test_every_organization_has_its_silo_and_its_mappings(region: Region) -> None:
    text = (region.folder / "datong.toml").read_text("utf-8")
    organizations = tomllib.loads(text)["organization"]
    assert [one["id"] for one in organizations] == [f"H00{k}" for k in range(1, 7)]
    for one in organizations:
        assert any((region.folder / one["folder"]).iterdir())
        if one["mappings"] != "shipped:fhir":
            assert any((region.folder / one["mappings"]).glob("*.toml"))


def test_every_file_decodes_and_holds_the_columns_that_its_mapping_names(
    region: Region,
) -> None:
    for path in mappings(region):
        mapping = tomllib.loads(path.read_text("utf-8"))
        silo = region.folder / "silos" / path.parent.name
        files = sorted(silo.glob(mapping["files"]["glob"]))
        assert len(files) == 1 or files[0].stem.endswith("_again"), path
        text = files[0].read_bytes().decode(mapping["files"]["encoding"])
        head, *rows = text.split("\n")
        assert rows
        assert set(mapping["grain"]) <= set(head.split(","))
        assert mapping["test"]


def test_every_mapping_passes_its_own_tests(region: Region) -> None:
    vendors = {one.vendor: one.id for one in region.hospitals}
    for path in mappings(region):
        if path.parent.name not in vendors.values():
            continue
        mapping = read_mapping(path)
        silo = region.folder / "silos" / path.parent.name
        file = next(silo.glob(mapping.files["glob"]))
        with file.open(encoding=mapping.files["encoding"], newline="") as opened:
            reader = csv.DictReader(opened)
            example = next(reader, dict.fromkeys(reader.fieldnames or (), ""))
        compiler = Compiler(mapping, path.parent.name)
        assert check_columns(mapping, list(example)) == []
        assert run_examples(compiler, example) == len(mapping.tests)


def test_each_line_of_fhir_is_a_resource_that_others_can_refer_to(
    region: Region,
) -> None:
    known, asked = set(), set()
    for file in (region.folder / "silos" / "H003").glob("*.ndjson"):
        for line in file.read_text("utf-8").splitlines():
            resource = json.loads(line)
            assert resource["resourceType"] == file.stem
            assert "null" not in line
            known.add(f"{file.stem}/{resource['id']}")
            asked |= references(resource)
    assert {"Organization/o-hospital", "Location/l-D000"} <= known
    assert asked <= known


def references(node: object) -> set[str]:
    if isinstance(node, dict):
        own = {node["reference"]} if isinstance(node.get("reference"), str) else set()
        return own.union(*(references(child) for child in node.values()))
    if isinstance(node, list):
        return set().union(*(references(child) for child in node))
    return set()


def test_the_truth_names_every_registration_and_every_mistake(region: Region) -> None:
    people, known = truth(region, "people"), truth(region, "registrations")
    assert people.num_rows == PEOPLE
    assert pc.all(pc.is_in(known["true_person"], people["number"])).as_py()
    pairs = known.group_by(["hospital", "local_id"]).aggregate([])
    assert pairs.num_rows == known.num_rows
    mistakes = set(truth(region, "mistakes")["mistake"].to_pylist())
    assert {"id_missing", "name_homophone", "misspelled", "twice"} <= mistakes


def test_numbers_are_of_no_division_and_their_check_digits_are_right(
    region: Region,
) -> None:
    people = truth(region, "people")
    numbers = [n for n in people["identity"].to_pylist() if len(n) == 18]
    assert all(number.startswith("99") for number in numbers)
    assert all(number[17] == check(number) for number in numbers)


def check(number: str) -> str:
    total = sum(w * int(d) for w, d in zip(WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11]


@given(
    region=st.integers(100000, 999999),
    birth=st.dates(min_value=np.datetime64("1900-01-01").item()),
    sequence=st.integers(0, 999),
)
def test_an_identity_number_says_birth_and_sequence(
    region: int, birth: object, sequence: int
) -> None:
    day = np.array([birth], dtype="datetime64[D]")
    number = str(identity_numbers(np.array([region]), day, np.array([sequence]))[0])
    written = str(birth).replace("-", "")
    assert number == f"{region}{written}{sequence:03d}{check(number)}"


def test_money_adds_up(region: Region) -> None:
    file = region.folder / "silos" / "H004" / "settlements_2024.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    for row in rows:
        paid = (row[p] for p in ("fund_paid", "account_paid", "cash_paid"))
        assert fen(row["total"]) == sum(map(fen, paid))


def fen(yuan: str) -> int:
    return round(100 * float(yuan))


@pytest.mark.parametrize(
    ("people", "hospitals", "seed", "processes"),
    [(0, 6, 1, 1), (-5, 6, 1, 1), (10, 5, 1, 1), (10, 6, -1, 1), (10, 6, 1, 0)],
)
def test_an_impossible_size_is_told(
    tmp_path: Path, people: int, hospitals: int, seed: int, processes: int
) -> None:
    with pytest.raises(Trouble, match="SAMPLE-SIZE"):
        build(tmp_path / "r", people, hospitals, seed, processes)
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("hospitals", [6, 30])
def test_one_person_is_a_region_too(tmp_path: Path, hospitals: int) -> None:
    region = build(tmp_path / "r", 1, hospitals, seed=1)
    assert truth(region, "people").num_rows == 1


def test_a_stopped_build_says_so_and_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("datong.sample.region._write_project", stop)
        with pytest.raises(KeyboardInterrupt):
            build(tmp_path / "r", 60, 6, seed=1)
    left = {place.name for place in (tmp_path / "r").iterdir()}
    assert "UNFINISHED.txt" in left
    assert "datong.toml" not in left, "not a project yet"
    build(tmp_path / "r", 60, 6, seed=1)
    build(tmp_path / "once", 60, 6, seed=1)
    assert digest(tmp_path / "r") == digest(tmp_path / "once")


def test_rates_of_ones_own_change_what_they_name(tmp_path: Path) -> None:
    file = tmp_path / "rates.toml"
    file.write_text("[registration]\nid_missing = 1\n[delivery]\nmonth_again = 0\n")
    region = build(tmp_path / "r", 60, 6, seed=1, rates=file)
    counted = Counter(truth(region, "mistakes")["mistake"].to_pylist())
    registered = truth(region, "registrations").num_rows
    assert counted["id_missing"] > 0.6 * registered  # times 0.7 at tertiary hospitals
    assert not list((region.folder / "silos").rglob("*again*"))
    told = CliRunner().invoke(main, ["sample", "rates"])
    assert "id_missing" in told.output
    file.write_text(told.output, "utf-8")
    assert rates_of(file) == rates_of()


@pytest.mark.parametrize(
    "text",
    [
        "[registration]\nid_mising = 0.1",
        "[registraton]\nid_missing = 0.1",
        "[registration]\nid_missing = 1.5",
        "[registration]\nid_missing = nan",
        "[registration]\nid_missing = true",
        "[tier]\ntertiary = -1",
        "registration = 3",
        "[registration",
    ],
)
def test_rates_that_cannot_be_used_are_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rates.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(Trouble, match="SAMPLE-RATES"):
        build(tmp_path / "r", 60, 6, seed=1, rates=file)
    assert not (tmp_path / "r").exists()


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Trouble, match="SAMPLE-FULL"):
        build(tmp_path, 10, 6, seed=1)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command_says_what_it_built(tmp_path: Path) -> None:
    out = str(tmp_path / "r")
    words = ["sample", "--people", "60", "--out", out, "--json"]
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["people"] == 60
    again = CliRunner().invoke(main, words)
    assert again.exit_code == 1
    assert "SAMPLE-FULL" in again.stderr


def test_nobody_shares_an_identity_number_even_in_a_large_region() -> None:
    numbers = np.concatenate([make_people(1, c, 2_000).identity for c in range(3)])
    assert len(set(numbers.tolist())) == len(numbers)


def test_every_hospital_has_patients_and_its_rows_have_numbers_of_their_own(
    tmp_path: Path,
) -> None:
    region = build(tmp_path / "r", 400, 40, seed=1)
    known = truth(region, "registrations")
    assert set(known["hospital"].to_pylist()) == {h.id for h in region.hospitals}
    for file in (region.folder / "silos").rglob("visits_2024.csv"):
        numbers = [line.split(",")[0] for line in file.read_text("utf-8").splitlines()]
        assert len(set(numbers)) >= len(numbers) - 3, "but for a row delivered twice"


def test_who_dies_in_a_stay_is_not_seen_afterwards(region: Region) -> None:
    people = truth(region, "people")
    gone = {
        n: d
        for n, d in zip(
            *(people[c].to_pylist() for c in ("number", "death")), strict=True
        )
        if d is not None
    }
    assert gone
    known = truth(region, "registrations").to_pylist()
    whose = {(r["hospital"], r["local_id"]): r["true_person"] for r in known}
    with (region.folder / "silos/H004/visits_2024.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            person = whose["H004", row["patient_id"]]
            if person in gone:
                assert row["admitted_at"][:10] <= gone[person].isoformat()


def test_what_stands_in_a_document_is_in_its_text(region: Region) -> None:
    fields = truth(region, "note_fields").filter(pc.field("hospital") == "H004")
    with (region.folder / "silos/H004/documents_2024.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        texts = {row["document_id"]: row["body"] for row in csv.DictReader(file)}
    assert fields.num_rows > 0
    for row in fields.to_pylist():
        assert row["value"] in texts[row["document"]]


def test_a_broken_line_is_kept_whole_in_the_truth(tmp_path: Path) -> None:
    region = build(tmp_path / "r", 3_000, 6, seed=2)
    broken = truth(region, "broken").filter(pc.field("hospital") == "H004")
    text = (region.folder / "silos/H004/charges_2024.csv").read_text("utf-8")
    assert broken.num_rows == 1
    line = broken["line"][0].as_py()
    assert line not in text
    assert line[:20] in text


def test_who_moves_or_marries_is_told_of_in_the_truth(tmp_path: Path) -> None:
    region = build(tmp_path / "r", 2_000, 6, seed=1)
    moved, married = truth(region, "moves"), truth(region, "marriages")
    assert moved.num_rows > 20
    assert married.num_rows > 0
    after = dict(
        zip(moved["number"].to_pylist(), moved["after"].to_pylist(), strict=True)
    )
    before = dict(
        zip(moved["number"].to_pylist(), moved["before"].to_pylist(), strict=True)
    )
    people = truth(region, "people").to_pylist()
    male = {person["number"]: person["male"] for person in people}
    for pair in married.to_pylist():
        assert male[pair["husband"]]
        assert not male[pair["wife"]]
        assert pair["wife"] in after
    known = truth(region, "registrations").to_pylist()
    whose = {(r["hospital"], r["local_id"]): r["true_person"] for r in known}
    written = set()
    with (region.folder / "silos/H004/patients_2024.csv").open(
        encoding="utf-8"
    ) as file:
        for row in csv.DictReader(file):
            person = whose["H004", row["patient_id"]]
            if person in after and row["home_address"]:
                assert row["home_address"] in (after[person], before[person])
                written.add(row["home_address"] == after[person])
    assert written == {True, False}, "some desks heard of it, some did not"


def test_some_come_from_hong_kong_macao_taiwan_and_abroad() -> None:
    people = make_people(1, 0, 10_000)
    papers = {
        "HKG": r"H\d{8}",
        "MAC": r"M\d{8}",
        "TWN": r"\d{8}",
    }
    for nation, pattern in papers.items():
        held = people.identity[people.nation == nation]
        assert len(held)
        assert all(re.fullmatch(pattern, one) for one in held)
        kinds = people.identity_type[people.nation == nation]
        assert all("通行证" in kind for kind in kinds)
    assert "护照" in people.identity_type


def test_who_leaves_a_catchment_is_seen_in_the_next_one_only_afterwards(
    tmp_path: Path,
) -> None:
    region = build(tmp_path / "r", 2_000, 40, seed=1)
    left = truth(region, "leaving")
    gone = dict(zip(left["number"].to_pylist(), left["day"].to_pylist(), strict=True))
    assert gone
    known = truth(region, "registrations").to_pylist()
    place = {
        h.id: at
        for at, some in enumerate(catchments(list(region.hospitals)))
        for hospitals in some.values()
        for h in hospitals
    }
    whose = {(r["hospital"], r["local_id"]): r["true_person"] for r in known}
    both: dict[int, set[int]] = {}
    for row in known:
        if row["true_person"] in gone:
            both.setdefault(row["true_person"], set()).add(place[row["hospital"]])
    assert any(len(places) == 2 for places in both.values())
    home = {number: number // 10_000 % 2 for number in gone}
    for file in (region.folder / "silos").rglob("visits_2024.csv"):
        here = place[file.parent.name]
        with file.open(encoding="utf-8") as opened:
            for row in csv.DictReader(opened):
                person = whose[file.parent.name, row["patient_id"]]
                if person in gone:
                    day = row["admitted_at"][:10]
                    is_before = day < gone[person].isoformat()
                    assert is_before == (here == home[person])


def test_small_tables_come_as_workbooks_and_dumps_too(tmp_path: Path) -> None:
    region = build(tmp_path / "r", 1_200, 12, seed=1)
    for one, ending in (("H007", "xlsx"), ("H008", "sql")):
        silo = region.folder / "silos" / one
        assert next(silo.glob(f"接种_2024*.{ending}"))
        assert not list(silo.glob("接种*.csv"))
        mapping = read_mapping(region.folder / "mappings" / one / "vaccinations.toml")
        file = next(silo.glob(mapping.files["glob"]))
        with Landing(tmp_path / "o", tmp_path / "r.parquet", 1, file.name) as sink:
            door = door_of(file)
            entry, _ = through_door(door, mapping.part, file, sink, Dialect("utf-8"))
        assert entry.kept > 0
        assert entry.rejected == 0
        assert {"接种流水号", "疫苗", "接种时间"} <= set(
            pq.read_schema(tmp_path / "o").names
        )


def test_what_is_ordered_is_not_drugs_alone(region: Region) -> None:
    file = region.folder / "silos" / "H004" / "requests_2024.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        kinds = {row["request_type"] for row in csv.DictReader(opened)}
    assert kinds == {"LAB", "IMAGING", "SURGERY", "NURSING", "DIET"}


def test_stays_go_on_in_other_hospitals_also_of_the_next_catchment(
    tmp_path: Path,
) -> None:
    region = build(tmp_path / "r", 4_000, 40, seed=1)
    every = truth(region, "transfers").to_pylist()
    leaves = {(r["number"], r["day"]): r for r in every if r["end"] == "leaves"}
    comes = {(r["number"], r["day"]): r for r in every if r["end"] == "comes"}
    assert leaves.keys() == comes.keys()
    ways = Counter(one["way"] for one in leaves.values())
    assert min(ways[way] for way in ("up", "down", "across")) > 0
    order = {"tertiary": 2, "secondary": 1, "community": 0}
    tier = {one.id: order[one.tier] for one in region.hospitals}
    place = {
        h.id: at
        for at, some in enumerate(catchments(list(region.hospitals)))
        for hospitals in some.values()
        for h in hospitals
    }
    for key, first in leaves.items():
        a, b = first["hospital"], comes[key]["hospital"]
        assert (place[a] != place[b]) == (first["way"] == "across")
        assert (tier[b] > tier[a]) == (first["way"] != "down")
    told = 0
    sent = {r["encounter"]: comes[k]["hospital"] for k, r in leaves.items()}
    came = {r["encounter"] for r in comes.values()}
    for file in (region.folder / "silos").rglob("visits_2024.csv"):
        for row in rows_of(file):
            if row["visit_id"] in sent:
                told += 1
                assert row["referred_to"] == sent[row["visit_id"]]
                assert row["disposition"] in {"医嘱转院", "转社区"}
            is_moved = row["admit_source"] == "其他医疗机构转入"
            assert not is_moved or row["visit_id"] in came
    assert told > 0


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))
