"""Items that are joined to their head: fee lines to the settlement that names whom."""

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.run.eject import eject
from datong.run.plan import plan
from datong.run.progress import Silence
from datong.run.project import Project
from datong.run.runner import Report
from datong.run.trace import Tracer
from datong.serve.cli import main

HEAD = """
edition = "1"
reads = "his.bill"
grain = ["bill"]
[files]
glob = "bill_*.csv"
[load]
{load}
[person]
system = "his.patient"
value = '"patient"'
[[record]]
kind = "settlement"
[record.set]
settlement_number = '"bill"'
time = '''time_of("day", '%Y-%m-%d')'''
[ignored]
"changed" = "tells the later"
"""
ITEM = """
edition = "1"
reads = "his.line"
grain = ["bill", "line"]
[files]
glob = "line_*.csv"
[join]
table = "his.bill"
on = { "bill" = "bill" }
columns = { "patient" = "patient", "billed" = "day" }
[person]
system = "his.patient"
value = '"patient"'
[[record]]
kind = "fee_line"
[record.set]
fee_number = '''concat_ws('/', trim("bill"), "line")'''
time = '''time_of("billed", '%Y-%m-%d')'''
amount = 'number_of("amount")'
[record.code]
item = { text = '"item"', system = "his.item" }
[[test]]
given = { "bill" = "b", "line" = "1", "patient" = "p", "billed" = "2024-03-05" }
then = { fee_number = "b/1", time = "2024-03-05 00:00:00" }
"""
BILLS = ["b1,ann,2024-03-01,1", "b2,bob,2024-03-02,1"]
LINES = ["b1,1,x-ray,10", "b1,2,bed,20", " b2 ,1,bed,20", "b9,1,bed,20", ",1,bed,1"]


class Warnings(Silence):
    """Keeps what is warned of."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.heard: list[Say] = []

    def warn(self, what: Say) -> None:
        """Keep it."""
        self.heard.append(what)


def cashier(root: Path, load: str = "") -> Project:
    """Make a project of one hospital whose lines name a bill, and no patient."""
    (root / "silo").mkdir(parents=True)
    (root / "mappings").mkdir()
    settings = '[[organization]]\nid = "H"\nfolder = "silo"\nmappings = "mappings"\n'
    (root / "datong.toml").write_text(settings, encoding="utf-8")
    text = HEAD.format(load=load)
    (root / "mappings" / "bill.toml").write_text(text, encoding="utf-8")
    (root / "mappings" / "line.toml").write_text(ITEM, encoding="utf-8")
    write(root / "silo" / "bill_1.csv", "bill,patient,day,changed", BILLS)
    write(root / "silo" / "line_1.csv", "bill,line,item,amount", LINES)
    return Project(root)


def write(place: Path, header: str, rows: list[str]) -> None:
    """Write a delivery."""
    place.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def lines(project: Project) -> list[tuple[str, str, str, int]]:
    """Return the lines: number, item, day, person."""
    with project.read() as reader:
        sql = (
            "select fee_number, item_text, strftime(time, '%m-%d') as day, person from"
            " records.fee_line order by fee_number"
        )
        return [tuple(row.values()) for row in reader.query(sql).to_pylist()]


def entry_of(report: Report, step: str) -> dict[str, object]:
    """Return the ledger's line of a step."""
    return next(line for line in report.ledger if line["step"] == step)


@pytest.fixture
def billed(tmp_path: Path) -> Project:
    """A project that ran once."""
    project = cashier(tmp_path / "p")
    project.run()
    return project


def test_an_item_has_the_patient_and_the_time_of_its_head(tmp_path: Path) -> None:
    project = cashier(tmp_path / "p")
    report = project.run()
    with project.read() as reader:
        people = reader.query("select person from records.settlement order by time")
        gone = reader.query("select code, raw from ledger.rejects").to_pylist()
    ann, bob = people["person"].to_pylist()
    assert lines(project) == [
        ("b1/1", "x-ray", "03-01", ann),
        ("b1/2", "bed", "03-01", ann),
        ("b2/1", "bed", "03-02", bob),
    ]
    told = entry_of(report, "map:H/his.line")
    assert (told["read"], told["kept"], told["rejected"]) == (5, 3, 2)
    assert [one["code"] for one in gone] == ["MAP-PERSON", "MAP-PERSON"]
    assert "patient" not in gone[0]["raw"]  # a reject is the item's own row


