"""Where the real data lies."""

import os
import sys
from pathlib import Path

DEFAULT = Path(__file__).parents[2] / "shared" / "data"


def real_data() -> Path:
    """Return the folder of real data, or end and say how to name it."""
    folder = Path(os.environ.get("DATONG_TEST_DATA", DEFAULT))
    if not (folder / "README.md").exists():
        sys.exit(f"no real data in {folder}: set DATONG_TEST_DATA to its folder")
    return folder
