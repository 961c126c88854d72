"""One table then and now, made readable side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from datong.engine.duckdb import Duck, Input, quoted
from datong.quality.finding import Groups
from datong.quality.volume import event_date
from datong.standards.omop import VERSIONS, fields

# What may be referred to: the rest are numbers that each load gives anew.
LASTING = {"concept", "person", "visit_occurrence", "domain", "vocabulary"}
VERSIONING = {"version", "known"}  # of a record: when its source told it
SITES = ("organization", "data_partner_id", "care_site_id")
OUTLIERS = 0.999  # a date beyond this share of all closes no month
OMOP = {(f.table, f.name): f for v in VERSIONS for f in fields(v)}
NUMBERED = {"fact_id_1", "fact_id_2", "cost_event_id", "metadata_id"}


@dataclass(frozen=True, slots=True)
class Compared:
    """What one comparison of a table counted."""

    type: str
    column: str
    examined: int
    bad: int
    keys: tuple[str, ...] = ()
    groups: Groups = field(default_factory=dict)
    unit: str = "rows"


@dataclass(frozen=True, slots=True)
class Pair:
    """One table then and now: readable names, columns with types, what names a row.

    `key` is empty where no column tells every row apart on both sides; `content` are
    the columns that say something of their own; `date` is the event's, `site` the
    column that names who sent it, each empty without one.
    """

    table: str
    then: str
    now: str
    columns: Mapping[str, str]
    key: str
    content: tuple[str, ...]
    date: str
    site: str
    until: str  # the day on which the first open month began, empty without one

    @property
    def closed(self) -> str:
        """Write that a row (as `t`) lies in a month that was closed then.

        A month is closed when the earlier release already had a later one: what was
        known then should still be known, and nothing new should have happened in it.
        """
        if not self.until:
            return "true"
        name = f"t.{quoted(self.date)}"
        return f"({name} is null or {name} < date '{self.until}')"

    def labels(self) -> str:
        """Write site and month of a row (as `t`)."""
        site = f"cast(t.{quoted(self.site)} as varchar)" if self.site else "null"
        month = f"strftime(t.{quoted(self.date)}, '%Y-%m')" if self.date else "null"
        return f"{site} as site, {month} as month"


def pair_of(
    duck: Duck, table: str, sides: tuple[Input, Input], site: str
) -> Pair | None:
    """Make both readable; None where no column is common or nothing was there."""
    names = (f"before {table}", f"now {table}")
    held = [
        {column.lower(): kind for column, kind in one.items()}
        for one in _columns(duck, names, sides)
    ]
    common = {name: kind for name, kind in held[1].items() if name in held[0]}
    then, now = (quoted(name) for name in names)
    if not common or not duck.one(f"select count(*) from {then}")[0]:
        return None
    date = event_date(table, common)
    until = ""
    if date:
        last = f"quantile_disc({quoted(date)}, {OUTLIERS})"
        sql = f"select strftime(date_trunc('month', {last}), '%Y-%m-%d') from {then}"
        until = str(duck.one(sql)[0] or "")
    key = _key(duck, table, common, (then, now))
    own = (key, *VERSIONING)
    content = [c for c in common if c[0] != "_" and c not in own]
    content = [c for c in content if not _is_numbered(table, c)]
    named = [name for name in (site, *SITES) if name in common]
    # A project's own view numbers its care sites anew; its records name the sender.
    named = [] if "_row" in common and "organization" not in common else named
    first = (*named, "")[0]
    return Pair(table, then, now, common, key, tuple(content), date, first, until)


def _columns(
    duck: Duck, names: tuple[str, str], sides: tuple[Input, Input]
) -> list[dict[str, str]]:
    """Read the columns of both sides."""
    found = duck.see_all(dict(zip(names, sides, strict=True)))
    return [found[name] for name in names]


def _key(
    duck: Duck, table: str, common: Mapping[str, str], sides: tuple[str, str]
) -> str:
    """Choose the column that tells rows apart, on both sides and without a doubt."""
    published = (n for (t, n), f in OMOP.items() if t == table and f.key)
    asked = ("record", *published, next(iter(common)))
    key = next(name for name in asked if name in common)
    tells = f"count(distinct {quoted(key)}) = count(*)"
    is_key = all(duck.one(f"select {tells} from {side}")[0] for side in sides)
    return key if is_key else ""


def _is_numbered(table: str, column: str) -> bool:
    """Tell whether a column holds only a number that the load gave."""
    field = OMOP.get((table, column))
    if column in NUMBERED or field is None:
        return column in NUMBERED
    return field.key or bool(field.references and field.references[0] not in LASTING)
