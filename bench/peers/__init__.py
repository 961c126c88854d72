"""Peers that are measured beside us; they live in an environment of their own.

`DATONG_PEERS` names its Python, by default `peers/venv/bin/python` beside the checkout
or above it: `python -m venv`, then `pip install splink==5.0.0 recordlinkage pyarrow`.
"""

import os
from pathlib import Path


def python() -> Path | None:
    """Return the peers' Python, or None where there is none."""
    stated = os.environ.get("DATONG_PEERS")
    above = [folder / "peers/venv/bin/python" for folder in Path(__file__).parents]
    places = [Path(stated)] if stated else above
    return next((place for place in places if place.exists()), None)
