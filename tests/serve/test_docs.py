"""The commands of our pages of the manual run, and answer as they say."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from datong.guard import policy
from datong.guard.audit.chain import Event
from datong.guard.audit.writer import Writer
from datong.run.project import Project
from datong.serve.cli import main
from datong.store import decisions
from datong.store.decisions import Filter, Verdict

DOCS = Path(__file__).parents[2] / "docs" / "how-to"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def test_the_page_on_the_gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("old.toml", "new.toml"):
        (tmp_path / name).write_text(policy.SHIPPED.read_text("utf-8"), "utf-8")
    with Writer(tmp_path / "PROJECT" / "audit") as audit:
        audit.commit(Event("wang", "read", "allowed", persons=(7,)))
    runner = CliRunner(env={"DATONG_LANG": "en"})
    for block in BLOCK.findall((DOCS / "guard.md").read_text("utf-8")):
        said = ""
        for line in block.splitlines():
            if line.startswith("$ datong "):
                answer = runner.invoke(main, shlex.split(line)[2:])
                assert answer.exit_code == 0, line
                said = answer.output
            else:
                assert line in said


def test_the_card_of_a_room_is_proposed_and_decided(tmp_path: Path) -> None:
    """The Python of the page on review, run as it stands."""
    organization = '[[organization]]\nid = "H1"\nfolder = "s"\nmappings = "m"\n'
    settings = f'[project]\nname = "x"\n{organization}'
    (tmp_path / "datong.toml").write_text(settings, "utf-8")
    project = Project(tmp_path)
    text = (DOCS / "serve.md").read_text("utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(block, {"project": project})  # noqa: S102 - our own page
    (card,) = decisions.queue(project.decided, Filter(room="structure"), 9)
    decisions.decide(project.decided, card.id, Verdict("accept", "wang", "seen"))
    (taken,) = decisions.accepted(project.decided, "structure")
    assert (taken.subject, taken.who) == ("note/pathology.stage", "wang")
    assert taken.proposal["value"] == "T1N0M0"
