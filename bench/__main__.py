"""`python -m bench NAME`: measure, print a table, write bench/results/NAME.json."""

import sys
from importlib import import_module
from pkgutil import iter_modules

import bench
from bench.figure import show, write

NAMES = sorted(
    module.name
    for module in iter_modules(bench.__path__)
    if hasattr(import_module(f"bench.{module.name}"), "measure")
)


def main() -> None:
    """Measure what was named, or say what there is."""
    asked = NAMES if sys.argv[1:] == ["all"] else sys.argv[1:]
    if not asked or set(asked) - set(NAMES):
        sys.exit(f"python -m bench all | {' | '.join(NAMES)}")
    for name in asked:
        figures = import_module(f"bench.{name}").measure()
        write(name, figures)
        show(name, figures)


if __name__ == "__main__":
    main()
