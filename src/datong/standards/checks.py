"""A profile compiled to checks: conditions in SQL that are true of what is wrong.

A *value* check is asked once of each distinct value of a column, called `v` (text,
empty ones null); a *row* check of the typed columns of a row. Nothing here is written
by hand: all follows from the items and rules of the profile.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from datong.core.check import Severity
from datong.core.say import Say
from datong.engine.duckdb import literal, quoted
from datong.standards import formats
from datong.standards.expression import write
from datong.standards.fields import numbers
from datong.standards.formats import Format
from datong.standards.library import Library
from datong.standards.model import Item, Kind, Profile, Rule


class Component(StrEnum):
    """The seven things that conformance is made of."""

    PRESENCE = "presence"
    STRUCTURE = "structure"
    DOMAIN = "domain"
    LABELS = "labels"
    COMPLETENESS = "completeness"
    RULES = "rules"
    EDITION = "edition"


@dataclass(frozen=True, slots=True)
class CompiledCheck:
    """One check; `bad` is the SQL condition of a wrong value or row."""

    id: str
    component: Component
    item: str
    columns: tuple[str, ...]
    severity: Severity
    say: Say
    bad: str
    by_row: bool = False
    lookups: tuple[tuple[str, str], ...] = ()
    helpers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Silent:
    """A check that cannot be asked of these data, and why."""

    id: str
    why: Say


@dataclass(slots=True)
class Checks:
    """All checks of a profile for a table with certain columns."""

    value: dict[str, list[CompiledCheck]] = field(default_factory=dict)
    row: list[CompiledCheck] = field(default_factory=list)
    silent: list[Silent] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


REQUIRED = Say("{name} is mandatory", "{name}为必填项")
NEEDED = Say("{name} is mandatory when {when}", "当 {when} 时，{name}为必填项")
FORM = Say("{name} has the form {format}", "{name}的表示格式为 {format}")
LENGTH = Say("{name} has the length of {format}", "{name}的长度符合 {format}")
DOMAIN = Say("{name} is a code of {set}", "{name}取自值域 {set}")
NO_SET = Say("the items of {set} are not known here", "值域 {set} 的条目未收录")
NO_SYSTEM = Say(
    "the code system {system} is not installed: datong standards import FILE"
    " --system {system}",
    "代码系统 {system} 尚未安装：datong standards import 文件 --system {system}",
)
NO_COLUMN = Say("the column {column} is not in the data", "数据中没有列 {column}")


def compile_checks(
    profile: Profile,
    library: Library,
    columns: Iterable[str],
    systems: Collection[str] = (),
) -> Checks:
    """Compile a profile for data that have these columns.

    `systems` are the installed code systems, by the names that the profile uses.
    """
    compiler = _Compiler(profile, library, frozenset(columns), frozenset(systems))
    for item in profile.data_set.items:
        for column in item.columns:
            if column in compiler.present:
                compiler.made.value[column] = list(compiler.values(item, column))
            else:
                compiler.made.absent.append(column)
        compiler.condition(item)
    for rule in profile.rules:
        for number in numbers(rule.each) or ("",):
            compiler.rule(rule, number)
    return compiler.made


def item_format(item: Item) -> Format:
    """Return the parsed format of an item."""
    number = item.kind in ("whole", "decimal")
    return formats.strict(item.format, Kind.NUMBER if number else Kind.TEXT)


@dataclass(slots=True)
class _Compiler:
    """Compiles one profile for one table."""

    profile: Profile
    library: Library
    present: frozenset[str]
    systems: frozenset[str]
    made: Checks = field(default_factory=Checks)

    def values(self, item: Item, column: str) -> Iterator[CompiledCheck]:
        """Compile the checks of one column's values."""
        form = item_format(item)
        long = form.bad_length_sql("v", self.profile.length_unit)
        asked = (
            ("required", Component.COMPLETENESS, REQUIRED, blank("v")),
            ("form", Component.STRUCTURE, FORM, form.bad_form_sql("v")),
            ("length", Component.STRUCTURE, LENGTH, long),
            ("domain", Component.DOMAIN, DOMAIN, self.domain(item, column)),
        )
        listed = item.value_set or self.profile.systems.get(item.system, "")
        for kind, part, say, bad in asked:
            # Of a repeated item only the first must be there.
            must = item.need == "M" and column == item.columns[0]
            if not bad or (kind == "required" and not must):
                continue
            told = {"format": item.format, "set": listed}
            says = Say(
                say.en.format(name=item.name.en, **told),
                say.zh.format(name=item.name.zh, **told),
            )
            name = f"{column}/{kind}"
            wrong = bad if kind == "required" else f"v is not null and ({bad})"
            # An item may be lenient about being absent, never about a wrong value.
            grave = item.severity if kind == "required" else Severity.ERROR
            yield CompiledCheck(name, part, item.id, (column,), grave, says, wrong)

    def domain(self, item: Item, column: str) -> str:
        """Compile the condition that a value is not in its set; or say why not."""
        name = f"{column}/domain"
        if item.value_set:
            chosen = self.library.sets[item.value_set]
            if chosen.complete:
                return not_listed(tuple(chosen.labels), many=item.kind == "codes")
            why = NO_SET.with_(set=item.value_set)
            self.made.silent.append(Silent(name, why))
        elif item.system in self.systems:
            return f"v not in (select code from {quoted(f'system {item.system}')})"
        elif item.system:
            why = NO_SYSTEM.with_(system=self.profile.systems[item.system])
            self.made.silent.append(Silent(name, why))
        return ""

    def condition(self, item: Item) -> None:
        """Compile the condition under which an item is mandatory."""
        column = item.columns[0]
        if not item.when or column not in self.present:
            return
        when = write(item.when, self.present, self.profile.items, item.id)
        says = Say(
            NEEDED.en.format(name=item.name.en, when=item.when),
            NEEDED.zh.format(name=item.name.zh, when=item.when),
        )
        check = CompiledCheck(
            f"{column}/needed",
            Component.COMPLETENESS,
            item.id,
            tuple(dict.fromkeys((column, *when.fields))),
            item.severity,
            says,
            f"({when.sql}) is true and {blank(quoted(column), item)}",
            by_row=True,
            lookups=when.lookups,
            helpers=when.helpers,
        )
        self.keep(check, when.missing)

    def rule(self, rule: Rule, number: str) -> None:
        """Compile a rule, or one repeat of it."""
        must, when = (
            write(text.replace("{n}", number), self.present, self.profile.items)
            for text in (rule.must, rule.when or "true")
        )
        limit = f"({when.sql}) is true and " if rule.when else ""
        check = CompiledCheck(
            f"{rule.id}[{number}]" if number else rule.id,
            Component.RULES,
            rule.id,
            tuple(dict.fromkeys((*must.fields, *when.fields))),
            rule.severity,
            rule.say,
            f"{limit}({must.sql}) is false",
            by_row=True,
            lookups=(*must.lookups, *when.lookups),
            helpers=(*must.helpers, *when.helpers),
        )
        self.keep(check, (*must.missing, *when.missing))

    def keep(self, check: CompiledCheck, missing: tuple[str, ...]) -> None:
        """Keep a row check, or say why it is silent."""
        needed = {self.profile.items[column].system for _, column in check.lookups}
        lacking = sorted(needed - self.systems)
        if missing:
            why = NO_COLUMN.with_(column=", ".join(missing[:3]))
            self.made.silent.append(Silent(check.id, why))
        elif lacking:
            why = NO_SYSTEM.with_(system=self.profile.systems[lacking[0]])
            self.made.silent.append(Silent(check.id, why))
        else:
            self.made.row.append(check)


