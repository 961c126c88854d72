"""Each check does what its own cases say, in Python and in SQL."""

import pyarrow as pa
import pytest

from datong.core.check import Case, Check
from datong.engine.duckdb import ARROW, Duck
from datong.quality.checks import all_checks
from datong.quality.own import Scene, TextCheck, Together
from datong.quality.own_judged import judge_own

TEXTS = [check for check in all_checks() if isinstance(check, TextCheck)]


@pytest.mark.parametrize("check", TEXTS, ids=lambda check: check.name)
def test_a_text_check_finds_what_its_cases_say(check: TextCheck) -> None:
    assert {passes for _, passes in check.cases} == {True, False}
    for text, passes in check.cases:
        assert check.is_bad(text) is not passes, text


@pytest.mark.parametrize("check", TEXTS, ids=lambda check: check.name)
def test_sql_and_python_agree_on_every_case_of_every_check(check: TextCheck) -> None:
    texts = [text for other in TEXTS for text, _ in other.cases]
    with Duck() as duck:
        table = pa.table({"value": texts})
        sql = f"select value, {check.where} as bad, {check.condition} as quick from t"
        found = duck.fetch(sql, {"t": table}).to_pylist()
    for row in found:
        is_bad = check.is_bad(row["value"])
        assert (row["bad"], row["quick"]) == (is_bad, is_bad), row["value"]


def test_names_are_unique() -> None:
    tables = [
        c.reads.name if isinstance(c, Check) else getattr(c, "table", "")
        for c in all_checks()
    ]
    columns = [getattr(c, "column", "") for c in all_checks()]
    names = list(zip((c.name for c in all_checks()), tables, columns, strict=True))
    assert len(names) == len(set(names))


ROWS = [check for check in all_checks() if isinstance(check, Check)]
CASES = [
    pytest.param(check, case, id=f"{check.name}-{check.reads.name}-{number}")
    for check in {check.name: check for check in ROWS}.values()
    for number, case in enumerate(check.cases, start=1)
]


@pytest.mark.parametrize(("check", "case"), CASES)
def test_a_case_gets_its_verdict(check: Check, case: Case) -> None:
    assert check.is_bad(case.row) is not case.passes


@pytest.mark.parametrize("check", ROWS, ids=lambda c: f"{c.name}-{c.reads.name}")
def test_a_check_shows_both_verdicts(check: Check) -> None:
    assert {case.passes for case in check.cases} == {True, False}


SCENES = [
    pytest.param(check, scene, id=f"{check.name}-{check.table}-{number}")
    for check in all_checks()
    if isinstance(check, Together)
    for number, scene in enumerate(check.scenes, start=1)
]


def tables_of(check: Together, scene: Scene) -> dict[str, pa.Table]:
    """Give a scene's rows every column of their kind."""
    made = {}
    for shape in check.reads:
        schema = pa.schema([(c.name, ARROW[c.kind]) for c in shape])
        made[shape.name] = pa.Table.from_pylist(scene.tables[shape.name], schema)
    return made


@pytest.mark.parametrize(("check", "scene"), SCENES)
def test_a_scene_is_judged_alike_in_python_and_in_sql(
    check: Together, scene: Scene
) -> None:
    tables = tables_of(check, scene)
    plain = {name: table.to_pylist() for name, table in tables.items()}
    assert check.find(plain) == set(scene.bad)
    with Duck() as duck:
        found = judge_own(duck, tables, "records", [check])
        counted = duck.fetch(f"select distinct * from ({check.bad})").column(0)
    assert set(counted.to_pylist()) == set(scene.bad)
    assert sum(one.bad for one in found) == len(scene.bad)
