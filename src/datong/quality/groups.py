"""By what counts are split: site, source, month, and cohorts of persons.

A table is read once for all of its checks; the same scan splits each count by the
groups of its rows. Persons of several cohorts carry one bit for each, so that all
cohorts are counted in one run.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, Input, quoted
from datong.quality.reasons import COHORTS
from datong.quality.volume import event_date

MOST_COHORTS = 62  # bits of a whole number
BITS = "quality_cohorts"
SITES = ("organization", "data_partner_id")  # where a table itself names its site
Parts = Mapping[str, int]  # of one group: how many for each label


@dataclass(frozen=True, slots=True)
class Splitting:
    """How the rows of each table are split: for each group an expression on row `t`.

    `joins` are what must be joined for that. `files` tells site and source of each
    raw file, by its number, where rows carry it in `_row`.
    """

    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    joins: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    cohorts: Sequence[str] = ()

    def of(self, table: str) -> Mapping[str, str]:
        """Return the groups of a table; none where it is not split."""
        return self.columns.get(table, {})

    def labels(self, group: str, value: object) -> Iterable[tuple[str, str]]:
        """Give one value of a group the names that people know, each with its group."""
        if value is None:
            return []
        if group == "file":
            named = self.files.get(int(str(value)), ("", ""))
            return zip(("site", "source"), named, strict=True)
        if group == "month":
            year, month = divmod(int(str(value)), 12)
            return [("month", f"{year:04}-{month + 1:02}")]
        if group == "bits":
            bits = int(str(value))
            held = enumerate(self.cohorts)
            return [("cohort", name) for n, name in held if bits >> n & 1]
        return [(group, str(value))]


@dataclass(frozen=True, slots=True)
class GroupedBy:
    """What was asked to be split by.

    `files` tells site and source of each raw file by its number; `site` is a column
    that names the site where a table has it; `cohorts` is an OMOP cohort table
    (cohort_definition_id, subject_id), which is then the only way of splitting.
    """

    files: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    site: str = ""
    cohorts: Input | None = None

    def over(self, duck: Duck, tables: Mapping[str, Mapping[str, str]]) -> Splitting:
        """Split these tables, which are readable under their names."""
        if self.cohorts is not None:
            return _by_cohort(duck, tables, self.cohorts)
        columns = {name: self._columns(name, held) for name, held in tables.items()}
        return Splitting(columns, files=self.files)

    def _columns(self, table: str, held: Mapping[str, str]) -> dict[str, str]:
        """Choose the groups of one table by the columns that it has."""
        made = {}
        sites = [name for name in (self.site, *SITES) if name in held]
        if "_row" in held and self.files:
            made["file"] = "t._row >> 40"
        elif sites:
            made["site"] = f"t.{quoted(sites[0])}"
            made |= {"source": "t.source"} if "organization" in sites[:1] else {}
        day = event_date(table, held)
        if day:
            made["month"] = f"(year(t.{quoted(day)}) * 12 + month(t.{quoted(day)}) - 1)"
        return made


def _by_cohort(
    duck: Duck, tables: Mapping[str, Mapping[str, str]], cohorts: Input
) -> Splitting:
    """Give each person a bit for each cohort."""
    duck.see("asked cohorts", cohorts)
    listed = 'select distinct cohort_definition_id from "asked cohorts" order by 1'
    try:
        names = [str(n) for n in duck.fetch(listed).column(0).to_pylist()]
        place = f"list_position({names}, cast(cohort_definition_id as varchar)) - 1"
        bits = f"select subject_id as person, bit_or(1::bigint << ({place})) as bits"
        made = duck.fetch(f'{bits} from "asked cohorts" group by 1')
    except Trouble as trouble:
        said = trouble.details.get("said", "")
        raise Trouble(COHORTS, said=said, most=MOST_COHORTS) from trouble
    if not 0 < len(names) <= MOST_COHORTS:
        raise Trouble(COHORTS, said=str(len(names)), most=MOST_COHORTS)
    duck.see(BITS, made)
    persons = {
        table: name
        for table, held in tables.items()
        for name in ("person_id", "person")
        if name in held
    }
    join = f" left join {BITS} k on k.person = t."
    return Splitting(
        columns={table: {"bits": "k.bits"} for table in persons},
        joins={table: f"{join}{quoted(name)}" for table, name in persons.items()},
        cohorts=names,
    )


@dataclass(frozen=True, slots=True)
class Detail:
    """How far to go beyond the counts: keys of bad rows, counts by group."""

    keys: bool = False
    by: GroupedBy | None = None
