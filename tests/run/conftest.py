"""A small region, invented once and run once; tests work on copies."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from datong.run.project import Project
from tests.region import region

__all__ = ["region"]


@pytest.fixture
def project(region: Path, tmp_path: Path) -> Project:
    """A copy of the region, to be spoilt."""
    return Project(shutil.copytree(region, tmp_path / "project"))


@pytest.fixture
def fresh(region: Path, tmp_path: Path) -> Project:
    """A copy of the region that was never run."""
    copy = shutil.copytree(
        region, tmp_path / "fresh", ignore=shutil.ignore_patterns(".datong")
    )
    return Project(copy)


@pytest.fixture
def edit() -> Callable[[Path, str, str], None]:
    """Replace some text in a file of any of our encodings."""

    def change(file: Path, old: str, new: str) -> None:
        for encoding in ("utf-8", "gb18030", "utf-16"):
            try:
                text = file.read_bytes().decode(encoding)
            except UnicodeDecodeError:
                continue
            assert old in text, f"{old!r} is not in {file.name}"
            file.write_bytes(text.replace(old, new, 1).encode(encoding))
            return

    return change
