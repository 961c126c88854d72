"""Sources that nobody has seen: an invented hospital's tables, renamed and rewritten.

From a seed: each table and column gets one of several names in one way of writing, the
order of columns is shuffled, columns of no clinical meaning are added, and files are
written as hospitals do: other encodings, titles and headers of two rows, split dates,
rows of sums, exports delivered twice, workbooks, dumps. What each column is lies aside.

The names of `names.csv` are of two parts: those tried while building, and those held
back (`zh_held`, `en_held`), which only the report uses.
"""

import csv
import json
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from pypinyin import Style, lazy_pinyin

from datong.sample import build

HERE = Path(__file__).parent
# How a source writes its names: its words, their form, and what is before them.
SCHEMES = {
    "chinese": ("zh", "as it is"),
    "pinyin initials": ("zh", "initials"),
    "pinyin whole": ("zh", "pinyin"),
    "english": ("en", "as it is"),
    "english upper": ("en", "upper"),
}
HELD = {
    "held chinese": ("zh_held", "as it is"),
    "held pinyin initials": ("zh_held", "initials"),
    "held pinyin prefixed": ("zh_held", "prefixed"),
    "held english run together": ("en_held", "as it is"),
    "held english upper": ("en_held", "upper"),
}
NOISE = {
    "zh": ("操作员代码", "最后修改时间", "院区", "备注"),
    "en": ("updated_by", "last_modified", "site_code", "remark"),
}
FILES = {  # of an invented region: the Chinese hospital, and the English one
    "患者信息": "patients", "门诊就诊": "visits", "诊断记录": "diagnoses",
    "医嘱": "orders", "发药记录": "dispenses", "给药记录": "administrations",
    "检验结果": "labs", "体征记录": "signs", "病历文书": "notes",
    "费用明细": "fees", "结算记录": "settlements",
}  # fmt: skip
ENGLISH = {
    "patients": "patients", "visits": "visits", "diagnoses": "diagnoses",
    "operations": "operations", "orders": "orders", "dispenses": "dispenses",
    "administrations": "administrations", "labs": "labs", "vitals": "vitals",
    "documents": "notes", "charges": "fees", "settlements": "settlements",
}  # fmt: skip


