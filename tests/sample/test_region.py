"""The invented region, through its public door."""

import csv
import json
import tomllib
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
from datong.mapping.columns import check_columns
from datong.mapping.compile import Compiler
from datong.mapping.examples import run_examples
from datong.mapping.file import read_mapping
from datong.sample import Region, build
from datong.sample.identity import identity_numbers
from datong.serve.cli import main

PEOPLE = 600
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    return build(tmp_path_factory.mktemp("region") / "r", PEOPLE, 6, seed=3)


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
    people = 900
    one = build(tmp_path / "one", people, 40, seed=1)
    two = build(tmp_path / "two", people, 40, seed=1, processes=2)
    assert digest(one.folder) == digest(two.folder)


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
        files = list(silo.glob(mapping["files"]["glob"]))
        assert len(files) == 1, path
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
            example = next(csv.DictReader(opened))
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
    numbers = [n for n in people["identity"].to_pylist() if not n.startswith("P")]
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


@pytest.mark.parametrize(("people", "hospitals"), [(0, 6), (10, 5)])
def test_an_impossible_size_is_told(
    tmp_path: Path, people: int, hospitals: int
) -> None:
    with pytest.raises(Trouble, match="SAMPLE-SIZE"):
        build(tmp_path / "r", people, hospitals, seed=1)


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
