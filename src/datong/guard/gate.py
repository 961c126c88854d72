"""The gate: every read passes here, and nothing is read otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from datong.core.reason import Trouble
from datong.guard import rows
from datong.guard.access import Access, Condition, Query, Relations
from datong.guard.catalogue import Table
from datong.guard.cells import FEWEST
from datong.guard.facts import Known
from datong.guard.masks import pseudonym
from datong.guard.policy import Policy
from datong.guard.reasons import ABSENT, MASKED, REFUSED
from datong.guard.sql import SEALED, WHO, Compiled, Compiler

OPERATORS = {
    "starts": "starts_with({c}, ?)",
    "contains": "contains({c}, ?)",
    "names": "{c} in (select word from main.word where contains(text, ?))",
    **{sign: f"{{c}} {sign} ?" for sign in ("=", "!=", "<", "<=", ">", ">=")},
}
MOST = 10_000  # rows of one answer


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be seen: the query for it, and what goes with seeing it."""

    view: str  # SQL over the table, `guard_person` and `relations`
    values: tuple[object, ...]  # for its `?`
    relations: pa.Table
    inputs: Mapping[str, pa.Table]  # the relations, where the view does not say them
    masks: Mapping[str, tuple[str, ...]]  # column -> the masks that it may get
    duties: tuple[str, ...]
    why: tuple[str, ...]  # the rules that decided

    def deliver(self, answer: pa.Table, secret: bytes) -> pa.Table:
        """Make the pseudonyms of an answer, each distinct value once."""
        for number, name in enumerate(answer.column_names):
            if "pseudonym" in self.masks.get(name, ()):
                answer = answer.set_column(
                    number, name, _pseudonyms(answer.column(name), secret)
                )
        return answer


@dataclass(frozen=True, slots=True)
class Gate:
    """The policy and the grades of the tables that lie behind it."""

    policy: Policy
    tables: Mapping[str, Table]

    def allow(self, access: Access, query: Query, known: Relations) -> Allowed:
        """Decide on a query; a refusal is a Trouble.

        Raises `GUARD-REFUSED` where nothing of it may be seen, `GUARD-MASKED` where a
        column is asked about that may not be seen whole, `GUARD-ABSENT` where there
        is no such table.
        """
        table = self.tables.get(query.table)
        touched = dict.fromkeys((*query.show, *query.uses))
        if table is None or not all(name.isidentifier() for name in touched):
            raise Trouble(ABSENT, query.table)
        asked = access.facts(query.action)
        key = tuple(asked.items())
        columns = {n: _compiled(self.policy, key, table, n) for n in touched}
        self._refuse(access, query, columns)
        compiler = Compiler(self.policy, asked, table)
        view = compiler.view(columns, query.uses, query.person)
        facts = (
            rows.facts(access, view, self.policy.care_days, query.person)
            if table.person
            else rows.nobody()
        )
        bound = rows.relations(known)
        said = rows.written(bound) if "relations" in facts else ""
        before = f"relations as ({said}), " if said else ""
        is_apart = "relations" in facts and not said
        duties = {duty for one in columns.values() for duty in one.duties}
        said_of_it = _asked(query, hide_few=bool(table.person) and "cells" in duties)
        return Allowed(
            view=f"with {before}facts as ({facts}), seen as ({view}) {said_of_it}",
            values=tuple(condition.value for condition in query.where),
            relations=bound,
            inputs={"relations": bound} if is_apart else {},
            masks={n: tuple(m for _, m in c.masked) for n, c in columns.items()},
            duties=tuple(sorted(duties)),
            why=tuple(dict.fromkeys(r for c in columns.values() for r in c.rules)),
        )

    def _refuse(
        self, access: Access, query: Query, columns: Mapping[str, Compiled]
    ) -> None:
        """Refuse what no row can allow."""
        if all(columns[name].shown == "false" for name in query.show):
            role = self.policy.roles.get(access.role)
            raise Trouble(
                REFUSED,
                query.table,
                role=role.name.en if role else access.role,
                purpose=access.purpose,
            )
        for name in query.uses:
            if columns[name].whole == "false":
                raise Trouble(MASKED, query.table, column=name)


@lru_cache(maxsize=4096)
def _compiled(
    policy: Policy, asked: tuple[tuple[str, Known], ...], table: Table, name: str
) -> Compiled:
    """Compile one column, once for accesses that are alike."""
    return Compiler(policy, dict(asked), table).column(name)


def _condition(condition: Condition) -> str:
    """Write one condition of a search; its value is passed apart."""
    return OPERATORS[condition.operator].format(c=f'"{condition.column}"')


def _order(name: str) -> str:
    """Write one column to sort by; nulls last, so that both engines agree."""
    direction = "desc" if name.startswith("-") else "asc"
    return f'"{name.removeprefix("-")}" {direction} nulls last'


def _asked(query: Query, *, hide_few: bool) -> str:
    """Write what the caller asks of the view; `hide_few`: no count of few persons."""
    shown = ", ".join(f'"{name}"' for name in query.show)
    where = " and ".join(map(_condition, query.where)) or "true"
    if query.counted:
        told = f"count(distinct {WHO}) >= {FEWEST}" if hide_few else "true"
        return f"select case when {told} then count(*) end as n from seen where {where}"
    order = f" order by {', '.join(map(_order, query.order))}" if query.order else ""
    page = f"limit {min(query.limit, MOST)} offset {query.offset}"
    return f"select {shown} from seen where {where}{order} {page}"


def _pseudonyms(column: pa.ChunkedArray, secret: bytes) -> pa.ChunkedArray:
    """Replace the sealed values of a column."""
    coded = pc.dictionary_encode(column).combine_chunks()
    made = [_made(value, secret) for value in coded.dictionary.to_pylist()]
    values = pa.array(made, pa.string())
    return pa.chunked_array([values.take(coded.indices)])


def _made(value: str, secret: bytes) -> str:
    """Make the pseudonym of one value if it is sealed."""
    sealed = value.startswith(SEALED)
    return pseudonym(secret, value.removeprefix(SEALED)) if sealed else value
