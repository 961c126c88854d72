"""The language of rules: total, without calls, three-valued.

    rule  := part ("or" part)*
    part  := term ("and" term)*
    term  := "not" term | "(" rule ")" | test
    test  := FLAG | value COMPARE value | value "in" (SET | "[" literal, ... "]")
           | value "is" ["not"] "null"

Names come from the closed list of `facts`; comparing two kinds is refused when the
policy is read, so nothing can go wrong when a rule is asked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from datong.core.reason import Trouble
from datong.guard.facts import FACTS, Sort
from datong.guard.reasons import RULE


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A value; None is unknown."""

    value: str | int | bool | frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values compared; unknown where one is unknown."""

    operator: str
    left: "Value"
    right: "Value"


@dataclass(frozen=True, slots=True)
class In:
    """Is a value one of a set? Unknown where the value or the set is unknown."""

    value: "Value"
    among: "Value"


@dataclass(frozen=True, slots=True)
class IsNull:
    """Is a value unknown? Never itself unknown."""

    value: "Value"


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    rule: "Rule"


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    rules: tuple["Rule", ...]


Value: TypeAlias = Name | Literal
Rule: TypeAlias = Name | Literal | Compare | In | IsNull | Not | And | Or

TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^']*')|(?P<whole>-?\d+)|(?P<name>[A-Za-z_][\w.]*)"
    r"|(?P<sign><=|>=|!=|[=<>()\[\],]))"
)
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
WORDS = {"true": True, "false": False}


def parse(text: str, where: object = "") -> Rule:
    """Read one rule; a mistake is a Trouble that shows the place."""
    reader = _Reader(text, str(where))
    rule = reader.rule()
    if reader.peek():
        reader.refuse(f"{reader.peek()!r}")
    return rule


def sort_of(value: Value) -> Sort:
    """Say what kind of value it is."""
    if isinstance(value, Name):
        return FACTS[value.name].sort
    if isinstance(value.value, bool):
        return Sort.FLAG
    if isinstance(value.value, frozenset):
        return Sort.SET
    return Sort.WHOLE if isinstance(value.value, int) else Sort.TEXT


def names(rule: Rule) -> set[str]:
    """Name the facts that a rule asks for."""
    match rule:
        case And(rules) | Or(rules):
            return set().union(*map(names, rules))
        case Not(inner) | IsNull(inner):
            return names(inner)
        case Compare(_, left, right) | In(left, right):
            return names(left) | names(right)
        case Name(name):
            return {name}
    return set()


class _Reader:
    """A reader of tokens, from left to right."""

    def __init__(self, text: str, where: str) -> None:
        """Cut the text into tokens."""
        self.text, self.where, self.place = text, where, 0
        self.tokens = list(self._cut())

    def _cut(self) -> Iterator[str]:
        """Give the tokens one by one."""
        at = 0
        while self.text[at:].strip():
            found = TOKEN.match(self.text, at)
            if found is None:
                self.refuse(repr(self.text[at:].strip()[:20]))
            at = found.end()
            yield found.group().strip()

    def refuse(self, said: str) -> NoReturn:
        """Say what cannot be understood."""
        raise Trouble(RULE, self.where, text=self.text, said=said)

    def peek(self) -> str:
        """Look at the next token; empty at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, *wanted: str) -> bool:
        """Step over the next token if it is one of these."""
        if self.peek() in wanted:
            self.place += 1
            return True
        return False

    def need(self, token: str) -> None:
        """Step over a token that must be here."""
        if not self.take(token):
            self.refuse(f"{self.peek() or '…'!r} ({token})")

    def rule(self) -> Rule:
        """Read parts joined by `or`."""
        rules = [self.part()]
        while self.take("or"):
            rules.append(self.part())
        return rules[0] if len(rules) == 1 else Or(tuple(rules))

    def part(self) -> Rule:
        """Read terms joined by `and`."""
        rules = [self.term()]
        while self.take("and"):
            rules.append(self.term())
        return rules[0] if len(rules) == 1 else And(tuple(rules))

    def term(self) -> Rule:
        """Read one term."""
        if self.take("not"):
            return Not(self.term())
        if self.take("("):
            inner = self.rule()
            self.need(")")
            return inner
        return self.test()

    def test(self) -> Rule:
        """Read one test."""
        left = self.value()
        if self.peek() in COMPARISONS:
            return self.comparison(left)
        if self.take("in"):
            return self.membership(left)
        if self.take("is"):
            negated = self.take("not")
            self.need("null")
            return Not(IsNull(left)) if negated else IsNull(left)
        if sort_of(left) is not Sort.FLAG:
            self.refuse(f"{left}")
        return left

    def comparison(self, left: Value) -> Rule:
        """Read `= value`; flags and texts have an order nobody means."""
        operator = self.tokens[self.place]
        self.place += 1
        right = self.value()
        sorts = {sort_of(left), sort_of(right)}
        ordered = operator in ("=", "!=") or sorts == {Sort.WHOLE}
        if len(sorts) > 1 or Sort.SET in sorts or not ordered:
            self.refuse(f"{operator} {' / '.join(sorted(sorts))}")
        return Compare(operator, left, right)

    def membership(self, left: Value) -> Rule:
        """Read what follows `in`."""
        among = self.listed() if self.take("[") else self.value()
        if sort_of(left) is not Sort.TEXT or sort_of(among) is not Sort.SET:
            self.refuse(f"in {sort_of(among)}")
        return In(left, among)

    def listed(self) -> Literal:
        """Read `'a', 'b']`."""
        items = [self.literal()]
        while self.take(","):
            items.append(self.literal())
        self.need("]")
        return Literal(frozenset(items))

    def literal(self) -> str:
        """Read one text in quotes."""
        token = self.peek()
        if not token.startswith("'"):
            self.refuse(repr(token))
        self.place += 1
        return token[1:-1]

    def value(self) -> Value:
        """Read a name or a literal."""
        token = self.peek()
        if token.startswith("'"):
            return Literal(self.literal())
        self.place += 1
        if token in WORDS:
            return Literal(WORDS[token])
        if re.fullmatch(r"-?\d+", token):
            return Literal(int(token))
        if token not in FACTS:
            self.place -= 1
            self.refuse(repr(token or "…"))
        return Name(token)