def blank(v: str, item: Item | None = None) -> str:
    """Write the condition that a value is empty, or only says so: NULL, -, N/A."""
    if item is not None and item.kind in CASTS:
        return f"{v} is null"  # such a word does not become a number or a day
    words = ", ".join(literal(word) for word in FILLERS)
    return f"({v} is null or upper({v}) in ({words}))"


def not_listed(codes: tuple[str, ...], *, many: bool = False) -> str:
    """Write the condition that a value is not one of the codes (or a list of them)."""
    if many:
        one = "|".join(code.replace(".", "[.]") for code in codes)
        return f"not regexp_full_match(v, {literal(f'({one})(,({one}))*')})"
    return f"v not in ({', '.join(literal(code) for code in codes)})"


def typed(item: Item, column: str) -> str:
    """Write the typed value of a column; a value that does not fit is null."""
    cast = CASTS.get(item.kind)
    if cast is None:
        return cleaned(item, column)
    # A cast passes over blanks by itself, and makes nothing of an empty text.
    return f"try_cast({quoted(column)} as {cast})"


FILLERS = ("NULL", "NONE", "NAN", "N/A", "\\N", "-", "--", "—", "——", "/")
CASTS = {"whole": "bigint", "decimal": "double", "date": "date", "time": "timestamp"}


def cleaned(item: Item, column: str) -> str:
    """Write the text of a column: trimmed, empty ones and fillers null."""
    v = f"cast({quoted(column)} as varchar)"
    # Looking for blanks at the ends is twice as fast as trimming every value.
    edge = f"{v} <= ' ' or {v} like ' %' or {v} like '% '"
    text = f"case when {edge} then nullif(trim({v}), '') else {v} end"
    return f"nullif({text}, {literal(item.filler)})" if item.filler else text
