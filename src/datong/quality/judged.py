"""The doors of the room: judge a folder of OMOP tables, or the layers of a release."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from datong.core.check import Check
from datong.engine.duckdb import Duck, Input
from datong.quality.between import compare_layers
from datong.quality.blame import blame
from datong.quality.checks import all_checks
from datong.quality.discovered import judge_discovered
from datong.quality.earlier import compare
from datong.quality.finding import Finding, Verdict
from datong.quality.fit import all_uses, fitness
from datong.quality.folder import omop_tables, omop_version
from datong.quality.from_shapes import judge_shapes
from datong.quality.from_source import Traced
from datong.quality.groups import Detail, GroupedBy
from datong.quality.lineage import Lineage
from datong.quality.omop.catalog import catalog
from datong.quality.omop.judged import judge_omop
from datong.quality.own import OwnCheck, TextCheck
from datong.quality.own_judged import judge_own
from datong.quality.project import Rules, applied
from datong.quality.result import Fitness, Result
from datong.quality.touched import with_persons
from datong.quality.volume import months
from datong.standards.omop import EDITION
from datong.standards.omop import tables as omop_shapes

# Their texts are the standard's, not the hospitals'.
PUBLISHED = {"concept", "vocabulary", "domain", "concept_class", "relationship"}
PUBLISHED |= {"concept_relationship", "concept_synonym", "concept_ancestor"}
PUBLISHED |= {"drug_strength", "cdm_source"}
# In the source an identity number stands where it belongs.
PRIVATE = "identity_number_in_text"

Layers = Mapping[str, Mapping[str, Input]]  # source, records, omop: tables by name


@dataclass(frozen=True, slots=True)
class Asked:
    """What to do: the day, the version (empty: the columns tell), how far to go.

    `whole` adds what the report shows: keys of bad rows, rows by month, fitness.
    `before` are the tables of an earlier release, to compare with; `release` is the
    number of the one that is judged, 0 for a folder; `lineage` what its ledger says;
    `compared` the number of the earlier one; `uses` a folder of a project's own uses.
    """

    today: date
    version: str = ""
    whole: bool = False
    rules: Rules = field(default_factory=Rules)
    before: Layers = field(default_factory=dict)
    release: int = 0
    by: GroupedBy | None = None
    lineage: Lineage | None = None
    compared: int = 0
    uses: Path | None = None


def judge_folder(folder: Path, asked: Asked, earlier: Path | None = None) -> Result:
    """Judge a folder of OMOP tables, in Parquet or CSV, that anyone made.

    OHDSI's checks, ours for texts and events, and a project's own; compared with an
    `earlier` folder where one is given. Raises Trouble where a folder holds no OMOP
    table or a file cannot be read.
    """
    with ExitStack() as opened:
        files = opened.enter_context(omop_tables(folder))
        asked = replace(asked, version=asked.version or omop_version(files))
        if earlier:
            before = opened.enter_context(omop_tables(earlier))
            asked = replace(asked, before={"omop": before})
        return judge_layers(str(folder), {"omop": files}, asked)


def judge_layers(subject: str, layers: Layers, asked: Asked) -> Result:
    """Judge all layers that are there, and say whose each failure is.

    What lies between the layers is looked at while each is judged: two threads.
    """
    begun = time.perf_counter()
    with Duck() as duck, ThreadPoolExecutor(1) as beside:
        between = beside.submit(_between, duck, layers, asked)
        found = _of_each(layers, asked)
        differing, traced = between.result()
        if traced is not None:
            own = [*all_checks(), *asked.rules.checks]
            found = blame(duck, [*found, *differing], own, traced)
    by_month, uses = _shown(layers, asked) if asked.whole else ({}, [])
    findings: list[Finding] = applied(found, asked.rules, asked.today)
    if asked.whole:
        with Duck() as duck:
            findings = with_persons(duck, layers, findings)
    stamp = {"cdm": asked.version or "5.4", "checks": EDITION}
    numbers = {"release": asked.release, "before": asked.compared}
    stamp |= {name: str(number) for name, number in numbers.items() if number}
    made = Result(subject, asked.today, stamp, findings, by_month, uses)
    whys = {check.name: check.why for check in asked.rules.checks}
    return replace(made, whys=whys, seconds=time.perf_counter() - begun)


def _between(
    duck: Duck, layers: Layers, asked: Asked
) -> tuple[list[Finding], Traced | None]:
    """Compare the layers, where it is known what was made of what."""
    if asked.lineage is None:
        return [], None
    return compare_layers(duck, layers, asked.lineage)


def _of_each(layers: Layers, asked: Asked) -> list[Finding]:
    """Judge each layer by itself, and beside an earlier one."""
    found = _of_omop(layers.get("omop", {}), asked, alone="records" not in layers)
    found += _of_records(layers.get("records", {}), asked)
    found += _of_source(layers.get("source", {}))
    site = asked.by.site if asked.by else ""
    for layer in sorted(layers.keys() & asked.before.keys()):
        now = {n: held for n, held in layers[layer].items() if n not in PUBLISHED}
        with Duck() as duck:
            found += compare(duck, asked.before[layer], now, layer, site)
    return found


def _of_omop(files: Mapping[str, Input], asked: Asked, *, alone: bool) -> list[Finding]:
    """Judge OMOP tables; their texts only where no records are beside them."""
    if not files:
        return []
    mine = [c for c in all_checks() if is_omop(c) or (alone and _is_text(c))]
    theirs = {name: held for name, held in files.items() if name not in PUBLISHED}
    own = [check for check in asked.rules.checks if is_omop(check)]
    with Duck() as duck:
        version = asked.version or "5.4"
        detail = Detail(keys=asked.whole, by=asked.by)
        found = judge_omop(duck, files, version, asked.today, detail)
        return [*found, *judge_own(duck, theirs, "omop", [*mine, *own], asked.by)]


def _of_records(records: Mapping[str, Input], asked: Asked) -> list[Finding]:
    """Judge standard records."""
    if not records:
        return []
    own = [check for check in asked.rules.checks if not is_omop(check)]
    checks = [c for c in all_checks() if not is_omop(c)]
    with Duck() as duck:
        found = judge_own(duck, records, "records", [*checks, *own], asked.by)
    with Duck() as duck:
        return [*judge_shapes(duck, records, asked.today, asked.by), *found]


def _of_source(source: Mapping[str, Input]) -> list[Finding]:
    """Judge landed rows by their texts and by the rules that nearly all of them keep.

    Clean columns of a table are told as one.
    """
    texts = [c for c in all_checks() if _is_text(c) and c.name != PRIVATE]
    with Duck() as duck:
        found = judge_own(duck, source, "source", texts)
    with Duck() as duck:
        found += judge_discovered(duck, source, "source")
    clean: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    told = []
    for one in found:
        if one.verdict is Verdict.PASS:
            clean[one.type, one.table].append(one)
        else:
            told.append(replace(one, blame="source"))
    for some in clean.values():
        examined = sum(one.examined for one in some)
        told.append(replace(some[-1], column="", examined=examined, unit="values"))
    return told


def _is_text(check: OwnCheck) -> bool:
    """Tell whether a check looks at single texts."""
    return isinstance(check, TextCheck)


def is_omop(check: OwnCheck) -> bool:
    """Tell whether a check looks at OMOP tables."""
    shapes = omop_shapes().values()
    if isinstance(check, TextCheck):
        return False
    if isinstance(check, Check):
        return check.reads in shapes
    return all(shape in shapes for shape in check.reads)


def _shown(
    layers: Layers, asked: Asked
) -> tuple[dict[str, dict[str, int]], list[Fitness]]:
    """Count rows by month and judge fitness, for the report."""
    by_month: dict[str, dict[str, int]] = {}
    uses: list[Fitness | None] = []
    for layer in ("omop", "records"):
        if layer in layers:
            with Duck() as duck:
                tables = catalog(duck, layers[layer], (), asked.today).tables
                by_month |= months(duck, tables) if layer == "omop" else {}
                uses += _uses(duck, layer, asked.uses)
    return by_month, [one for one in uses if one is not None]


def _uses(duck: Duck, layer: str, own: Path | None) -> Iterable[Fitness | None]:
    """Judge every use of a layer."""
    return [fitness(duck, use) for use in all_uses(own) if use.layer == layer]
