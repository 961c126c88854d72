"""The door of the room: judge a folder of OMOP tables."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from datong.engine.duckdb import Duck
from datong.quality.checks import all_checks
from datong.quality.finding import Finding
from datong.quality.fit import all_uses, fitness
from datong.quality.folder import omop_tables, omop_version
from datong.quality.omop.catalog import catalog
from datong.quality.omop.judged import judge_omop
from datong.quality.own import OwnCheck, TextCheck
from datong.quality.own_judged import judge_own
from datong.quality.project import Rules, applied
from datong.quality.result import Fitness, Result
from datong.quality.volume import months
from datong.standards.omop import EDITION

# Their texts are the standard's, not the hospitals'.
PUBLISHED = {"concept", "vocabulary", "domain", "concept_class", "relationship"}
PUBLISHED |= {"concept_relationship", "concept_synonym", "concept_ancestor"}
PUBLISHED |= {"drug_strength", "cdm_source"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What to do: the day, the version (empty: the columns tell), how far to go.

    `whole` adds what the report shows: keys of bad rows, rows by month, fitness.
    """

    today: date
    version: str = ""
    whole: bool = False


def judge_folder(folder: Path, asked: Asked, rules: Rules | None = None) -> Result:
    """Judge a folder of OMOP Parquet files that anyone made.

    OHDSI's checks, ours for texts, and a project's own. Raises Trouble where the folder
    holds no OMOP table or a file is no Parquet.
    """
    begun, rules = time.perf_counter(), rules or Rules()
    files = omop_tables(folder)
    version = asked.version or omop_version(files)
    mine: Sequence[OwnCheck] = [c for c in all_checks() if isinstance(c, TextCheck)]
    theirs = {name: held for name, held in files.items() if name not in PUBLISHED}
    with Duck() as duck:
        found = judge_omop(duck, files, version, asked.today, keys=asked.whole)
        found += judge_own(duck, theirs, "omop", [*mine, *rules.checks])
        tables = catalog(duck, files, (), asked.today).tables
        by_month = months(duck, tables) if asked.whole else {}
        uses = _uses(duck, "omop") if asked.whole else []
    findings: list[Finding] = applied(found, rules, asked.today)
    stamp = {"cdm": version, "checks": EDITION}
    made = Result(str(folder), asked.today, stamp, findings, by_month, uses)
    return replace(made, seconds=time.perf_counter() - begun)


def _uses(duck: Duck, layer: str) -> list[Fitness]:
    """Judge every use of a layer."""
    judged = [fitness(duck, use) for use in all_uses() if use.layer == layer]
    return [one for one in judged if one is not None]
