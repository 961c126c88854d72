"""Delimited text, as hospitals really hand it over."""

import gzip
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datong.core.ledger import Entry
from datong.core.reason import Trouble
from datong.engine.land import Landing, places
from datong.sources import blocks as blocks_of
from datong.sources.delimited import Dialect, locate, read
from datong.sources.encoding import encoding_of

HEAD = "编号,姓名,备注\r\n"
ROWS = [["1", "张三", "无"], ["2", "李四", '说"好"'], ["3", "王五", "两\n行"]]
TEXT = HEAD + '1,张三,无\r\n2,李四,"说""好"""\r\n3,王五,"两\n行"\r\n'


class Landed:
    """What a file became."""

    def __init__(self, content: bytes, folder: Path, **dialect: object) -> None:
        self.file = folder / "raw.csv"
        self.file.write_bytes(content)
        self.parquet, refused = folder / "rows.parquet", folder / "rejects.parquet"
        named = {"encoding": encoding_of(self.file), **dialect}
        self.dialect = Dialect(**named)  # type: ignore[arg-type]  # tests name its fields
        with Landing(self.parquet, refused, 7, "raw.csv") as sink:
            self.entry, self.digest = read(self.file, sink, self.dialect)
        rows = pq.read_table(self.parquet).to_pylist()
        self.numbers = [row.pop("_row") & 0xFFFFFFFFFF for row in rows]
        self.rows = [list(row.values()) for row in rows]
        self.rejects = pq.read_table(refused).to_pylist()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_every_encoding_gives_the_same_rows(encoding: str, tmp_path: Path) -> None:
    landed = Landed(TEXT.encode(encoding), tmp_path)
    assert landed.rows == ROWS
    assert landed.numbers == [1, 2, 3]
    assert landed.entry == Entry("land", 4, 3, framing=1)


def test_a_packed_file_reads_like_the_file(tmp_path: Path) -> None:
    file = tmp_path / "raw.csv.gz"
    file.write_bytes(gzip.compress(TEXT.encode()))
    with Landing(tmp_path / "o", tmp_path / "r", 1, "raw") as sink:
        entry, digest = read(file, sink, Dialect(encoding=encoding_of(file)))
    assert entry.kept == 3
    assert len(digest) == 64


def test_a_truncated_packed_file_is_trouble(tmp_path: Path) -> None:
    file = tmp_path / "raw.csv.gz"
    file.write_bytes(gzip.compress(TEXT.encode() * 500)[:-20])
    sink = Landing(tmp_path / "o", tmp_path / "r", 1, "raw")
    with pytest.raises(Trouble, match="SOURCE-CHANGED"), sink:
        read(file, sink, Dialect())
    assert not (tmp_path / "o").exists()


def test_each_odd_line_is_rejected_alone_and_keeps_its_place(tmp_path: Path) -> None:
    content = (
        b'a,b\n1,2\n\n3\n4,5,6\n\xff\xfe,7\n8,\x009\n"open,10\n11,12\n13,"a\nb"\n14,15'
    )
    landed = Landed(content, tmp_path)
    assert landed.rows == [["1", "2"], ["11", "12"], ["13", "a\nb"], ["14", "15"]]
    told = [(r["line"], r["byte"], r["code"], r["raw"]) for r in landed.rejects]
    assert told == [
        (4, 9, "SOURCE-RAGGED", "3"),
        (5, 11, "SOURCE-RAGGED", "4,5,6"),
        (6, 17, "SOURCE-BYTES", "\ufdd0FF\ufdd0FE,7"),
        (7, 22, "SOURCE-BYTES", "8,\x009"),
        (8, 27, "SOURCE-QUOTE", '"open,10'),
    ]
    assert landed.entry == Entry("land", 11, 4, rejected=5, framing=2)


def test_a_gbk_line_in_a_utf8_file_is_kept_whole(tmp_path: Path) -> None:
    content = "a,b\n一,二\n".encode() + "三,四\n".encode("gbk") + "五,六\n".encode()
    landed = Landed(content, tmp_path)
    assert landed.rows == [["一", "二"], ["五", "六"]]
    raw = landed.rejects[0]["raw"]
    back = bytes.fromhex("".join(raw.replace(",", "2C").split("\ufdd0")))
    assert back.decode("gbk") == "三,四"


def test_a_record_that_is_too_long_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks_of, "LONGEST", 1000)
    monkeypatch.setattr(blocks_of, "SIZE", 300)
    content = b"a,b\n1,2\n" + b"x" * 5000 + b"\n3,4\n"
    landed = Landed(content, tmp_path)
    assert landed.rows == [["1", "2"], ["3", "4"]]
    assert [r["code"] for r in landed.rejects] == ["SOURCE-LONG"]
    assert landed.rejects[0]["line"] == 3


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"\n\n"])
def test_a_file_without_rows(content: bytes, tmp_path: Path) -> None:
    landed = Landed(content, tmp_path)
    assert landed.rows == []
    assert landed.rejects == []


@pytest.mark.parametrize("head", ["a,a\n1,2\n", "a,,b\n1,2,3\n"])
def test_a_header_that_names_a_column_twice_is_trouble(
    head: str, tmp_path: Path
) -> None:
    with pytest.raises(Trouble, match="SOURCE-HEADER"):
        Landed(head.encode(), tmp_path)


def test_a_file_without_a_header(tmp_path: Path) -> None:
    landed = Landed(
        b"1|x\n2|y\n", tmp_path, header=0, columns=("n", "t"), delimiter="|"
    )
    assert landed.rows == [["1", "x"], ["2", "y"]]


CELL = st.text(
    st.characters(codec="gb18030", exclude_characters="\0\r\ufdd0"), max_size=6
)
LINES = st.lists(st.tuples(CELL, CELL), max_size=30)
JUNK = st.sampled_from(
    [b"only one", b"a,b,c", b"\xff\xff,1", b'"', b"", b'x,"', b"1,\0"]
)


@given(rows=LINES, encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_law_what_was_written_is_read(
    rows: list[tuple[str, str]], encoding: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    quoted = [[f'"{c.replace(chr(34), chr(34) * 2)}"' for c in row] for row in rows]
    text = "\r\n".join(["第一,第二", *(",".join(row) for row in quoted)]) + "\r\n"
    landed = Landed(text.encode(encoding), tmp_path_factory.mktemp("law"))
    assert landed.rows == [list(row) for row in rows]


@given(
    lines=st.lists(st.one_of(JUNK, st.just(b"1,2")), max_size=30),
    size=st.integers(8, 60),
)
def test_law_no_line_is_lost_however_the_blocks_fall(
    lines: list[bytes], size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("law")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks_of, "SIZE", size)
        content = b"a,b\n" + b"\n".join(lines)
        landed = Landed(content, folder, encoding="utf-8")
    numbers = [*landed.numbers, *(r["_row"] & 0xFFFFFFFFFF for r in landed.rejects)]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    for reject in landed.rejects:
        line = lines[reject["line"] - 2]
        assert landed.file.read_bytes()[reject["byte"] :].startswith(line)


def test_a_record_is_found_again_by_its_number(tmp_path: Path) -> None:
    content = b"a,b\n" + b"".join(b"%d,x\n" % n for n in range(1, 2000))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks_of, "SIZE", 512)
        landed = Landed(content, tmp_path)
    near = [place for place in places(landed.parquet) if place[0] <= 1234][-1]
    found = locate(landed.file, (landed.dialect, 2), near, 1234)
    assert (found.line, found.text) == (1235, "1234,x\n")
