"""The step between records and the view: what written words mean.

In:  the distinct codes of the records; the code tables or models that `[[terms]]` of
     `datong.toml` names; what people decided in the one queue.
Out: `ledger.terms` (every word with its decision, score, reason, edition and what hangs
     on it), the meanings that enter the view, the cards that wait for a person.

Each distinct text is answered once: answers lie beside the lake and count as long as
the table, its model and what people decided are the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from datong.cdm.omop.facts import rows as facts
from datong.core.say import Say
from datong.engine.duckdb import Duck, literal
from datong.lake.releases import TableFile
from datong.run.digest import DIGEST
from datong.run.progress import Progress
from datong.run.settings import Settings, Vocabulary
from datong.run.steps import Outcome, Steps
from datong.run.words import ROOM, Source, is_installed
from datong.store.decisions import renew

EDITION = "5"
GATHER = """
select kind, field, system, code, text, cast(sum(rows) as bigint) as rows,
       cast(sum(persons) as bigint) as persons, sum(money) as money,
       string_agg(distinct unit, '|' order by unit) as unit,
       coalesce(lower(system) in ({systems}), false) as is_coded
from codes where concat(kind, '.', field) in ({fields}) and rows > 0 group by all
order by kind, field, system, code, text
"""
TEXTS = """
select distinct text, unit from word where text is not null and not is_coded
order by text, unit
"""
CODED = """
select distinct code, text from word where is_coded and code is not null
order by code, text
"""
# A local code says the same whatever is written beside it: where one of its texts was
# accepted, the others follow, unless one of them is as surely something else.
TERMS = """
with said as (
  select w.*, d.asked, d.codes, d.names, coalesce(d.score, 0) as score, d.candidates,
         coalesce(d.decision, 'abstain') as decision,
         coalesce(d.reason, 'no text') as reason,
         coalesce(d.reason_zh, '没有文本') as reason_zh
  from word w left join decided d on d.text = w.text and not is_coded
    and d.unit is not distinct from w.unit),
surely as (
  select system, code, min(text) as witness, min(codes) as codes, min(names) as names
  from said where code is not null and system is not null and not is_coded
    and decision = 'accept' group by 1, 2 having count(distinct codes) = 1),
followed as (
  select s.system, s.code, s.witness, s.codes, s.names from surely s
  where not exists (select 1 from said o where o.system = s.system and o.code = s.code
    and o.decision <> 'accept' and (o.reason = 'approved by a person'
      or (o.score >= 0.9 and o.codes <> s.codes))))
select {name} as vocabulary, w.kind, w.field, w.system, w.code, w.text,
       case when is_coded then w.code
            else coalesce(f.codes, w.codes) end as concept_code,
       case when is_coded then b.name
            else coalesce(f.names, w.names) end as concept_name,
       {system} as concept_system, {edition} as edition,
       case when is_coded then 1 else w.score end as score,
       case when is_coded then coalesce(b.decision, 'coded')
            when f.code is not null then 'accept' else w.decision end as decision,
       case when is_coded then coalesce(b.reason, 'coded by the source')
            when f.witness <> coalesce(w.text, '') and w.decision <> 'accept'
            then concat('its code is also written ', f.witness)
            else w.reason end as reason,
       case when is_coded then coalesce(b.reason_zh, '来源已编码')
            when f.witness <> coalesce(w.text, '') and w.decision <> 'accept'
            then concat('同一编码另写作 ', f.witness)
            else w.reason_zh end as reason_zh,
       w.rows, w.persons, cast(coalesce(w.money, 0) as decimal(18, 2)) as money,
       w.unit, w.asked, w.candidates
from said w
left join judged b on is_coded and b.code = w.code
  and b.text is not distinct from w.text
left join followed f on not is_coded and f.system = w.system and f.code = w.code
order by w.kind, w.field, w.system, w.code, w.text
"""
# A code enters the view only if all that it came with was accepted as the same.
MEANT = """
with one as (
  select min(kind) as kind, min(field) as field,
         coalesce(system, concat(kind, '.', field)) as system,
         coalesce(code, text) as code, min(concept_code) as codes,
         min(concept_name) as names, min(concept_system) as means_system
  from term where decision not in ('coded', 'mismatch', 'unknown')
    and concat(kind, '.', field) in ({fields}) group by 3, 4
  having bool_and(decision = 'accept' and concept_code is not null)
     and count(distinct concept_code) = 1)
select kind, field, system, code, means_system,
       unnest(string_split(codes, '|')) as means_code,
       unnest(string_split(names, '|')) as means_name
from one order by system, code, means_code
"""
COUNTED = """
select vocabulary, decision, count(distinct coalesce(text, '')) as texts,
       cast(sum(rows) as bigint) as rows,
       cast(sum(persons) as bigint) as persons,
       cast(sum(money) as double) as money
