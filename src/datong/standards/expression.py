"""Rule expressions: SQL conditions over the fields of a profile, with a few words more.

A field stands for its typed value (`B12 <= B15`); a star takes all columns of a
repeated item (`C06x*C`), where `each` of a rule puts `{n}` in its place one by one.
Words of ours are written out in plain SQL of the portable subset:

    years(a, b)             full years between two days
    days(a, b)              nights between two days
    elapsed_days(a, b)      full 24 hours between two times
    matches(x, 'pattern')   a pattern is found in a text
    any_matches('p', x, y*) in one of several
    total(x, y)             sum, empty ones counted as 0
    filled(x) / empty(x)    is there a value
    card_sound(x)           the check character of an 18-digit identity number is right
    card_born(x, d)         an identity number says this date of birth
    card_sex(x)             the sex that an identity number says, 1 or 2
    card(area, birth, order)     an identity number with its check character
    label(x)                the standard's label of the code in x
    trait(x)                the class of the procedure in x (手术, 介入治疗, ...)
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from datong.core.reason import Trouble
from datong.engine.duckdb import quoted
from datong.standards.fields import NAME
from datong.standards.reasons import BROKEN_SOURCE

STARRED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\*[A-Za-z]?")
# Weights of the 17 digits of an identity number and its check characters: GB 11643.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _years(a: str, b: str) -> str:
    early = f"month({b}) * 100 + day({b}) < month({a}) * 100 + day({a})"
    return f"(year({b}) - year({a}) - case when {early} then 1 else 0 end)"


def _days(a: str, b: str) -> str:
    return f"datediff('day', cast({a} as date), cast({b} as date))"


def _elapsed(a: str, b: str) -> str:
    earlier = f"cast({b} as time) < cast(cast({a} as timestamp) as time)"
    return f"({_days(a, b)} - case when {earlier} then 1 else 0 end)"


def _matches(x: str, pattern: str) -> str:
    return f"regexp_matches({x}, {pattern})"


def _any_matches(pattern: str, *fields: str) -> str:
    found = (f"coalesce(regexp_matches({x}, {pattern}), false)" for x in fields)
    return f"({' or '.join(found) or 'false'})"


def _total(*fields: str) -> str:
    return f"({' + '.join(f'coalesce({x}, 0)' for x in fields) or '0'})"


def _filled(*fields: str) -> str:
    return f"({' or '.join(f'{x} is not null' for x in fields) or 'false'})"


def _empty(*fields: str) -> str:
    return f"not {_filled(*fields)}"


def _digits(x: str) -> str:
    """Name the column that holds the first 17 digits: reckoned once for each row."""
    return quoted(f"digits {x.strip(chr(34))}")


def _card_sound(x: str) -> str:
    # One cast and 17 divisions are ten times cheaper than 17 casts of one digit.
    body = _digits(x)
    places = (f"({body} // {10 ** (16 - i)}) % 10" for i in range(17))
    total = " + ".join(f"{d} * {w}" for d, w in zip(places, WEIGHTS, strict=True))
    check = f"substr('10X98765432', cast(({total}) % 11 as integer) + 1, 1)"
    return f"coalesce(substr({x}, 18, 1) = {check}, false)"


def _card(area: str, birth: str, order: str) -> str:
    last = f"lpad(cast({order} as varchar), 3, '0')"
    body = f"concat({area}, strftime({birth}, '%Y%m%d'), {last})"
    digits = (f"cast(substr({body}, {i + 1}, 1) as integer)" for i in range(17))
    total = " + ".join(f"{d} * {w}" for d, w in zip(digits, WEIGHTS, strict=True))
    return (
        f"concat({body}, substr('10X98765432', cast(({total}) % 11 as integer) + 1, 1))"
    )


def _card_born(x: str, day: str) -> str:
    number = f"year({day}) * 10000 + month({day}) * 100 + day({day})"
    short = f"19000000 + ({_digits(x)} // 1000) % 1000000"
    long = f"({_digits(x)} // 1000) % 100000000"
    return f"case when length({x}) = 15 then {short} else {long} end = {number}"


def _card_sex(x: str) -> str:
    return f"case when {_digits(x)} % 2 = 1 then '1' else '2' end"


WORDS: dict[str, Callable[..., str]] = {
    "years": _years,
    "days": _days,
    "elapsed_days": _elapsed,
    "matches": _matches,
    "any_matches": _any_matches,
    "total": _total,
    "filled": _filled,
    "empty": _empty,
    "card": _card,
    "card_sound": _card_sound,
    "card_born": _card_born,
    "card_sex": _card_sex,
}
LOOKUPS = ("label", "trait")  # they need a code table: written as joined columns
# Words that reckon with the first 17 digits of an identity number (all of an old one).
CARDS = {"card_sound", "card_born", "card_sex"}
# Words that an absent column does not silence.
BEARING = {"any_matches", "total", "filled", "empty"}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression in plain SQL, with what it needs."""

    sql: str
    fields: tuple[str, ...]  # columns that it reads
    missing: tuple[str, ...]  # columns without which it cannot speak
    lookups: tuple[tuple[str, str], ...] = ()  # (label | trait, column)
    helpers: tuple[tuple[str, str], ...] = ()  # columns to reckon first: name, SQL


