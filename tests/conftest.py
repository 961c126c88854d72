"""What every test may use: the real data, and how hard the laws are tried."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("desk", max_examples=25, deadline=None)
settings.register_profile("night", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("LAWS", "desk"))

DEFAULT = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data (its README says what may be done with it)."""
    folder = Path(os.environ.get("DATONG_TEST_DATA", DEFAULT))
    if not (folder / "README.md").exists():
        pytest.skip(f"no real data in {folder}: set DATONG_TEST_DATA to its folder")
    return folder


@pytest.fixture(autouse=True)
def patience() -> None:
    """Wait for a release to be laid out, however busy the machine is."""
    desk = sys.modules.get("datong.serve.reading.desk")
    if desk is not None:
        desk.PATIENCE = 300.0
