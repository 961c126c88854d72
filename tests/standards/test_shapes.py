"""DDL and JSON Schema: the engines take them, and they say what the profile says."""

import duckdb
import pytest
import sqlglot

from datong.core.reason import Trouble
from datong.standards.generate import valid
from datong.standards.library import load
from datong.standards.narrow import narrow
from datong.standards.shapes import ddl, json_schema

PROFILES = ("frontpage-western-2019", "frontpage-tcm-2019")


@pytest.mark.parametrize("name", PROFILES)
def test_the_tables_can_be_made_and_take_valid_records(name: str) -> None:
    library = load()
    profile = narrow(library.profile(name), (), 2)
    rows = valid(profile, library, 20)  # noqa: F841 - DuckDB reads it by its name
    with duckdb.connect() as db:
        db.execute(ddl(profile, library))
        table = name.replace("-", "_")
        db.execute(f"insert into {table} select * from rows")
        assert db.execute(f"select count(*) from {table}").fetchone() == (20,)
        lacking = f"select * replace (null as {next(iter(profile.items))}) from rows"
        with pytest.raises(duckdb.ConstraintException):
            db.execute(f"insert into {table} {lacking}")


@pytest.mark.parametrize("name", PROFILES)
def test_postgresql_can_parse_the_tables(name: str) -> None:
    library = load()
    text = ddl(library.profile(name), library, "postgresql")
    statements = sqlglot.parse(text, read="postgres")
    assert len([s for s in statements if s]) > 100


def test_an_unknown_dialect_is_refused() -> None:
    library = load()
    with pytest.raises(Trouble, match="duckdb, postgresql"):
        ddl(library.profile(PROFILES[0]), library, "oracle")


def test_schemas_say_codes_lengths_and_what_is_required() -> None:
    library = load()
    schema = json_schema(library.profile(PROFILES[0]), library)
    assert schema["properties"]["A12C"]["enum"] == ["0", "1", "2", "9"]
    assert schema["properties"]["A11"]["maxLength"] == 40
    assert "A11" in schema["required"]
    assert "B21C" not in schema["required"]
    date = json_schema(library.elements["DE02.01.005.01"], library)
    assert date["pattern"] == "^[0-9]{8}$"
    assert json_schema(library.sets["W/RC016"], library)["enum"] == ["1", "2"]