@dataclass
class Source:
    """An unknown source, and what only its maker knows."""

    folder: Path
    scheme: str
    kinds: dict[str, str] = field(default_factory=dict)  # table: kind
    fields: dict[tuple[str, str], tuple[str, str, str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    blockers: set[tuple[str, str]] = field(default_factory=set)  # table, code


def region(folder: Path, seed: int) -> Path:
    """Invent the region that sources are made of, once."""
    if not (folder / "datong.toml").exists():
        build(folder, 400, 6, seed)
    return folder


def make(invented: Path, folder: Path, scheme: str, seed: int) -> Source:
    """Make one unknown source."""
    chance = random.Random(f"{scheme} {seed}")  # noqa: S311 - invented data
    words, form = {**SCHEMES, **HELD}[scheme]
    made = Source(folder, scheme)
    folder.mkdir(parents=True, exist_ok=True)
    is_chinese = words.startswith("zh")
    silo = invented / "silos" / ("H001" if is_chinese else "H004")
    names = FILES if is_chinese else ENGLISH
    known = _names()
    picked: dict[str, str] = {}
    for stem, table in names.items():
        rows = _read(
            next(silo.glob(f"{stem}_*.csv")), "gb18030" if is_chinese else "utf-8-sig"
        )
        _one(made, (table, rows), (known, words, form, picked), chance)
    return made


def _names() -> list[dict[str, str]]:
    """Read the names."""
    with (HERE / "names.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def _read(file: Path, encoding: str) -> list[list[str]]:
    """Read a table of the region, what cannot be decoded left out."""
    text = file.read_text(encoding=encoding, errors="ignore")
    rows = list(csv.reader(text.splitlines(keepends=True)))
    return [row for row in rows if len(row) == len(rows[0])]


def _one(
    made: Source,
    content: tuple[str, list[list[str]]],
    naming: tuple[list[dict[str, str]], str, str, dict[str, str]],
    chance: random.Random,
) -> None:
    """Rename and rewrite one table."""
    table, rows = content
    known, words, form, picked = naming
    side = "chinese" if words.startswith("zh") else "english"
    told = {li[side]: li for li in known if li["table"] == "*"}
    told |= {li[side]: li for li in known if li["table"] == table and li["field"]}
    title = next(li for li in known if li["table"] == table and not li["field"])
    name = _written(_pick(title[words], chance), form)
    order = [n for n, column in enumerate(rows[0]) if column in told]
    chance.shuffle(order)
    columns, truth = [], []
    for column in (rows[0][n] for n in order):
        line = told[column]
        key = column if line["table"] == "*" else f"{table} {column}"
        new = _written(_pick(line[words], chance), form)
        columns.append(picked.setdefault(key, new))
        truth.append((line["kind"], line["field"], line["part"]))
    cells = [[row[n] for n in order] for row in rows[1:]]
    _noise(columns, truth, cells, (words[:2], form), chance)
    columns = _apart(columns)
    _split(columns, truth, cells, chance)
    made.kinds[name] = title["kind"]
    made.fields |= {(name, c): what for c, what in zip(columns, truth, strict=True)}
    _mark(made, name, truth, cells)
    made.rows[name] = _write(made.folder, name, (columns, cells), chance)


def _pick(words: str, chance: random.Random) -> str:
    """Pick one of several words."""
    return chance.choice(words.split(";"))


def _written(word: str, form: str) -> str:
    """Write a word in a form."""
    if form == "upper":
        return word.upper()
    if form in {"initials", "prefixed"}:
        letters = "".join(lazy_pinyin(word, style=Style.FIRST_LETTER, errors=_letters))
        letters = re.sub(r"\W", "", letters).upper()
        return f"F_{letters}" if form == "prefixed" else letters
    if form == "pinyin":
        return re.sub(r"\W", "", "".join(lazy_pinyin(word, errors=_letters))).lower()
    return word


def _letters(text: str) -> list[str]:
    """Leave letters and digits as they are."""
    return list(text)


def _apart(columns: list[str]) -> list[str]:
    """Number names that came twice, as a database does."""
    seen: dict[str, int] = {}
    found = []
    for name in columns:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}{seen[name]}")
    return found


def _noise(
    columns: list[str],
    truth: list[tuple[str, str, str]],
    cells: list[list[str]],
    naming: tuple[str, str],
    chance: random.Random,
) -> None:
    """Add columns of no clinical meaning."""
    language, form = naming
    for name in chance.sample(NOISE[language], chance.choice((0, 1, 2))):
        columns.append(_written(name, form))
        truth.append(("-", "technical", ""))
        place = NOISE[language].index(name)
        for row in cells:
            user, day = chance.randrange(40), chance.randrange(1, 29)
            made = (f"U{user:03}", f"2024-06-{day:02} 08:00:00", "01", "")
            row.append(made[place])


def _split(
    columns: list[str],
    truth: list[tuple[str, str, str]],
    cells: list[list[str]],
    chance: random.Random,
) -> None:
    """Split one time of some tables into a date and a clock."""
    times = [
        n
        for n, (_, name, _) in enumerate(truth)
        if name in {"time", "collected"}
        and all(re.fullmatch(r"[\d-]{10}[ T][\d:]{8}|", row[n]) for row in cells)
    ]
    if not times or chance.random() < 0.7:
        return
    n = times[0]
    base = columns[n]
    ends = ("日期", "时刻") if re.search(r"[\u4e00-\u9fff]", base) else ("_D", "_T")
    columns[n : n + 1] = [base + ends[0], base + ends[1]]
    truth[n : n + 1] = [truth[n], truth[n]]
    for row in cells:
        row[n : n + 1] = [row[n][:10], row[n][11:]]


def _mark(
    made: Source, name: str, truth: list[tuple[str, str, str]], cells: list[list[str]]
) -> None:
    """Write down what only the owner could answer."""
    made.blockers |= {(name, "delivery"), (name, "zone")}
    for n, (_, what, _) in enumerate(truth):
        if what == "status" and any(row[n] in {"已作废", "CANCELLED"} for row in cells):
            made.blockers.add((name, "cancelled"))
    if made.kinds[name] == "vital_sign" and not any(f == "unit" for _, f, _ in truth):
        made.blockers.add((name, "unit"))


def _write(
    folder: Path,
    name: str,
    content: tuple[list[str], list[list[str]]],
    chance: random.Random,
) -> int:
    """Write a table as some hospital would; return the rows that it should land."""
    columns, cells = content
    way = chance.choice(("csv", "csv", "csv", "tsv", "titled", "two", "xlsx", "sql"))
    if way == "xlsx":
        return _xlsx(folder / f"{name}.xlsx", name, columns, cells)
    if way == "sql":
        return _sql(folder / f"{name}.sql", name, columns, cells)
    mark = "\t" if way == "tsv" else ","
    lines = [list(columns)]
    if way == "titled":
        lines.insert(0, [f"{name} 2024-12-31"] + [""] * (len(columns) - 1))
    if way == "two":
        lines.insert(0, ["A"] + [""] * (len(columns) - 1))
    body = [list(row) for row in cells]
    extra = 0
    if chance.random() < 0.25:
        body.append(["合计" if n == 0 else "" for n in range(len(columns))])
        extra = 1
    encoding = chance.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16"))
    _lines(folder / f"{name}_202401.csv", lines + body, mark, encoding)
    if chance.random() < 0.15:
        _lines(folder / f"{name}_202401(1).csv", lines + body, mark, encoding)
        return 2 * (len(cells) + extra)
    return len(cells) + extra


def _lines(file: Path, rows: list[list[str]], mark: str, encoding: str) -> None:
    """Write a delimited file."""
    with file.open("w", encoding=encoding, errors="replace", newline="") as opened:
        csv.writer(opened, delimiter=mark).writerows(rows)


def _xlsx(file: Path, name: str, columns: list[str], cells: list[list[str]]) -> int:
    """Write a workbook, with a title that spans the table."""
    from openpyxl import Workbook  # noqa: PLC0415 - a peer, for writing only

    book = Workbook()
    sheet = book.active
    sheet.title = name[:31]
    sheet.append([f"{name}"])
    sheet.append(columns)
    for row in cells:
        sheet.append(
            [re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", cell) for cell in row]
        )
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(columns))
    book.save(file)
    return len(cells)


def _sql(file: Path, name: str, columns: list[str], cells: list[list[str]]) -> int:
    """Write INSERT statements."""
    listed = ", ".join(f"`{column}`" for column in columns)
    lines = ["SET NAMES utf8mb4;"]
    for row in cells:
        values = ", ".join(
            "NULL"
            if not cell
            else "'" + cell.replace("\\", "\\\\").replace("'", "''") + "'"
            for cell in row
        )
        lines.append(f"INSERT INTO `{name}` ({listed}) VALUES ({values});")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(cells)


def judge(source: Source, drafted: dict[str, object]) -> dict[str, float]:
    """Compare a draft with the truth; counts, not shares."""
    told = json.loads(json.dumps(drafted))
    tables = {one["table"]: one for one in told["tables"]}
    found: dict[str, float] = dict.fromkeys(
        (
            "tables",
            "tables_1",
            "columns",
            "columns_1",
            "columns_3",
            "silent",
            "silent_1",
        ),
        0,
    )
    for name, kind in source.kinds.items():
        one = tables.get(_there(name, tables), {})
        found["tables"] += 1
        found["tables_1"] += one.get("kind") == kind
    lines = {(one["table"], one["column"]): one for one in told["suggestions"]}
    for (name, column), truth in source.fields.items():
        one = lines.get((_there(name, tables), column))
        if truth[0] == "-":
            found["silent"] += 1
            found["silent_1"] += one is not None and not one["field"]
            continue
        found["columns"] += 1
        if one is None:
            continue
        first = _is_right(one, truth)
        rest = any(_is_right(other, truth) for other in one["alternatives"][:2])
        found["columns_1"] += first
        found["columns_3"] += first or rest
    return found


def _there(name: str, tables: dict[str, object]) -> str:
    """Find the name that a table was given from its files."""
    return (
        name if name in tables else next((t for t in tables if t.startswith(name)), "")
    )


def _is_right(one: dict[str, str], truth: tuple[str, str, str]) -> bool:
    """Say whether a suggestion is the truth; parts of codes are told apart too."""
    kind, name, part = truth
    if not one["field"]:
        return False
    if kind == "*":
        also = {"person": "local_id", "encounter": "number"}
        return one["field"] in {name, also[name]}
    if (one["kind"], one["field"]) != (kind, name):
        return False
    if not part or part == "range" or one["part"] in {part, ""}:
        return True
    is_told = name in {"item", "diagnosis", "procedure"}
    codes = {"code", "text"}
    return not is_told and part in codes and one["part"] in codes
