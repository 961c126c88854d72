"""`datong guard` and `datong audit`."""

import json
from pathlib import Path

from click.testing import CliRunner

from datong.guard import policy
from datong.guard.audit.chain import Event
from datong.guard.audit.writer import Writer
from datong.serve.cli import main

CODER = [
    "subject.role=coder",
    "scenario=secondary",
    "purpose=PAY",
    "basis=contract",
    "action=read",
    "subject.site=H1",
    "resource.sites=H1,H2",
    "resource.retired=false",
    "resource.grade=0",
    "column.category=ordinary",
]


def run(*words: str) -> str:
    answer = CliRunner(env={"DATONG_LANG": "en"}).invoke(main, words)
    return answer.output


def test_why_names_the_rules() -> None:
    assert "shown: quality-of-care" in run("guard", "why", *CODER, "column.grade=3")
    assert "refused" in run("guard", "why", *CODER, "column.grade=4")
    other = [one.replace("PAY", "TREAT") for one in CODER]
    assert "no access lists" in run("guard", "why", *other)
    found = json.loads(run("guard", "why", "--json", *CODER, "column.grade=3"))
    assert found["rules"] == ["quality-of-care"]
    assert "no fact" in run("guard", "why", "colour=red")


def test_diff_shows_what_an_edition_opens(tmp_path: Path) -> None:
    text = policy.SHIPPED.read_text("utf-8")
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text(text, "utf-8")
    wider = "'QUALITY', 'OPERATE', 'PAY'] and column.grade <= 4"
    new.write_text(
        text.replace("'QUALITY', 'OPERATE', 'PAY'] and column.grade <= 3", wider),
        "utf-8",
    )
    found = json.loads(run("guard", "diff", "--json", str(old), str(new)))
    assert ["coder", "PAY", "contract", "read", 4] in found["opened"]
    assert ["coder", "PAY", "contract", "read", 3] in found["closed"]
    assert "+ coder PAY" in run("guard", "diff", str(old), str(new))


def test_cells_and_facts_are_listed() -> None:
    assert "Specialist" in run("guard", "cells")
    assert len(json.loads(run("guard", "cells", "--json"))) > 50
    assert "in_care" in run("guard", "facts")


def test_the_audit_is_verified_anchored_and_asked(tmp_path: Path) -> None:
    root = tmp_path / "audit"
    with Writer(root) as audit:
        audit.commit(Event("wang", "read", "allowed", persons=(7,)))
        audit.commit(Event("li", "read", "allowed", persons=(8,)))
    away = tmp_path / "heads.txt"
    assert "chain-00" in run("audit", "anchor", str(tmp_path), "--file", str(away))
    whole = run("audit", "verify", str(tmp_path), "--anchor", str(away))
    assert "whole, 2 events" in whole
    sealed = str(root / "chain-00" / "sealed-key")
    assert "2 events" in run("audit", "verify", str(tmp_path), "--key", sealed)
    told = json.loads(run("audit", "looks", str(tmp_path), "--person", "7", "--json"))
    assert [one["who"] for one in told] == ["wang"]
    file = root / "chain-00" / "00000000.jsonl"
    file.write_bytes(file.read_bytes().replace(b"wang", b"zhao"))
    assert "AUDIT-BROKEN" in run("audit", "verify", str(tmp_path))
