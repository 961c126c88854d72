"""The house rules that a linter does not know."""

import ast
import inspect
import re
import statistics
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import datong
from datong.core.reason import Reason

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
MODULES = sorted([*SOURCES, *(ROOT / "bench").rglob("*.py")])
LOCKS = sorted(ROOT.glob("*.lock")) + sorted(ROOT.glob("package-lock.json"))
VAGUE = {"utils", "helpers", "common", "misc", "manager", "data", "info"}
# An exemption from a tool needs its reason on the same line.
BARE = re.compile(
    r"#\s*(type: ignore|noqa|pragma: no cover)(\[[\w-]+\]|: [A-Z0-9, ]+)?$"
)


def name(path: Path) -> str:
    """Name a file as a person would."""
    return str(path.relative_to(ROOT))


def rooms() -> list[str]:
    """Name the rooms that stand, in the order of the journey."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    journey = pyproject["tool"]["importlinter"]["contracts"][0]["layers"]
    named = [r.strip(" ()") for layer in reversed(journey) for r in layer.split("|")]
    return [r for r in named if (ROOT / "src" / "datong" / r / "__init__.py").exists()]


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Walk the functions of a file."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a body, its docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def reasons() -> list[Reason]:
    """Collect every reason of every room."""
    packages = walk_packages(datong.__path__, prefix="datong.")
    modules = [import_module(m.name) for m in packages if m.name.endswith(".reasons")]
    return [v for m in modules for v in vars(m).values() if isinstance(v, Reason)]


@pytest.mark.parametrize("room", rooms())
def test_a_room_says_what_comes_in_and_what_goes_out(room: str) -> None:
    says = inspect.getdoc(import_module(f"datong.{room}")) or ""
    assert "\nIn:  " in says, f"datong/{room}/__init__.py does not say what comes in"
    assert "\nOut: " in says, f"datong/{room}/__init__.py does not say what goes out"


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_fits_in_the_head(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 400, "split it: one module, one thought"
    assert module.stem not in VAGUE, "name it for what it holds"
    for function in functions(module):
        lines = length(function)
        assert lines <= 40, f"{function.name} has {lines} lines: give its parts names"


def test_most_functions_are_small() -> None:
    lengths = [length(function) for module in SOURCES for function in functions(module)]
    assert statistics.median(lengths) <= 10


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_nothing_is_left_for_later_or_excused_without_a_reason(module: Path) -> None:
    for number, line in enumerate(module.read_text("utf-8").splitlines(), start=1):
        assert not BARE.search(line), f"line {number}: say why, after the exemption"
        assert "TO" + "DO" not in line, f"line {number}: do it, or write an issue"


def test_a_code_has_one_meaning() -> None:
    codes = [reason.code for reason in reasons()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("reason", reasons(), ids=lambda reason: reason.code)
def test_a_reason_speaks_both_languages(reason: Reason) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+", reason.code)
    for say in (reason.what, reason.why, reason.next):
        assert say.en, reason.code
        assert re.search(r"[\u4e00-\u9fff]", say.zh), reason.code
        assert re.findall(r"{\w+}", say.en) == re.findall(r"{\w+}", say.zh) or set(
            re.findall(r"{\w+}", say.en)
        ) == set(re.findall(r"{\w+}", say.zh))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_host(lock: Path) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")
