"""Identifiers of Chinese health data standards: read tolerantly, written strictly."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.standards.reasons import BAD_IDENTIFIER


class Names(StrEnum):
    """What an identifier names."""

    ELEMENT = "DE"
    VALUE_SET = "CV"
    DATA_SET = "HDS"
    DOCUMENT = "C00"
    LOCAL = "local"  # a draft's or a product's own value set


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier in its normal form, and what had to be tolerated to read it."""

    names: Names
    text: str
    tolerated: tuple[Say, ...] = ()

    @property
    def class_code(self) -> str:
        """Return the class, `02.01`, of an element or a value set."""
        has_class = self.names in (Names.ELEMENT, Names.VALUE_SET)
        return self.text[2:7] if has_class else ""


GRAMMAR = {
    Names.ELEMENT: re.compile(r"DE\d\d\.\d\d\.\d{3}\.\d\d(\.\d{1,4})?"),
    Names.VALUE_SET: re.compile(r"CV\d\d\.\d\d\.\d{3}"),
    Names.DATA_SET: re.compile(r"HDS[ABCD]\d\d\.\d\d(\.\d{3})?"),
    Names.DOCUMENT: re.compile(r"C00(0[1-9]|[1-4]\d|5[0-3])"),
    Names.LOCAL: re.compile(
        r"CV\d{4}\.\d\d|HSCV[\w.]+|RC\d{3}(\.\d)?|[WT]/RC\d{3}(\.\d)?|LY\.00\.\d+"
    ),
}
WIDTH = Say("full-width characters were narrowed", "全角字符已转为半角")
CASE = Say("lower case was raised", "小写字母已转为大写")
SPACE = Say("spaces were removed", "已去除空格")
ZERO = Say("the letter O was read as the digit 0", "字母 O 已按数字 0 读取")
LOCAL_PART = Say("a product's own fifth group", "含产品自定义的第五段")


def identify(text: str, where: str = "") -> Identifier:
    """Read an identifier; raise Trouble where nothing of the grammar fits."""
    narrowed = unicodedata.normalize("NFKC", text)
    steps = [(WIDTH, text, narrowed)]
    bare = re.sub(r"\s", "", narrowed)
    steps.append((SPACE, narrowed, bare))
    raised = bare.upper()
    steps.append((CASE, bare, raised))
    head = re.match(r"DE|CV|HDS[ABCD]|C(?=[0O]{2})", raised)
    cut = head.end() if head else len(raised)
    digits = raised[:cut] + raised[cut:].replace("O", "0")
    steps.append((ZERO, raised, digits))
    tolerated = [say for say, before, after in steps if before != after]
    for names, pattern in GRAMMAR.items():
        if pattern.fullmatch(digits):
            own = names is Names.ELEMENT and digits.count(".") == 4
            return Identifier(names, digits, (*tolerated, *([LOCAL_PART] * own)))
    raise Trouble(BAD_IDENTIFIER, where, text=text)
