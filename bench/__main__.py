"""`python -m bench NAME`: measure, print a table, write bench/results/NAME.json."""

import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(
    0, str(HERE.parent / "src")
)  # measure this checkout, whatever is installed
NAMES = sorted(
    p.stem for p in HERE.glob("*.py") if "\ndef measure(" in p.read_text("utf-8")
)


def main() -> None:
    """Measure what was named, or say what there is."""
    asked = NAMES if sys.argv[1:] == ["all"] else sys.argv[1:]
    if not asked or set(asked) - set(NAMES):
        sys.exit(f"python -m bench all | {' | '.join(NAMES)}")
    figure = import_module("bench.figure")
    for name in asked:
        figures = import_module(f"bench.{name}").measure()
        figure.write(name, figures)
        figure.show(name, figures)


if __name__ == "__main__":
    main()
