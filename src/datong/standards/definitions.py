"""Definitions in our own words, from what an element is made of; and its sensitivity.

An element's name ends in its representation term (代码, 标志, 日期): what is left is
the property, and the object class says whose. The sentence follows from these three and
the value domain. Where that does not make a right sentence the table gives one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from datong.core.say import Say
from datong.standards.model import Concept, Kind, ValueDomain

# Representation terms: ends of the Chinese and the English name, longest first, and the
# sentence that they make of an object (o), a property (p), a unit (u) and a set (s).
TERMS = (
    (
        "日期时间",
        "date and time",
        "{o}{p}的日期和时刻。",
        "Date and time of {p} ({o}).",
    ),
    ("日期", "date", "{o}{p}的日期。", "Date of {p} ({o})."),
    ("标志", "flag", "{o}是否有“{p}”这一情况。", "Whether {p} applies ({o})."),
    (
        "类别代码",
        "category code",
        "{o}{p}所属的类别，用{s}中的代码表示。",
        "Category of {p} ({o}), as a code of {s}.",
    ),
    ("代码", "code", "{o}的{p}，用{s}中的代码表示。", "{p} ({o}), as a code of {s}."),
    ("编号", "number", "为识别{p}而赋予的编号。", "Number that identifies {p}."),
    ("号码", "number", "为识别{p}而赋予的号码。", "Number that identifies {p}."),
    ("名称", "name", "{o}{p}的名称。", "Name of {p} ({o})."),
    ("描述", "description", "对{o}{p}的文字描述。", "{p} in words ({o})."),
    ("结果", "result", "{o}{p}得到的结果。", "Result of {p} ({o})."),
)
PLAIN = {
    True: ("{o}{p}的数值{u}。", "Value of {p} ({o}){u}."),
    False: ("关于{o}{p}的记录。", "What was recorded about {p} ({o})."),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The object classes, by their short codes."""

    objects: Mapping[str, Say]

    @classmethod
    def read(cls, rows: Sequence[Mapping[str, str]]) -> Self:
        """Read them."""
        return cls({row["code"]: Say(row["en"], row["zh"]) for row in rows})


def define(
    row: Mapping[str, str], domain: ValueDomain, words: Words
) -> tuple[Concept, Say, Say]:
    """Return concept, representation term and definition of an element's row."""
    whose = words.objects[row["object"]]
    term = next((t for t in TERMS if row["zh"].endswith(t[0])), None)
    zh_end, en_end = (term[0], term[1]) if term else ("", "")
    zh = row["zh"].removesuffix(zh_end) or row["zh"]
    en = row["en"].removesuffix(en_end).strip() or row["en"]
    concept = Concept(whose, Say(en, zh))
    representation = Say(en_end or domain.kind.name.lower(), zh_end or "值")
    if row["def_zh"]:
        return concept, representation, Say(row["def_en"], row["def_zh"])
    zh_says, en_says = term[2:] if term else PLAIN[domain.kind is Kind.NUMBER]
    own = domain.kind is Kind.LISTED
    listed = domain.value_set
    table = (
        Say("its own list", "自带的值表")
        if own
        else Say("the table in use", "现行代码表")
    )
    sentence = Say(
        en_says.format(
            o=whose.en,
            p=en,
            s=listed or table.en,
            u=f", in {domain.unit}" if domain.unit else "",
        ),
        zh_says.format(
            o=whose.zh,
            p=zh,
            s=listed or table.zh,
            u=f"，单位为{domain.unit}" if domain.unit else "",
        ),
    )
    said = _once(sentence.en, en_end) if en_end else sentence.en
    return concept, representation, Say(_raised(said), sentence.zh)


def _once(sentence: str, term: str) -> str:
    """Say a term once: not `Result of treatment result of a reaction`."""
    first = rf"^{re.escape(term)} of (?=.*\b{re.escape(term)}\b)"
    return re.sub(first, "", sentence, flags=re.IGNORECASE)


def _raised(sentence: str) -> str:
    """Begin a sentence with a capital letter."""
    return sentence[:1].upper() + sentence[1:]


@dataclass(frozen=True, slots=True)
class Grades:
    """Sensitivity after GB/T 39725: the first line that fits decides."""

    lines: tuple[Mapping[str, Any], ...]

    @classmethod
    def read(cls, text: Mapping[str, Any]) -> Self:
        """Read the lines, from the most particular to the most general."""
        return cls(tuple(text["grade"]))

    def of(self, identifier: str, name: str) -> tuple[int, str]:
        """Return grade and de-identification method of an element."""
        for line in self.lines:
            begins = any(identifier.startswith(x) for x in line.get("begins", [""]))
            if begins and any(word in name for word in line.get("words", [""])):
                return int(line["grade"]), str(line["method"])
        return 3, "keep"
