"""What a hospital changes without saying so."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from datong.serve.cli import main

ROWS = [f"P{n:04},{'男女'[n % 2]},{n},门诊" for n in range(40)]
HEAD = "病历号,性别,金额,类别"


def scan(folder: Path, *words: str) -> tuple[int, list[dict[str, str]]]:
    """Scan against the contract; return the exit code and the drifts."""
    place = str(folder.parent / "contract.json")
    asked = ["scan", str(folder), "--contract", place, "--json", *words]
    answer = CliRunner().invoke(main, asked)
    return answer.exit_code, json.loads(answer.stdout)["drift"]


@pytest.mark.parametrize(
    ("head", "rows", "found"),
    [
        (HEAD, ROWS, []),
        (f"{HEAD},新列", [f"{row},x" for row in ROWS], [("tell", "new", "新列")]),
        (
            HEAD.replace("性别", "性"),
            ROWS,
            [("stop", "column", "性别"), ("tell", "new", "性")],
        ),
        (HEAD, [r.replace(",3", ",x3") for r in ROWS], [("stop", "kind", "金额")]),
        (HEAD, [*ROWS, ROWS[0]], [("stop", "key", "病历号")]),
        (HEAD, [r.replace("门诊", "急诊") for r in ROWS], [("warn", "codes", "类别")]),
        (HEAD, [r.replace("门诊", "") for r in ROWS], [("warn", "empty", "类别")]),
    ],
    ids=["nothing", "new", "renamed", "kind", "key", "codes", "emptier"],
)
def test_a_change_is_told_and_stops_where_it_must(
    head: str, rows: list[str], found: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    silo = tmp_path / "silo"
    silo.mkdir()
    (silo / "收费.csv").write_text("\n".join([HEAD, *ROWS, ""]), "utf-8")
    assert scan(silo) == (0, [])
    (silo / "收费.csv").write_text("\n".join([head, *rows, ""]), "utf-8")
    code, drifts = scan(silo)
    told = [(one["level"], one["code"], one["column"]) for one in drifts]
    assert set(found) <= set(told)
    assert code == (2 if any(level == "stop" for level, _, _ in found) else 0)
    assert scan(silo, "--accept")[0] == 0
    assert scan(silo) == (0, [])


def test_a_vanished_table_stops(tmp_path: Path) -> None:
    silo = tmp_path / "silo"
    silo.mkdir()
    for name in ("甲.csv", "乙.csv"):
        (silo / name).write_text("\n".join([HEAD, *ROWS, ""]), "utf-8")
    scan(silo)
    (silo / "乙.csv").unlink()
    assert [(d["code"], d["table"]) for d in scan(silo)[1]] == [("table", "乙")]