def test_a_trace_of_an_item_shows_its_head(billed: Project) -> None:
    with billed.read() as reader:
        sql = "select record from records.fee_line where fee_number = 'b2/1'"
        (record,) = reader.query(sql)["record"].to_pylist()
        (trace,) = Tracer(billed.settings, reader).value("fee_line", record)
        assert trace.head is not None
        assert (trace.head.place.file, trace.head.place.line) == ("bill_1.csv", 3)
        assert trace.head.cells["patient"] == "bob"
        assert Tracer(billed.settings, reader).line("bill_1.csv", 3).head is None
        assert Tracer(billed.settings, reader).line("line_1.csv", 5).head is None  # b9
    ask = ["trace", "-p", str(billed.root), f"fee_line:{record}"]
    told = CliRunner().invoke(main, ask).output
    assert "line_1.csv · line 4" in told
    assert "bill_1.csv · line 3" in told
    assert "patient = bob" in told


def test_a_join_rests_until_its_head_changes(billed: Project) -> None:
    assert billed.run().worked == 0
    write(
        billed.root / "silo" / "bill_2.csv",
        "bill,patient,day,changed",
        ["b9,cid,2024-03-09,1"],
    )
    (change,) = (
        c
        for c in plan(billed.settings, billed.releases).changes
        if c.reads == "his.line"
    )
    assert (change.is_work, change.new, change.joined) == (True, (), ("bill_2.csv",))
    billed.run()
    assert [one[:3] for one in lines(billed)][-1] == ("b9/1", "bed", "03-09")


@pytest.mark.parametrize(
    ("load", "day"),
    [('mode = "watermark"\norder = "changed"', "03-08"), ("", "03-01")],
)
def test_of_two_heads_the_same_stands_whatever_comes_first(
    tmp_path: Path, load: str, day: str
) -> None:
    late = ["b1,ann,2024-03-08,9"]
    found = []
    for name, first in (("one", "1"), ("other", "2")):
        project = cashier(tmp_path / name, load)
        silo = project.root / "silo"
        (silo / "bill_1.csv").unlink()
        header = "bill,patient,day,changed"
        write(silo / f"bill_{first}.csv", header, BILLS if first == "1" else late)
        project.run()
        second = "2" if first == "1" else "1"
        write(silo / f"bill_{second}.csv", header, late if first == "1" else BILLS)
        project.run()
        found.append([one[:3] for one in lines(project)])
    assert found[0] == found[1]
    assert found[0][0] == ("b1/1", "x-ray", day)


def test_two_heads_without_an_order_are_told(tmp_path: Path) -> None:
    project, told = cashier(tmp_path / "p"), Warnings()
    rows = ["b1,ann,2024-03-08,9"]
    write(project.root / "silo" / "bill_2.csv", "bill,patient,day,changed", rows)
    for _ in range(2):  # a step that rests tells it again
        project.run(told)
    heads = [say.en for say in told.heard if "MAP-HEADS" in say.en]
    assert ["his.bill has 1 keys" in one for one in heads] == [True, True]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('table = "his.bill"', 'table = "his.bil"', "MAP-JOIN"),
        ('{ "bill" = "bill" }', '{ "bill" = "bil" }', "MAP-COLUMN"),
        ('{ "bill" = "bill" }', '{ "bil" = "bill" }', "MAP-COLUMN"),
        ('"billed" = "day" }', '"amount" = "day" }', "MAP-JOIN"),
        ('on = { "bill" = "bill" }\n', "", "MAP-MISSING"),
    ],
)
def test_a_join_that_cannot_be_made_is_told(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    project = cashier(tmp_path / "p")
    place = project.root / "mappings" / "line.toml"
    place.write_text(place.read_text().replace(old, new), encoding="utf-8")
    with pytest.raises(Trouble) as told:
        project.run()
    assert told.value.reason.code == code


def test_an_ejected_join_gives_the_same_rows(billed: Project) -> None:
    script = eject(billed)["H/line.sql"]
    assert "one row for each key of his.bill: _on_1 (bill), patient, billed (day)" in (
        script
    )
    silo = billed.root / "silo"
    with duckdb.connect() as plain:
        plain.execute(
            "create table landed as select row_number() over () as _row, * from"
            f" read_csv('{silo}/line_*.csv', all_varchar = true);"
            'create table heads as select bill as _on_1, patient, "day" as billed from'
            f" read_csv('{silo}/bill_*.csv', all_varchar = true);"
            "create table persons as select distinct patient as _value,"
            " (hash(patient) % 1000)::bigint as _person from heads;"
            "create table encounters as select '' as _number, 0::bigint as _encounter"
            " where false;"
        )
        plain.execute(script)
        found = plain.execute(
            "select fee_number, item_text, strftime(time, '%m-%d') from fee_line_1"
            " where _refused is null"
        ).fetchall()
    assert sorted(found) == sorted(one[:3] for one in lines(billed))
