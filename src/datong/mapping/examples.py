"""The tests inside a mapping file: given cells, then fields, or a reject.

In:  a compiled mapping and one example row of the table.
Out: nothing; a test that fails is a `Trouble` naming the field, what came, what should.
"""

import json
from collections.abc import Mapping as Map
from typing import Any

import pyarrow as pa

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck
from datong.mapping.compile import Compiler
from datong.mapping.reasons import EXAMPLE, PERSON


def run_examples(compiler: Compiler, example: Map[str, str]) -> int:
    """Run every `[[test]]` of a mapping; return how many passed.

    `example` fills the columns that a test does not name; a row without a patient is
    somebody's, unless the test is about that.
    """
    tests = compiler.mapping.tests
    if not tests:
        return 0
    with Duck() as duck:
        duck.see("landed", _landed(compiler, example))
        # The cells that a head would give are given like the row's own.
        source = "from landed" if compiler.mapping.join else compiler.source()
        duck.do(f"create temp table source as {source}")
        named = ", ".join(
            str(n) for n, test in enumerate(tests, start=1) if _names(test)
        )
        person = f"case when _row in ({named or 0}) then 'x' end"
        duck.do(
            "create temp table rows as select * replace ("
            f"coalesce(_person_value, {person}) as _person_value)"
            f" from ({compiler.rows()})"
        )
        for name, value, key in (
            ("persons", "_person_value", "_value, 1 as _person"),
            ("encounters", "_encounter_value", "_number, 1 as _encounter"),
        ):
            known = f"select distinct {value} as {key} from rows"
            duck.do(f"create temp table {name} as {known}")
        for number, test in enumerate(tests, start=1):
            _run(duck, compiler, test, number)
    return len(tests)


def _names(test: Map[str, Any]) -> bool:
    """Say whether a test is about a row of somebody, though it may not name whom."""
    return bool(test.get("rejects") != PERSON.code)


def _landed(compiler: Compiler, example: Map[str, str]) -> pa.Table:
    """Land one row for each test."""
    rows: list[dict[str, Any]] = []
    for number, test in enumerate(compiler.mapping.tests, start=1):
        given = test.get("given", {})
        if compiler.mapping.json:
            text = json.dumps(given, ensure_ascii=False)
            rows.append({"_row": number, "resource": text, "type": ""})
        else:
            rows.append({**example, **given, "_row": number})
    return pa.Table.from_pylist(rows)


def _run(duck: Duck, compiler: Compiler, test: Map[str, Any], number: int) -> None:
    """Compare what one test's row became with what it says."""
    found: list[dict[str, Any]] = []
    for rule in range(len(compiler.mapping.records)):
        sql = f"select * from ({compiler.record(rule)}) where _row = {number}"
        found += duck.fetch(sql).to_pylist()
    where = f"{compiler.mapping.path} [[test]] {number}"
    if "rejects" in test:
        codes = {line["_refused"] for line in found} - {None}
        codes |= {cell["code"] for line in found for cell in line["_faults"] or ()}
        if test["rejects"] not in codes:
            got = ", ".join(sorted(codes)) or None
            raise _failed(where, "rejects", got, test["rejects"])
        return
    wanted: Map[str, Any] = test.get("then", {})
    best = max(found, key=lambda line: _hits(line, wanted), default={})
    for field, value in wanted.items():
        if not _same(best.get(field), value):
            raise _failed(where, field, best.get(field), value)


def _hits(line: Map[str, Any], wanted: Map[str, Any]) -> int:
    """Count the fields that agree."""
    return sum(_same(line.get(field), value) for field, value in wanted.items())


def _same(got: Any, wanted: Any) -> bool:
    """Compare a cell with what TOML can say of it; an empty text means no value."""
    if wanted == "" or got is None:
        return got is None and wanted == ""
    if isinstance(wanted, bool | int | float):
        return float(got) == float(wanted)
    return str(got) == str(wanted)


def _failed(where: str, field: str, got: object, expected: object) -> Trouble:
    """Say which field of which test failed."""
    return Trouble(EXAMPLE, where=where, field=field, got=got, expected=expected)
