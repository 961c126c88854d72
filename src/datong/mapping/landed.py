"""The landed rows of a table, mended ones in the place of those they stand for.

In:  landed files, perhaps rows that a person mended.
Out: a view; SQL over the views `landed` and `heads`.
"""

import pyarrow as pa

from datong.engine.duckdb import Duck, Input, quoted
from datong.mapping.file import JoinRule


def see_rows(
    duck: Duck, name: str, landed: Input, mends: pa.Table | None, where: str = ""
) -> None:
    """Make the rows readable under a name; `where` says which of the landed ones."""
    duck.see(f"{name} delivered", landed)
    rows = f"select * from {quoted(f'{name} delivered')}{where}"
    if mends is not None:
        held = quoted(f"{name} mended")
        duck.see(f"{name} mended", mends)
        rows = (
            f"select * from ({rows}) anti join {held} using (_row)"
            f" union all by name select * from {held}"
        )
    duck.do(f"create temp view {quoted(name)} as {rows}")


def joined_rows(join: JoinRule | None) -> str:
    """Return the landed rows, each with the columns of its head."""
    if join is None:
        return "select * from landed"
    names = "".join(f", heads.{quoted(name)}" for name in join.columns)
    on = " and ".join(
        f"heads._on_{number} = {text_of(f'landed.{quoted(column)}')}"
        for number, column in enumerate(join.on, start=1)
    )
    return f"select landed.*{names} from landed left join heads on {on}"


def text_of(sql: str) -> str:
    """Return a trimmed text, blanks as null."""
    return f"nullif(trim(cast({sql} as varchar)), '')"
