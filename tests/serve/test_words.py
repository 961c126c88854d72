"""Whatever the audit can say, its page says in both languages."""

import ast
from pathlib import Path

import datong.serve
from datong.serve.web.words import ACTS


def _acts(source: str) -> set[str]:
    """Return the acts that a module writes down: the second word of its note."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    doors = ("note", "Event")
    noted = [call for call in calls if ast.unparse(call.func).endswith(doors)]
    words = [call.args[1] for call in noted if len(call.args) > 1]
    return {word.value for word in words if isinstance(word, ast.Constant)}


def test_every_act_written_down_has_its_words() -> None:
    folder = Path(datong.serve.__file__).parent
    written = set().union(*(_acts(file.read_text()) for file in folder.rglob("*.py")))
    assert {"read", "token", "set-up"} <= written
    assert written <= set(ACTS)
