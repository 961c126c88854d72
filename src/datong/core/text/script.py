"""Traditional characters to simplified ones, character by character.

The table beside this file (`traditional.txt`: one pair a line) is OpenCC's
`TSCharacters` (Apache-2.0), first choice only, without the characters that simplified
text uses too: 著 stays in 显著, because GB 2312 has it. So simplified text never
changes.
"""

from functools import cache
from importlib.resources import files


def fold_script(text: str) -> str:
    """Write a text in simplified characters.

    >>> fold_script("胸腔鏡下右肺上葉切除術")
    '胸腔镜下右肺上叶切除术'
    """
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    """Read the table once."""
    lines = files(__package__).joinpath("traditional.txt").read_text("utf-8")
    return {ord(line[0]): line[1] for line in lines.split()}
