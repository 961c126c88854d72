"""Code hierarchies: every parent exists, and nothing is its own ancestor."""

from collections.abc import Mapping

from datong.core.reason import Trouble
from datong.standards.reasons import CYCLE, UNKNOWN_PARENT


def check_hierarchy(name: str, parents: Mapping[str, str]) -> None:
    """Raise Trouble for an unknown parent or a circle; `parents` is code -> parent."""
    strays = [
        code for code, parent in parents.items() if parent and parent not in parents
    ]
    if strays:
        example = f"{strays[0]} → {parents[strays[0]]}"
        raise Trouble(UNKNOWN_PARENT, name, count=len(strays), example=example)
    settled: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        code = start
        while code and code not in settled:
            if code in path:
                circle = " → ".join([*list(path)[list(path).index(code) :], code])
                raise Trouble(CYCLE, name, set=name, path=circle)
            path[code] = None
            code = parents[code]
        settled.update(path)
