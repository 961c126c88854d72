"""Law: persons joined or parted re-key their records, as if all were made anew."""

import re
import shutil
from pathlib import Path

import pytest

from datong.mapping.apply import Shard
from datong.run.digest import digest
from datong.run.persons import Persons
from datong.run.project import Project

BY_TIME = re.compile(r"(?m)(^\[encounter\]$)")
EXAMPLES = Path(__file__).parents[2] / "examples"


def told(project: Project) -> dict[str, str]:
    """Run a project; return what its release says."""
    project.run()
    with project.read() as reader:
        return digest(reader)


def anew(project: Project, place: Path) -> dict[str, str]:
    """Return what a copy says that is made from nothing."""
    copy = Project(shutil.copytree(project.root, place))
    copy.run(fresh=True)
    with copy.read() as reader:
        return digest(reader)


def merge(project: Project, kept: int, gone: int) -> None:
    """Join two persons, as two people agree that the policy asks for."""
    for who in ("ann", "bob"):
        Persons(project).merge(kept, gone, who)


def persons_of(project: Project) -> list[int]:
    """Return the keys of all who are published."""
    with project.read() as reader:
        rows = reader.query("select person_id from person order by 1").to_pylist()
    return [int(row["person_id"]) for row in rows]


@pytest.mark.parametrize("otherwise", ["null", "by_time"])
def test_joined_and_parted_is_made_anew(otherwise: str, tmp_path: Path) -> None:
    skipped = shutil.ignore_patterns(".datong")
    root = shutil.copytree(EXAMPLES / "csv", tmp_path / "p", ignore=skipped)
    mapping = root / "mappings" / "diagnoses.toml"
    text = mapping.read_text("utf-8")
    if otherwise == "by_time":  # whose visit a time falls into depends on who is who
        mapping.write_text(
            BY_TIME.sub(r"\1" + '\notherwise = "by_time"', text), "utf-8"
        )
        assert "by_time" in mapping.read_text("utf-8")
    project = Project(root)
    before = told(project)
    for kept, gone in ((4, 5), (2, 4)):
        merge(project, kept, gone)
        assert told(project) != before
    assert told(project) == anew(project, tmp_path / "joined")
    Persons(project).unmerge(4, "ann")
    assert told(project) == anew(project, tmp_path / "parted")
    Persons(project).unmerge(5, "ann")
    assert told(project) == before


def test_only_the_persons_are_put_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shutil.copytree(EXAMPLES / "csv", tmp_path / "p")
    project = Project(root)
    told(project)
    one, two, *_ = persons_of(project)
    merge(project, one, two)
    applied: list[object] = []
    monkeypatch.setattr(Shard, "apply", lambda *given: applied.append(given))
    told(project)
    assert not applied
    assert two not in persons_of(project)
