"""A small invented region, run once a session, for the tests of more than one room."""

from pathlib import Path

import pytest

from datong.run.project import Project
from datong.sample import build

KEPT = ('id = "H001"', 'id = "H003"', 'id = "H004"')


def invented(folder: Path) -> Path:
    """Invent 300 people in three of six hospitals: Chinese, FHIR, English tables."""
    build(folder, people=300, hospitals=6, seed=3)
    settings = folder / "datong.toml"
    head, *organizations = settings.read_text("utf-8").split("[[organization]]")
    kept = [o for o in organizations if any(i in o for i in KEPT)]
    settings.write_text("[[organization]]".join([head, *kept]), encoding="utf-8")
    Project(folder).run()
    return folder


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The region; nobody writes to it."""
    return invented(tmp_path_factory.mktemp("region") / "project")
