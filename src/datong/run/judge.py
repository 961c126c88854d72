"""Judging a release: all its layers, with what the ledger says of the way between them.

In:  a release.
Out: the verdict, which may lie beside the release.
"""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from datong.core.say import Say
from datong.engine.duckdb import Input
from datong.quality.faults.known import known_score
from datong.quality.groups import GroupedBy
from datong.quality.judged import Asked, judge_layers
from datong.quality.lineage import Lineage
from datong.quality.project import Rules, read_rules
from datong.quality.result import Result, Trend
from datong.run.drill import with_examples
from datong.run.project import Project
from datong.run.reader import Reader
from datong.standards.records import all_kinds

VERDICTS = "verdicts"  # below .datong: one JSON a release
LATEST = "quality.json"  # the last one, for the pages
TREND = 12  # releases before that a report shows


def judge_release(project: Project, release: int, asked: Asked) -> Result:
    """Judge one release, layer by layer, site by site, beside earlier verdicts."""
    with project.read(release) as reader:
        layers, lineage = layers_of(reader), lineage_of(reader)
        by = replace(asked.by or GroupedBy(), files=lineage.files)
        asked = replace(asked, release=release, by=by, lineage=lineage)
        made = judge_layers(str(project.root.resolve()), layers, asked)
        steps = reader.query("select * from ledger.entries").to_pylist()
        made = replace(made, ledger=steps)
        if asked.whole:
            found = with_examples(project.settings, reader, list(made.findings))
            made = replace(made, findings=found)
    trend = earlier_verdicts(project.made, release)
    return replace(made, trend=trend, score=known_score())


def judge_kept(project: Project, release: int) -> Result:
    """Judge a release by the project's own rules, and keep the verdict."""
    place = project.root / "quality.toml"
    rules = read_rules(place) if place.exists() else Rules()
    today = datetime.now().astimezone().date()
    result = judge_release(project, release, Asked(today, rules=rules))
    keep_verdict(project, release, result)
    return result


def layers_of(reader: Reader) -> dict[str, dict[str, Input]]:
    """List the files of each layer of a release."""
    held = reader.catalog
    # A record's shape lies in a file of its own: columns that no mapping filled.
    records = {
        name: [*held.shapes.get(name, []), *files]
        for name, files in held.records.items()
    }
    landed: dict[str, list[Path]] = {}
    reads = {
        f"{one['organization']}/{one['path']}": f"{one['organization']} {one['reads']}"
        for one in reader.query("from ledger.files").to_pylist()
    }
    for name, files in held.landed.items():
        for file in files:
            source = reads.get(f"{file.shard}/{name}", f"{file.shard} {name}")
            landed.setdefault(source, []).append(file.path)
    layers = {"omop": held.omop, "records": records}
    made: dict[str, dict[str, Input]] = {
        layer: {name: [file.path for file in files] for name, files in some.items()}
        for layer, some in layers.items()
    }
    return made | {"source": dict(landed)}


def lineage_of(reader: Reader) -> Lineage:
    """Read the account that the release gives of its rows."""
    files = {
        one["file"]: (one["organization"], f"{one['organization']} {one['reads']}")
        for one in reader.query("from ledger.files").to_pylist()
    }
    rules = reader.query("from ledger.rules").to_pylist()
    vaulted = {name for name, kind in all_kinds().items() if kind.vault}
    return Lineage(
        files=files,
        kinds={one["rule"]: one["kind"] for one in rules},
        ledger=reader.release.ledger,
        rejects=[f.path for some in reader.catalog.rejects.values() for f in some],
        hidden=frozenset(
            f"{one['organization']} {one['reads']}"
            for one in rules
            if one["kind"] in vaulted
        ),
    )


def keep_verdict(project: Project, release: int, result: Result) -> Path:
    """Write the verdict beside the release, and where the pages look for the last."""
    folder = project.made / VERDICTS
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result.as_json(), ensure_ascii=False, default=str)
    place = folder / f"{release}.json"
    place.write_text(text, encoding="utf-8")
    (project.made / LATEST).write_text(text, encoding="utf-8")
    return place


def earlier_verdicts(made: Path, release: int) -> list[Trend]:
    """Read the three numbers of the last releases before that were judged."""
    folder = made / VERDICTS
    places = folder.glob("*.json") if folder.is_dir() else ()
    numbers = sorted(int(p.stem) for p in places if p.stem.isdecimal())
    before = [number for number in numbers if number < release]
    return [_trend(folder, number) for number in before[-TREND:]]


def _trend(folder: Path, release: int) -> Trend:
    """Read what one release was judged."""
    told = json.loads((folder / f"{release}.json").read_text("utf-8"))
    numbers = told["summary"]
    three = (numbers["defined"], numbers["effective"], numbers["failed"])
    failed = frozenset(
        one["check"] for one in told["checks"] if one["verdict"] == "fail"
    )
    return Trend(release, told["today"], three, failed)


def told(result: Result) -> Say:
    """Say the three numbers."""
    return Say(
        f"{result.defined:,} checks, {result.effective:,} with something to judge,"
        f" {len(result.failed):,} failed",
        f"共 {result.defined:,} 项检查，{result.effective:,} 项有数据可查，"
        f"{len(result.failed):,} 项未通过",
    )
