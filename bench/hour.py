"""An unknown source in one hour: what is right at first sight, and how fast it is read.

The made-up sources are those of `unknown.py`: naming schemes and words that were held
back while building, with seeds of their own. MIMIC's tables are read where they stand.
"""

import csv
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from bench import schemas
from bench.figure import Cost, Figure, best_of, cost
from bench.real import real_data
from bench.unknown import HELD, SURE, judge, make, region
from datong.engine.land import Landing
from datong.run.draft import as_plain, draft_folder
from datong.run.project import Project
from datong.sample import build
from datong.sources import dump, xlsx
from datong.sources.delimited import Dialect

SEEDS = (101, 102)
ROWS = 40_000  # of the workbook
STATEMENTS = 100_000  # of the dump
PEOPLE, HOSPITALS = 4_000, 8  # of the region that gets one more day


def measure() -> list[Figure]:
    """Measure all."""
    with tempfile.TemporaryDirectory(prefix="datong-hour-") as place:
        folder = Path(place)
        return [
            *_unknown(folder),
            *_mimic(),
            *_public(folder, "tried"),
            *_public(folder, "held"),
            *_public(folder, "fresh_tried"),
            *_public(folder, "fresh_held"),
            _excel(folder),
            _insert(folder),
            _delta(folder),
        ]


def _unknown(folder: Path) -> list[Figure]:
    """Draft unknown sources, and run them."""
    invented = region(folder / "region", 31)
    counts: Counter[str] = Counter()
    with cost() as taken:
        for seed in SEEDS:
            for number, scheme in enumerate(HELD):
                place = folder / f"unknown-{seed}-{number}"
                counts += _one(invented, place, scheme, seed)
    return [
        _share("columns_right_at_1", counts, ("columns_1", "columns"), taken),
        _share("columns_right_at_3", counts, ("columns_3", "columns"), taken),
        _share("tables_right_at_1", counts, ("tables_1", "tables"), taken),
        _share("abstained_rightly", counts, ("silent_1", "silent"), taken),
        _share("blockers_found", counts, ("blockers_1", "blockers"), taken),
        _share("rows_accounted", counts, ("accounted", "rows"), taken),
        _share("sure_and_right", counts, ("sure_right", "sure"), taken),
        _each("decisions_left", counts, "left", taken),
        Figure(
            "machine_minutes",
            taken.wall_seconds / 60 / (len(SEEDS) * len(HELD)),
            "minutes a source: draft and run",
            cost=taken,
        ),
    ]


def _one(invented: Path, place: Path, scheme: str, seed: int) -> Counter[str]:
    """Make, draft, judge and run one source."""
    source = make(invented, place / "silo", scheme, seed)
    drafted = draft_folder(place / "silo", place / "mappings")
    told = as_plain(drafted)
    found = Counter({name: int(n) for name, n in judge(source, told).items()})
    asked = {(b.table, b.code) for one in drafted.drafts for b in one.blockers}
    found["blockers"] = len(source.blockers)
    found["blockers_1"] = sum(one in asked for one in source.blockers)
    unsure = [
        s for one in drafted.drafts for s in one.suggestions if s.confidence < SURE
    ]
    found["left"] = len(unsure) + len(asked)
    found["sources"] = 1
    _run(place, found)
    found["rows"] = sum(source.rows.values())
    return found


def _run(place: Path, found: Counter[str]) -> None:
    """Run the drafted mappings as they are."""
    settings = '[project]\nname = "u"\n[[organization]]\nid = "U"\n'
    settings += 'folder = "silo"\nmappings = "mappings"\n'
    (place / "datong.toml").write_text(settings, encoding="utf-8")
    report = Project(place).run()
    for line in report.ledger:
        if str(line["step"]).startswith("map:"):
            found["accounted"] += int(str(line["read"]))


def _share(
    name: str, counts: Mapping[str, int], of: tuple[str, str], taken: Cost
) -> Figure:
    """Make a figure of a share, in percent."""
    part, whole = counts[of[0]], counts[of[1]]
    return Figure(name, 100 * part / max(whole, 1), "%", rows=whole, cost=taken)


def _each(name: str, counts: Mapping[str, int], what: str, taken: Cost) -> Figure:
    """Make a figure of a count a source."""
    figure = counts[what] / counts["sources"]
    return Figure(name, figure, "a source", rows=counts["columns"], cost=taken)


def _mimic() -> list[Figure]:
    """Draft MIMIC's tables; the truth is our reading of the public schema."""
    with (Path(__file__).parent / "mimic.csv").open(encoding="utf-8") as opened:
        truth = list(csv.DictReader(opened))
    with cost() as taken:
        told = as_plain(draft_folder(real_data() / "cdm" / "mimic-src"))
    kinds = {str(one["table"]): one["kind"] or "" for one in _lines(told, "tables")}
    columns = {
        (one["table"], one["column"]): one for one in _lines(told, "suggestions")
    }
    counts: Counter[str] = Counter()
    for line in truth:
        if not line["column"]:
            counts["tables"] += 1
            counts["tables_1"] += kinds.get(line["table"]) == line["kind"]
            continue
        one = columns[line["table"], line["column"]]
        counts["columns"] += 1
        first = _is_same(one, line)
        counts["columns_1"] += first
        others = list(_lines(one, "alternatives"))[:2]
        counts["columns_3"] += first or any(_is_same(o, line) for o in others)
    return [
        _share("columns_right_at_1_mimic", counts, ("columns_1", "columns"), taken),
        _share("columns_right_at_3_mimic", counts, ("columns_3", "columns"), taken),
        _share("tables_right_at_1_mimic", counts, ("tables_1", "tables"), taken),
    ]


