"""Eras: events of one person and one concept, joined where they are close.

OHDSI's rule for CONDITION_ERA and DRUG_ERA: an event belongs to the era before it if it
begins at most 30 days after the end of that era so far.
"""

GAP = 30  # days
PERSON = 2**20  # a person's eras are numbered from the person's key times this


def eras(events: str) -> str:
    """Write the common table expression `eras`.

    `events` names a table of (id, person_id, concept, start_date, end_date). An era has
    an id, the number of its events, its first and last day, and the days in between
    that no event covers (`gap_days`).
    """
    order = "partition by person_id, concept order by start_date, end_date, id"
    return f"""sane as (select id, person_id, concept, start_date,
    greatest(start_date, end_date) as end_date from {events}),
reached as (select *, max(end_date) over ({order}
    rows between unbounded preceding and 1 preceding) as reach from sane),
begun as (select *, sum(case when reach is null or start_date > reach + {GAP}
    then 1 else 0 end) over ({order}) as era from reached),
joined as (select person_id, concept, count(*) as events,
    min(start_date) as era_start, max(end_date) as era_end,
    sum(case when start_date > reach and start_date <= reach + {GAP}
      then date_diff('day', reach, start_date) else 0 end) as gap_days
  from begun group by person_id, concept, era),
eras as (select *, person_id * {PERSON} + row_number() over (
    partition by person_id order by concept, era_start) as id from joined)"""
