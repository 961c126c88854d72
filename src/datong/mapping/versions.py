"""Several rows of one grain: which of them stands, which were its earlier versions.

In:  the landed rows, the deliveries they came in, what `[load]` says.
Out: SQL for three tables: `events` (rows that share their grain, deletions), `fates`
     (what becomes of each), `past` (the rows that held before).

All is a function of the set of deliveries: neither the order in which they arrive nor
how often changes it. A version begins where a grain's cells change, ends or come back;
its first row is its row. A record keeps its key through all of its versions.
"""

from collections.abc import Sequence

from datong.engine.duckdb import literal, quoted
from datong.mapping.compile import Compiler

# Digits compare as a number, times as their digits, all else as text.
TIME = """case when {text} like '%Z' or regexp_matches({text}, '[0-9][+-][0-9:]+$')
    and {text} like '%:%' then timezone({zone}, try_cast({text} as timestamptz))
  when length({text}) in (8, 14) and regexp_matches({text}, '^(19|20)[0-9]+$')
    then try_strptime({text}, ['%Y%m%d%H%M%S', '%Y%m%d'])
  else coalesce(try_cast({text} as timestamp), try_strptime({text},
    ['%Y/%m/%d %H:%M:%S', '%Y/%m/%d %H:%M', '%Y/%m/%d', '%Y-%m-%d %H:%M',
     '%Y.%m.%d %H:%M:%S', '%Y.%m.%d', '%Y年%m月%d日 %H:%M:%S', '%Y年%m月%d日'])) end"""
NUMBER = """case when regexp_matches({text}, '^[0-9]+([.][0-9]+)?$')
  then try_cast({text} as decimal(38, 6))
  else cast(strftime({time}, '%Y%m%d%H%M%S.%f') as decimal(38, 6)) end"""
EVENTS = """
with keyed as (
    select source._row, {gone} as _gone, deliveries._delivered, deliveries._name,
           {named}
    from source left join deliveries on deliveries._file = source._row >> {bits}
),
busy as (
    select {keys} from keyed group by {keys}
    having {is_key} and (count(*) > 1 or bool_or(_gone) or max(_delivered)
        < (select max(_delivered) from deliveries where _full))
),
again as (
    select _row, cast(row({keys}) as varchar) as _grain, _gone, _delivered, _name
    from keyed semi join busy using ({keys})
),
delivered as (
    select again.*, {text} as _text, cast(to_json([{cells}]) as varchar) as _content
    from again join source on source._row = again._row
),
absent as (
    select null::bigint as _row, _grain, true as _gone, _delivered, '' as _name,
           null::varchar as _text, null::varchar as _content
    from (select _grain, min(_delivered) as _first from delivered group by _grain) seen
    join (select distinct _delivered from deliveries where _full) whole
      on whole._delivered > seen._first
    anti join delivered using (_grain, _delivered)
),
every as (from delivered union all from absent),
timed as (select *, {time} as _time from every)
select * exclude (_time), {number} as _number,
       coalesce({moment}, _delivered) as _time
from timed
"""
# A version begins with the first row that differs from the one before it.
NUMBERED = """
with told as (
    select *, row_number() over w as _place, lag(_gone) over w as _was,
           lag(_content) over w as _before, first_value(_content) over w as _first,
           min(_row) over (partition by _grain) as _key
    from events window w as (partition by _grain order by {sort})
),
begun as (
    select *, _place = 1 or {has_versions} and (_gone <> _was
           or not _gone and _content is distinct from _before) as _begins
    from told
)
select *, sum(case when _begins then 1 else 0 end) over w as _group,
       last_value(case when _begins and not _gone then _row end ignore nulls) over w
           as _use
from begun
window w as (partition by _grain order by _place
             rows between unbounded preceding and current row)
"""
VERSIONS = """
select _grain, _group, max(_use) as _row, any_value(_key) as _key,
       bool_or(_gone) as _gone, min(_time) as _known,
       lead(min(_time)) over w as _until, lead(_group) over w is null as _last,
       row_number() over w - cast(first_value(max(_use)) over w is null as integer)
           as _version
from numbered group by _grain, _group
window w as (partition by _grain order by _group)
"""
# `grain`: refused; `merged`: another row stands for it; a deletion of what was never
# delivered is left out by rule; null: it stands.
FATES = """
select numbered._row, now._key, now._version, now._gone, now._known,
       case when now._row is null then 'silent' when numbered._row = now._row then null
            when not {has_versions} and _content is distinct from _first then 'grain'
            else 'merged' end as _why
from numbered join versions as now on now._grain = numbered._grain and now._last
where numbered._row is not null
"""
PAST = """
select _row, _key, _version, _gone, _known, _until, cast(null as varchar) as _why
from versions where not _last and not _gone
"""


