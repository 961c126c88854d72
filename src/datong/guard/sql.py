"""The policy as SQL: which rows, which columns, under which masks.

The row's facts stand in columns of the alias `f` (`resource_sites`, `in_care`, …);
all else is folded in. Null follows SQL's own three values, and `coalesce` settles it:
a permit that is unknown is no permit, a forbid that is unknown forbids.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from datong.guard import masks
from datong.guard.catalogue import Table
from datong.guard.facts import FACTS, Facts, Of
from datong.guard.fold import UNKNOWN, fold
from datong.guard.grammar import And, Compare, In, IsNull, Literal, Name, Not, Or, Rule
from datong.guard.policy import Effect, Policy
from datong.guard.policy import Rule as PolicyRule

SETTLED = frozenset(name for name, fact in FACTS.items() if fact.of is not Of.ROW)
NO = Literal(value=False)
WHO = "_who"  # of whom a counted row is; the caller never sees it
SEALED = "\u0001"  # stands before a value that becomes a pseudonym after the query


@dataclass(frozen=True, slots=True)
class Compiled:
    """What SQL says of one column: conditions over the facts of a row."""

    shown: str  # seen at all
    whole: str  # seen without a mask
    masked: tuple[tuple[str, str], ...]  # (condition, mask), the first that holds
    rules: tuple[str, ...]  # those that may decide
    duties: tuple[str, ...]

    def select(self, column: str, sure: Collection[str] = ()) -> str:
        """Write the column as it may be seen in rows for which `sure` holds."""
        if self.whole == "true" or self.whole in sure:
            return column
        if not self.masked:
            return f"case when {self.whole} then {column} end"
        text = f"cast({column} as varchar)"
        cases = [f"when {self.whole} then {text}"] if self.whole != "false" else []
        cases += [f"when {when} then {_mask(mask, text)}" for when, mask in self.masked]
        return f"case {' '.join(cases)} end"


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles the policy for one access to one table."""

    policy: Policy
    asked: Facts  # of the access
    table: Table

    def column(self, name: str) -> Compiled:
        """Compile the policy for one column."""
        facts = {**self.asked, **self.table.facts(name)}
        if not self.policy.lists(facts):
            return Compiled("false", "false", (), (), ())
        rules = [rule for rule in self.policy.rules if rule.applies(facts)]
        folded = [(rule, fold(rule.when, facts, SETTLED)) for rule in rules]
        free = self.free([w for rule, w in folded if rule.effect is Effect.FORBID])
        grants = [(rule, self.holds(w)) for rule, w in folded if _may_grant(rule, w)]
        if free == "false":
            grants = []
        masked = [(w, rule.masks[name]) for rule, w in grants if name in rule.masks]
        return Compiled(
            shown=_both(free, _any(w for _, w in grants)),
            whole=_both(free, _any(w for r, w in grants if name not in r.masks)),
            masked=tuple((_both(free, when), mask) for when, mask in masked),
            rules=tuple(rule.id for rule, _ in grants),
            duties=tuple(sorted({duty for rule, _ in grants for duty in rule.duties})),
        )

    def free(self, against: list[Rule]) -> str:
        """Write that no forbid is true or unknown."""
        open_ = [when for when in against if when != NO]
        if any(isinstance(when, Literal) for when in open_):
            return "false"
        bars = " or ".join(
            dict.fromkeys(f"coalesce({self.write(when)}, true)" for when in open_)
        )
        return f"not ({bars})" if bars else "true"

    def holds(self, when: Rule) -> str:
        """Write that a permit is true."""
        found = self.write(when)
        return found if found == "true" else f"coalesce({found}, false)"

    def write(self, rule: Rule) -> str:
        """Write a folded rule as a SQL condition."""
        match rule:
            case Not(inner):
                return f"(not {self.write(inner)})"
            case And(rules) | Or(rules):
                word = " and " if isinstance(rule, And) else " or "
                return f"({word.join(map(self.write, rules))})"
            case Compare() | In() | IsNull():
                return self.test(rule)
            case Name(name):
                return self.place(name)
        return _literal(rule)

    def test(self, rule: Compare | In | IsNull) -> str:
        """Write one test."""
        match rule:
            case IsNull(value):
                return f"({self.write(value)} is null)"
            case Compare(operator, left, right):
                return f"({self.write(left)} {operator} {self.write(right)})"
            case In(value, Literal(among)) if isinstance(among, frozenset):
                listed = ", ".join(text(one) for one in sorted(among))
                return f"({self.write(value)} in ({listed}))"
        return f"list_contains({self.write(rule.among)}, {self.write(rule.value)})"

    def place(self, name: str) -> str:
        """Find a row's fact: the row's own, or its person's."""
        return self.table.own(name) or f"f.{FACTS[name].column}"

    def view(
        self,
        columns: Mapping[str, Compiled],
        uses: Iterable[str],
        person: int | None = None,
    ) -> str:
        """Write the query for what may be seen of the table.

        `t` is the table, `f` the facts of its rows. A row is there if one of the
        columns is shown in it, and if every column that is asked about may be seen
        whole.
        """
        seen = _any(one.shown for one in columns.values())
        sure = dict.fromkeys([seen, *(columns[name].whole for name in uses)])
        listed = ", ".join(
            f'{one.select(_quoted(name), sure)} as "{name}"'
            for name, one in columns.items()
        )
        if self.table.person and self.asked.get("action") == "count":
            listed += f", {_quoted(self.table.person)} as {WHO}"
        where = " and ".join(sure)
        query = f"select {listed} from {self.table.rows(f'{listed} {where}')}"
        if self.table.person and (person is not None or "f." in f"{listed} {where}"):
            query += f" join facts f on f.person_key = {_quoted(self.table.person)}"
        elif "f." in f"{listed} {where}":
            query += " cross join facts f"
        if person is not None and self.table.person:  # no scan waits for the join
            where = f"{_quoted(self.table.person)} = {int(person)} and {where}"
        return f"{query} where {where}"


def text(value: str) -> str:
    """Write a text so that SQL takes it for a text."""
    return "'" + value.replace("'", "''") + "'"


def _literal(rule: Rule) -> str:
    """Write a value."""
    value = rule.value if isinstance(rule, Literal) else None
    if value is None:
        return "cast(null as boolean)"
    return text(value) if isinstance(value, str) else str(value).lower()


def _may_grant(rule: PolicyRule, when: Rule) -> bool:
    """Is it a permit that can still hold?"""
    return rule.effect is Effect.PERMIT and when not in (NO, UNKNOWN)


def _quoted(column: str) -> str:
    """Name a column of the table."""
    return f't."{column}"'


def _any(conditions: Iterable[str]) -> str:
    """Join conditions of which one is enough."""
    unique = list(dict.fromkeys(conditions))
    if not unique:
        return "false"
    if "true" in unique:
        return "true"
    return unique[0] if len(unique) == 1 else f"({' or '.join(unique)})"


def _both(first: str, second: str) -> str:
    """Join two conditions, the constants worked out."""
    if "false" in (first, second) or first == "not true":
        return "false"
    if first == "true":
        return second
    return first if second == "true" else f"({first} and {second})"


def _mask(mask: str, column: str) -> str:
    """Write a mask; a pseudonym is sealed until it is made."""
    if mask == "pseudonym":
        return f"'{SEALED}' || {column}"
    return masks.sql(mask, column)
