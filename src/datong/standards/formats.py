"""Representation formats: `AN..50`, `N3..5,1`, `D8`, `DT15`, `T/F` and their meaning.

Grammar: a character class (`A` letters, `N` digits, `AN` both) with a length that is
fixed, a range, or unlimited (`..ul`); for numbers, digits after a comma are decimals
and **the length counts the point** (36.5 is `N4,1`); `X3` after a text means three
lines. A format that lost its comma does not prove a whole number: without a comma the
number of decimals is free.

Every check, in SQL and in Python, comes from the parsed format, never from a pattern
written by hand. The SQL is in the portable subset of both engines.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.standards.model import Kind
from datong.standards.reasons import BAD_FORMAT

STRICT = re.compile(
    r"(?P<chars>AN|A|N)(?:(?P<fixed>\d{1,4})|(?P<low>\d{1,4})?\.\.(?P<high>\d{1,4}|ul))"
    r"(?:,(?P<decimals>\d{1,4}))?(?:X(?P<lines>\d{1,4}))?"
)
# The calendar forms: WS/T 303's, and the two that the front pages write.
LAYOUTS = {
    "D8": ("%Y%m%d", r"\d{8}"),
    "T6": ("%H%M%S", r"\d{6}"),
    "DT15": ("%Y%m%dT%H%M%S", r"\d{8}T\d{6}"),
    "D10": ("%Y-%m-%d", r"\d{4}-\d\d-\d\d"),
    "DT19": ("%Y-%m-%d %H:%M:%S", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"),
}
SHAPES = {
    "D8": "________",
    "T6": "______",
    "DT15": "________T______",
    "D10": "____-__-__",
    "DT19": "____-__-__ __:__:__",
}
FLAGS = ("0", "1", "T", "F", "TRUE", "FALSE")
# What a text of a record cannot have: controls, the mark of a lost character, and UTF-8
# that was read as Latin (张 as å¼) or as GBK; one pattern for Python and SQL.
DAMAGE = (
    "[\\x00-\\x08\\x0e-\\x1f\N{REPLACEMENT CHARACTER}]|锟斤拷"
    "|Â[\\x80-\\xbf]|[Ãâ-éï][\\x80-\\xb6\\xb8-\\xbf]"
)
WORDS = {"D8", "T6", "DT15", "T/F", "BY"}
REPAIRS = (
    (r"\s", "", Say("spaces were removed", "已去除空格")),
    (r"\.{3,}", "..", Say("too many dots", "多余的点")),
    (r"^TF(?=\.|$)", "T/F", Say("TF was read as T/F", "TF 按 T/F 读取")),
    (r"(\.\.\d+)(?:\.\.\d+)+$", r"\1", Say("a repeated length", "长度重复")),
    (r"(?<=[\dF])\.\.(?=$|,)", "", Say("dots without a length", "点后缺少长度")),
    (r"^(DT|D|T)\.\.(\d+)$", r"\1\2", Say("dots in a date", "日期格式中多余的点")),
)


@cache
def wide() -> str:
    """Write the characters that take four bytes in GB18030 as a class of ranges."""
    four = [
        c
        for c in range(0x80, 0x10000)
        if not 0xD800 <= c < 0xE000 and len(chr(c).encode("gb18030")) == 4
    ]
    starts = [c for c, before in zip(four, [0, *four], strict=False) if c != before + 1]
    ends = [c for c, after in zip(four, [*four[1:], 0], strict=True) if after != c + 1]
    pairs = zip(starts, ends, strict=True)
    return (
        "".join(rf"\x{{{a:x}}}-\x{{{b:x}}}" for a, b in pairs) + r"\x{10000}-\x{10ffff}"
    )


def length(text: str, unit: str) -> int:
    """Measure a text in bytes of GB18030 (`gb18030`) or in characters (`codepoint`)."""
    return len(text.encode("gb18030", "replace")) if unit == "gb18030" else len(text)


def length_sql(v: str, unit: str) -> str:
    """Say `length` in SQL."""
    if unit != "gb18030":
        return f"length({v})"
    beyond = rf"length(regexp_replace({v}, '[\x{{0}}-\x{{7f}}]', '', 'g'))"
    four = f"length(regexp_replace({v}, '[^{wide()}]', '', 'g'))"
    return f"(length({v}) + {beyond} + 2 * {four})"


@dataclass(frozen=True, slots=True)
class Format:
    """A parsed format. `high` None is unlimited, `decimals` None is free."""

    chars: str  # A | N | AN, or one of the words D8, T6, DT15, D10, DT19, T/F, BY
    low: int = 0
    high: int | None = None
    decimals: int | None = None
    lines: int = 0
    number: bool = False  # the data type is N: not a string of digits

    def __str__(self) -> str:
        """Write the normal form."""
        if self.chars not in ("A", "N", "AN"):
            return self.chars
        end = "ul" if self.high is None else str(self.high)
        span = str(self.high) if self.low == self.high else f"{self.low or ''}..{end}"
        decimals = "" if self.decimals is None else f",{self.decimals}"
        return self.chars + span + decimals + (f"X{self.lines}" if self.lines else "")

    def bad_length(self, text: str, unit: str) -> bool:
        """Ask whether a value is too short or too long."""
        if self.chars not in ("A", "N", "AN"):
            return False
        size = length(text, unit)
        return size < self.low or (self.high is not None and size > self.high)

    def bad_form(self, text: str) -> bool:
        """Ask whether a value has characters, a calendar day or decimals it may not."""
        if self.chars in LAYOUTS:
            return not _is_moment(text, *LAYOUTS[self.chars])
        if self.chars == "T/F":
            return text.upper() not in FLAGS
        if self.number:
            return not re.fullmatch(self._number(), text, re.ASCII)
        if self.chars == "N":
            return not re.fullmatch("[0-9]+", text)
        return bool(re.search(DAMAGE, text)) or (
            self.chars == "A" and bool(re.fullmatch("[0-9]+", text))
        )

    def bad_length_sql(self, v: str, unit: str) -> str:
        """Say `bad_length` in SQL; empty where every length is good."""
        if self.chars not in ("A", "N", "AN"):
            return ""
        size = length_sql(v, unit)
        widest = 4 if unit == "gb18030" else 1
        parts = [f"({size} < {self.low})"] if self.low > 1 else []
        if self.high is not None:
            # `case` keeps the engine from measuring what is short or plain ASCII.
            parts.append(
                f"case when length({v}) * {widest} <= {self.high} then false"
                f" when bit_length({v}) = 8 * length({v})"
                f" then length({v}) > {self.high} else {size} > {self.high} end"
            )
        return " or ".join(parts)

    def bad_form_sql(self, v: str) -> str:
        """Say `bad_form` in SQL; empty where every form is good."""
        if self.chars in LAYOUTS:
            return _bad_moment_sql(v, self.chars)
        if self.chars == "T/F":
            return f"upper({v}) not in ({', '.join(repr(f) for f in FLAGS)})"
        if self.number:
            return f"not regexp_full_match({v}, '{self._number()}')"
        if self.chars == "N":
            return f"not regexp_full_match({v}, '[0-9]+')"
        control = f"regexp_matches({v}, '{DAMAGE}')"
        digits = f" or regexp_full_match({v}, '[0-9]+')" if self.chars == "A" else ""
        return control + digits

    def _number(self) -> str:
        """Return the pattern of a number with these decimals."""
        if self.decimals == 0:
            return "-?[0-9]+"
        most = "" if self.decimals is None else str(self.decimals)
        return rf"-?[0-9]+([.][0-9]{{1,{most}}})?"


@dataclass(frozen=True, slots=True)
class Reading:
    """A format as read, and what had to be tolerated."""

    format: Format
    tolerated: tuple[Say, ...] = ()


def read(text: str, kind: Kind, where: str = "") -> Reading:
    """Read a format of a data type; raise Trouble where it cannot be understood."""
    clean = unicodedata.normalize("NFKC", text).strip()
    clean = re.sub("UL", "ul", clean.upper())
    wide = Say("width or case was changed", "已调整全角或大小写")
    tolerated = [wide] if clean != text else []
    for pattern, better, say in REPAIRS:
        mended = re.sub(pattern, better, clean)
        tolerated += [say] * (mended != clean)
        clean = mended
    return Reading(_parse(clean, kind, where, text), tuple(tolerated))


def strict(text: str, kind: Kind) -> Format:
    """Read a normal form: of the catalogue, which tolerates nothing."""
    if text in LAYOUTS:
        return Format(text)
    return _parse(text, kind, "", text)


def _parse(clean: str, kind: Kind, where: str, text: str) -> Format:
    """Parse a normal form."""
    if clean in WORDS:
        return Format(clean)
    found = STRICT.fullmatch(clean)
    if not found or (found["decimals"] and (kind is not Kind.NUMBER)):
        raise Trouble(BAD_FORMAT, where, text=text)
    fixed, high = found["fixed"], found["high"]
    top = None if high == "ul" else int(fixed or high)
    low = int(fixed or found["low"] or 0)
    if top is not None and low > top:
        raise Trouble(BAD_FORMAT, where, text=text)
    decimals = None if found["decimals"] is None else int(found["decimals"])
    lines, number = int(found["lines"] or 0), kind is Kind.NUMBER
    return Format(found["chars"], low, top, decimals, lines, number=number)


def _is_moment(text: str, layout: str, pattern: str) -> bool:
    """Ask whether a text is a real day or time, written in full."""
    if not re.fullmatch(pattern, text, re.ASCII):
        return False
    try:
        datetime.strptime(text, layout)  # noqa: DTZ007 - wall time has no zone
    except ValueError:
        return False
    return True


def _bad_moment_sql(v: str, layout: str) -> str:
    """Say `not _is_moment` in SQL: the shape first, then the calendar."""
    d = f"concat_ws('-', substr({v}, 1, 4), substr({v}, 5, 2), substr({v}, 7, 2))"
    clock = "concat_ws(':', {})"
    late = clock.format(", ".join(f"substr({v}, {n}, 2)" for n in (10, 12, 14)))
    early = clock.format(", ".join(f"substr({v}, {n}, 2)" for n in (1, 3, 5)))
    whole = {
        "D10": f"try_cast({v} as date)",
        "DT19": f"try_cast({v} as timestamp)",
        "D8": f"try_cast({d} as date)",
        "DT15": f"try_cast(concat_ws(' ', {d}, {late}) as timestamp)",
        "T6": f"try_cast(concat_ws(' ', '2000-01-01', {early}) as timestamp)",
    }[layout]
    shape = SHAPES[layout]
    # A cast knows the calendar; the mask and the first character keep it from being
    # generous (signs, years before 1, hour 24).
    early_year = "" if layout == "T6" else f" and {v} >= '0001'"
    hour = {"DT19": 12, "DT15": 10, "T6": 1}.get(layout)
    in_day = f" and substr({v}, {hour}, 2) < '24'" if hour else ""
    return f"not ({v} like '{shape}'{early_year}{in_day} and {whole} is not null)"
