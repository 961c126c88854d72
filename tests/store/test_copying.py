"""A store copied whole: PostgreSQL for real, and back; a backup of a team's project."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select

from datong.core.decision import Decision
from datong.core.reason import Trouble
from datong.guard import consents, policy, signin
from datong.guard.consents import Consent
from datong.guard.signin import NewUser
from datong.serve.cli import main
from datong.store import decisions
from datong.store.copying import copy_store
from datong.store.decisions import Card, Filter, Verdict
from datong.store.whole import METADATA, open_whole
from tests.region import region

__all__ = ["region"]
PASSWORD = "four words put together"  # noqa: S105 - of an invented user


def fill(store: Engine) -> str:
    """Let people do a little of everything; return a session's key."""
    new = NewUser("wang", "王医生", PASSWORD, [("steward", "H1", None)])
    user = signin.make_user(store, new)
    key = signin.open_session(store, policy.load(), user)
    consents.write(store, Consent(7, "STUDY", "separate", "given"))
    decisions.propose(
        store, [Card(Decision("mapping", f"s{n}", {"n": n})) for n in range(2500)]
    )
    first = decisions.queue(store, Filter())[0].id
    decisions.decide(store, first, Verdict("accept", "wang", "因为"))
    decisions.undo(store, first, "wang")
    return key


def content(store: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Read every table whole."""
    with store.connect() as db:
        found = {}
        for table in METADATA.sorted_tables:
            rows = db.execute(select(table).order_by(*table.primary_key))
            found[table.name] = [tuple(row) for row in rows]
        return found


def test_a_store_goes_to_a_file_and_back(postgres: str, tmp_path: Path) -> None:
    team, file = open_whole(postgres), open_whole(tmp_path / "copy.sqlite")
    key = fill(team)
    counts = copy_store(team, file)
    assert counts["decision"] == 2502
    assert content(file) == content(team)
    with pytest.raises(Trouble, match="STORE-FULL"):
        copy_store(file, team)
    for engine in (team, file):
        engine.dispose()
    assert key


def test_a_server_s_store_is_backed_up_and_restored(
    region: Path, cluster: str, postgres: str, tmp_path: Path
) -> None:
    from tests.store.conftest import new_database  # noqa: PLC0415 - beside its only use

    team = open_whole(postgres)
    key, file, again = fill(team), tmp_path / "region.tar", tmp_path / "again"
    asked = ["backup", str(file), "-p", str(region), "--database", postgres]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    empty = new_database(cluster)
    told = ["restore", str(file), str(again), "--database", empty]
    done = CliRunner().invoke(main, told)
    assert done.exit_code == 0, done.output
    restored = open_whole(empty)
    assert content(restored) == content(team)
    person = signin.who(restored, key)
    assert person is not None
    assert person.name == "wang"
    # It goes on counting where the old one stood.
    assert consents.write(restored, Consent(8, "STUDY", "separate", "given")) == 2
    for engine in (team, restored):
        engine.dispose()
