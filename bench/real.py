"""Where the real data lies."""

import os
from pathlib import Path

DEFAULT = Path(__file__).parents[2] / "shared" / "data"


def real_data() -> Path:
    """Return the folder of real data; SystemExit where it is missing."""
    folder = Path(os.environ.get("DATONG_TEST_DATA", DEFAULT))
    if not (folder / "README.md").exists():
        raise SystemExit(f"no real data in {folder}: set DATONG_TEST_DATA")
    return folder