class Versions:
    """Says how the rows of one mapping follow each other."""

    def __init__(self, compiler: Compiler) -> None:
        """Read what `[load]` says."""
        self.compiler, self.load = compiler, compiler.mapping.load
        self.is_snapshot = self.load["mode"] == "snapshot"

    @property
    def has_versions(self) -> bool:
        """Say whether a later row may stand for an earlier one."""
        named = self.load.get("order") or self.load.get("operation")
        return self.is_snapshot or bool(named)

    def tables(self, columns: Sequence[str]) -> dict[str, str]:
        """Return the tables in the order of their making: name, query."""
        flag = str(self.has_versions).lower()
        return {
            "events": self._events(columns),
            "numbered": NUMBERED.format(sort=self.sort(), has_versions=flag),
            "versions": VERSIONS,
            "fates": FATES.format(has_versions=flag),
            "past": PAST,
        }

    def rows(self, fates: str) -> str:
        """Return the rows that a table of fates lets stand, with their versions."""
        time = self._time(f"({self.compiler.ordering()})")
        known = "deliveries._delivered" if self.is_snapshot else time
        if not self.has_versions:
            known = "cast(null as timestamp)"
        inner = "join" if fates == "past" else "left join"
        deliveries = (
            " left join deliveries on deliveries._file = source._row >> 40"
            if self.is_snapshot
            else ""
        )
        return (
            f"select source.*, {self.compiler.numbers()},"
            " coalesce(told._gone, false) as _deleted,"
            " coalesce(told._key, source._row) as _key,"
            " coalesce(told._version, 1) as _version,"
            f" coalesce(told._known, {known}) as _known from source"
            f" {inner} {fates} as told on told._row = source._row{deliveries}"
            " where told._why is null"
        )

    def _events(self, columns: Sequence[str]) -> str:
        """Return the rows that share their grain or end it, and the absences."""
        grain = [
            f"coalesce(cast({quoted(g)} as varchar), '')"
            for g in self.compiler.mapping.grain
        ]
        keys = [f"_g{number}" for number in range(len(grain))]
        gone = self.load.get("operation", "")
        cells = [f"cast({quoted(c)} as varchar)" for c in columns if c != gone]
        is_key = f"concat({', '.join(keys)}) <> ''" if self.has_versions else "true"
        return EVENTS.format(
            **self.words(),
            named=", ".join(f"{g} as {k}" for g, k in zip(grain, keys, strict=True)),
            keys=", ".join(keys),
            is_key=is_key,
            cells=", ".join(cells) or "''",
            bits=40,
            moment="cast(null as timestamp)" if self.is_snapshot else "_time",
        )

    def words(self) -> dict[str, str]:
        """Return how rows follow each other: `gone`, `text`, `time`, `number`."""
        return {
            "gone": self.compiler.gone(),
            "text": self.compiler.ordering(),
            "time": self._time("_text"),
            "number": NUMBER.format(text="_text", time="_time"),
        }

    def _time(self, text: str) -> str:
        """Return an order as a time, or null."""
        return TIME.format(text=text, zone=literal(self.compiler.mapping.zone))

    def sort(self) -> str:
        """Return how the rows of a grain follow each other, whatever arrived first."""
        order = "_number nulls first, _text nulls first"
        delivery = "_delivered nulls first"
        first = [delivery, order] if self.is_snapshot else [order, delivery]
        return ", ".join([*first, "_name", "_row"])