@dataclass(slots=True)
class _Writer:
    """Collects what an expression reads while it is written out."""

    present: set[str]
    known: set[str]
    where: str
    fields: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    lookups: list[tuple[str, str]] = field(default_factory=list)
    helpers: list[tuple[str, str]] = field(default_factory=list)

    def write(self, text: str) -> str:
        """Write one piece out."""
        out, at = [], 0
        while at < len(text):
            found = NAME.match(text, at)
            if not found:
                out.append(text[at])
                at += 1
                continue
            name, at = found[0], found.end()
            if text[at : at + 1] == "(" and (name in WORDS or name in LOOKUPS):
                inner, at = _balanced(text, at, self.where)
                out.append(self._word(name, _arguments(inner)))
            else:
                out.append(self._name(name))
        return "".join(out)

    def _word(self, name: str, parts: list[str]) -> str:
        """Write one of our words out."""
        if name in LOOKUPS:
            self.lookups.append((name, parts[0]))
            self._name(parts[0])
            return quoted(f"{name} {parts[0]}")
        spread = [
            x for p in parts for x in (self._star(p) if STARRED.fullmatch(p) else [p])
        ]
        if name in BEARING:
            spread = [x for x in spread if x not in self.known or x in self.present]
        written = [self.write(x) for x in spread]
        if name in CARDS:
            body = f"try_cast(substr({written[0]}, 1, 17) as bigint)"
            self.helpers.append((_digits(written[0]), body))
        return WORDS[name](*written)

    def _star(self, name: str) -> list[str]:
        """Name the columns that a starred field stands for."""
        pattern = re.compile(re.escape(name).replace(r"\*", r"\d+"))
        return sorted(c for c in self.known if pattern.fullmatch(c))

    def _name(self, name: str) -> str:
        """Write a field as a name; anything else stays as it is."""
        if name not in self.known:
            return name
        (self.fields if name in self.present else self.missing).append(name)
        return quoted(name)


def write(
    text: str, present: Iterable[str], known: Iterable[str], where: str = ""
) -> Expression:
    """Write an expression out in SQL; `known` are the profile's columns."""
    writer = _Writer(set(present), set(known), where)
    sql = writer.write(text)
    fields, missing = dict.fromkeys(writer.fields), dict.fromkeys(writer.missing)
    lookups, helpers = tuple(writer.lookups), tuple(writer.helpers)
    return Expression(sql, tuple(fields), tuple(missing), lookups, helpers)


def _balanced(text: str, at: int, where: str) -> tuple[str, int]:
    """Return what stands between the brackets that open at a place, and its end."""
    depth, inside = 0, False
    for i in range(at, len(text)):
        inside ^= text[i] == "'"
        depth += 0 if inside else {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0 and not inside and text[i] == ")":
            return text[at + 1 : i], i + 1
    raise Trouble(BROKEN_SOURCE, where, said=f"a bracket is not closed in {text}")


def _arguments(inner: str) -> list[str]:
    """Cut arguments at the commas that stand outside brackets and quotes."""
    parts, depth, inside = [""], 0, False
    for char in inner:
        inside ^= char == "'"
        depth += 0 if inside else {"(": 1, ")": -1}.get(char, 0)
        if char == "," and depth == 0 and not inside:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]
