"""No door and no application opens a table past the gate."""

import ast
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src" / "datong"


def test_only_the_gate_reads_tables() -> None:
    """No page, no interface and no application opens a table past the gate."""
    doors = [*(SOURCES / "serve" / "web").rglob("*.py")]
    doors += [*(SOURCES / "apps").rglob("*.py")]
    for file in doors:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [a.name for a in getattr(node, "names", [])]
            module = getattr(node, "module", "") or ""
            said = {module, *names, getattr(node, "attr", "")}
            past = {"duckdb", "Duck", "datong.engine.duckdb", "pyarrow.parquet"}
            past |= {"fetch", "query", "read_table", "read_parquet", "serving", "apart"}
            assert not said & past, f"{file.name} reads past the gate"