def _public(folder: Path, name: str) -> list[Figure]:
    """Draft tables named as public schemas and hospitals' systems name them."""
    counts: Counter[str] = Counter()
    with cost() as taken:
        for number, (title, tables) in enumerate(schemas.schemas(name)):
            place = folder / f"{name}-{title}"
            schemas.write(tables, place, number)
            counts += schemas.judge(tables, as_plain(draft_folder(place)))
    of = f"public_{name}"
    return [
        _share(f"columns_right_at_1_{of}", counts, ("columns_1", "columns"), taken),
        _share(f"columns_right_at_3_{of}", counts, ("columns_3", "columns"), taken),
        _share(f"tables_right_at_1_{of}", counts, ("tables_1", "tables"), taken),
        _share(f"sure_and_right_{of}", counts, ("sure_right", "sure"), taken),
    ]


def _lines(told: Mapping[str, object], name: str) -> Iterator[dict[str, object]]:
    """Read a list of plain values."""
    found = told[name]
    yield from found if isinstance(found, list) else ()


def _is_same(one: Mapping[str, object], line: Mapping[str, str]) -> bool:
    """Compare a suggestion with the truth."""
    if line["kind"] == "-":
        return not one["field"]
    if line["kind"] == "*":
        names = {"person": "local_id", "encounter": "number"}
        return one["field"] in {line["field"], names[line["field"]]}
    return (one["kind"], one["field"]) == (line["kind"], line["field"])


def _excel(folder: Path) -> Figure:
    """Read a workbook, and by openpyxl the same."""
    from openpyxl import Workbook, load_workbook  # noqa: PLC0415 - the peer

    file = folder / "book.xlsx"
    book = Workbook(write_only=True)
    sheet = book.create_sheet("检验")
    sheet.append(["报告单号", "项目序号", "项目名称", "结果", "单位", "采样时间"])
    start = datetime(2024, 1, 1)  # noqa: DTZ001 - wall time, as a sheet has it
    for n in range(ROWS):
        when = start + timedelta(minutes=n)
        sheet.append([f"R{n:09}", n % 30, "白细胞", n / 7, "10^9/L", when])
    book.save(file)

    def ours() -> None:
        with Landing(folder / "x.parquet", folder / "r.parquet", 1, "book") as sink:
            xlsx.read(file, sink, "检验", Dialect(header=1))

    def theirs() -> None:
        for row in load_workbook(file, read_only=True)["检验"].iter_rows():
            _ = [cell.value for cell in row]

    mine, peer = best_of(3, ours), best_of(1, theirs)
    return Figure(
        "excel_rows_per_second",
        ROWS / mine.wall_seconds,
        "rows/s, landed",
        "openpyxl, read only",
        ROWS / peer.wall_seconds,
        rows=ROWS,
        cost=mine,
        packages=("python-calamine", "openpyxl"),
    )


def _insert(folder: Path) -> Figure:
    """Read a dump of INSERT statements."""
    file = folder / "dump.sql"
    with file.open("w", encoding="utf-8") as opened:
        opened.write("SET NAMES utf8mb4;\n")
        for n in range(STATEMENTS):
            opened.write(
                "INSERT INTO `jyjg` (`bgdh`, `xmmc`, `jg`, `dw`, `cysj`) VALUES"
                f" ('R{n:09}', '白细胞', {n / 7:.2f}, NULL, '2024-01-02 03:04:05');\n"
            )

    def ours() -> None:
        with Landing(folder / "d.parquet", folder / "s.parquet", 1, "dump") as sink:
            dump.read(file, sink, "jyjg", Dialect())

    taken = best_of(3, ours)
    rate = STATEMENTS / taken.wall_seconds
    return Figure(
        "insert_rows_per_second", rate, "rows/s, landed", rows=STATEMENTS, cost=taken
    )


def _delta(folder: Path) -> Figure:
    """Run a region, then again with a day's rows of one laboratory; compare costs.

    In CPU seconds, which neighbours on the machine do not change.
    """
    root = folder / "delta"
    build(root, PEOPLE, HOSPITALS, 32)
    with cost() as whole:
        full = Project(root).run()
    silo = root / "silos" / "H001"
    text = next(silo.glob("检验结果_*.csv")).read_text("gb18030", errors="ignore")
    head, *body = text.splitlines(keepends=True)
    fresh = [line.replace('"R', '"N', 1) for line in body[: max(1, full.rows // 1000)]]
    with (silo / "检验结果_2025.csv").open("w", encoding="gb18030") as opened:
        opened.write(head + "".join(fresh))
    with cost() as taken:
        Project(root).run()
    share = 100 * taken.cpu_seconds / whole.cpu_seconds
    unit = "% of the full run's CPU seconds"
    return Figure("delta_share", share, unit, rows=len(fresh), cost=taken)