from term group by all order by vocabulary, decision
"""
WAITING = """
select asked as text, min(codes) as codes, min(names) as names, min(score) as score,
       min(decision) as decision, min(reason) as reason, min(reason_zh) as reason_zh,
       any_value(candidates) as candidates, cast(sum(rows) as bigint) as rows,
       cast(sum(persons) as bigint) as persons,
       cast(sum(money) as double) as money,
       string_agg(distinct case when asked = text then unit end, '|') as unit
from (select *, concept_code as codes, concept_name as names from term
      where decision in ('ask', 'abstain') and text is not null)
group by asked order by rows desc, asked
"""
ABSENT = Say(
    "[[terms]] of datong.toml is left out, and its words stay unmapped: the extra is"
    ' not installed. pip install "datong[terms]"',
    "datong.toml 的 [[terms]] 未执行，相关文本保持未映射：未安装术语组件。"
    'pip install "datong[terms]"',
)


@dataclass(frozen=True, slots=True)
class Meanings:
    """What words were taken to mean: files for the view, files to publish, counts."""

    meant: tuple[TableFile, ...] = ()
    files: tuple[TableFile, ...] = ()
    told: tuple[dict[str, Any], ...] = ()


class Terms:
    """Finds out what words mean, each vocabulary once for the same words."""

    def __init__(self, steps: Steps, settings: Settings, progress: Progress) -> None:
        """Work in the lake's folder `terms`."""
        self.steps, self.settings, self.progress = steps, settings, progress
        self.folder = steps.root / "lake" / "terms"

    def make(self, codes: Sequence[TableFile]) -> Meanings:
        """Answer the words of every vocabulary."""
        if not self.settings.terms:
            return Meanings()
        wanted = self.settings.terms
        self.progress.stage(Say("What words mean", "理解术语"), len(wanted))
        if not is_installed():
            self.progress.warn(ABSENT)
        outcomes, claimed = [], set[str]()
        for one in wanted:
            fields = [name for name in one.fields if name not in claimed]
            claimed |= set(fields)
            outcomes.append(self._of(one, fields, codes))
            self.progress.step(what=one.name)
        files = [file for outcome in outcomes for file in outcome.files]
        return Meanings(
            tuple(file for file in files if file.table == "meant"),
            tuple(file for file in files if file.layer == "facts"),
            tuple(line for outcome in outcomes for line in outcome.facts["told"]),
        )

    def _of(
        self, one: Vocabulary, fields: Sequence[str], codes: Sequence[TableFile]
    ) -> Outcome:
        """Answer the words of one vocabulary; `fields`: those that enter the view."""
        source = Source(one, self.steps.decided, is_installed=is_installed())
        gather = GATHER.format(
            systems=_listed(aliases(one.system)), fields=_listed(one.fields)
        )
        with Duck() as duck:  # few rows: what other fields say must not count
            words = duck.fetch(gather, {"codes": [file.path for file in codes]})
            duck.see("word", words)
            told = duck.one(DIGEST.format(table="word"))
        said = (EDITION, *one.fields, one.system, one.edition, one.persons, *fields)
        return self.steps.do(
            f"terms:{one.name}",
            (*said, source.mark, *told),
            lambda mark: self._work(source, fields, (words, mark)),
        )

    def _work(
        self,
        source: Source,
        fields: Sequence[str],
        told: tuple[pa.Table, str],
    ) -> Outcome:
        """Answer, join back, count, and put what waits into the queue."""
        words, mark = told
        one = source.vocabulary
        terms, meant = (self.folder / f"{n}-{mark[:16]}.parquet" for n in ("t", "m"))
        with Duck() as duck:
            duck.see("word", words)
            duck.see("decided", source.answers(duck.fetch(TEXTS), self.folder))
            duck.see("judged", source.judged(duck.fetch(CODED), self.folder))
            named = {"name": literal(one.name), "system": literal(one.system)}
            sql = TERMS.format(**named, edition=literal(source.edition))
            rows = duck.run(sql, {}, terms)
            duck.see("term", terms)
            many = duck.run(MEANT.format(fields=_listed(fields) or "''"), {}, meant)
            counted = duck.fetch(COUNTED).to_pylist()
            waiting = duck.fetch(WAITING)
        renew(self.steps.decided, ROOM, f"{one.name}: ", source.cards(waiting))
        return Outcome(
            (
                self.steps.file(("facts", "terms", one.name, terms, rows)),
                self.steps.file(("work", "meant", one.name, meant, many)),
            ),
            facts={"told": counted},
        )


def aliases(system: str) -> list[str]:
    """Name a code system in every way that records may, in small letters."""
    same = {row["system"]: row["vocabulary"] for row in facts("systems")}
    mine = same.get(system.lower())
    others = [name for name, vocabulary in same.items() if mine and vocabulary == mine]
    return sorted({system.lower(), *others})


def _listed(words: Sequence[str]) -> str:
    """Write texts as SQL lists them."""
    return ", ".join(literal(word) for word in words)
