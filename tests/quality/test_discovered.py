"""Rules that nobody wrote: exceptions are told, chance and variety are not."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datong.engine.duckdb import Duck
from datong.quality.discovered import judge_discovered
from datong.quality.discovered.cells import column_of
from datong.quality.discovered.dependencies import COMMON, RARE, USUAL, Pairs
from datong.quality.discovered.forms import forms_of, pattern
from datong.quality.finding import Finding, Verdict

ROWS = 1_000
NAMES = ["葡萄糖", "肌酐", "钾", "血红蛋白", "尿素"]
UNITS = ["mmol/L", "μmol/L", "mmol/L", "g/L", "mmol/L"]
SIZES = [5.1, 80.2, 4.2, 140.5, 6.3]


def results() -> dict[str, list[str | int | None]]:
    """Results as a laboratory hands them over, nothing wrong in them."""
    drawn = np.random.default_rng(5)
    taken = [datetime(2024, 1, 1) + timedelta(minutes=37 * n) for n in range(ROWS)]
    return {
        "_row": list(range(ROWS)),
        "条码": [f"B{n:07}" for n in range(ROWS)],
        "病人": [f"{n * 7 % 311:06}" for n in range(ROWS)],
        "代码": [f"L{1 + n % 5:03}" for n in range(ROWS)],
        "项目": [NAMES[n % 5] for n in range(ROWS)],
        "单位": [UNITS[n % 5] for n in range(ROWS)],
        "结果": [f"{SIZES[n % 5] * drawn.uniform(0.8, 1.2):.1f}" for n in range(ROWS)],
        "采样": [f"{t:%Y-%m-%d %H:%M}" for t in taken],
        "报告": [f"{t + timedelta(minutes=90):%Y-%m-%d %H:%M}" for t in taken],
    }


def failing(held: dict[str, list[str | int | None]]) -> list[Finding]:
    with Duck() as duck:
        found = judge_discovered(duck, {"lis": pa.table(held)}, "source")
        return [one for one in found if one.verdict is Verdict.FAIL]


def test_what_is_right_is_not_told() -> None:
    assert failing(results()) == []


@pytest.mark.parametrize(
    ("column", "word", "told"),
    [
        ("项目", "钾", "breaks_dependency"),
        ("项目", "葡萄", "breaks_dependency"),
        ("单位", "mg/dL", "breaks_dependency"),
        ("报告", "2023-12-01 08:00", "breaks_order"),
        ("代码", "L1", "unusual_form"),
        ("代码", "1.1E+5", "unusual_form"),
        ("结果", "5.1 mmol/L", "unusual_form"),
        ("条码", "B0000077", "repeats_number"),
        ("结果", "5100", "unusual_size"),
        ("结果", "", "unusually_empty"),
        ("单位", None, "unusually_empty"),
    ],
)
def test_the_few_that_break_a_rule_are_told(
    column: str, word: str | None, told: str
) -> None:
    held = results()
    rows = [0, 105, 550]
    for row in rows:
        held[column][row] = word
    found = {
        one.type: one for one in failing(held) if column in (one.column, one.argument)
    }
    assert told in found
    listed = set(map(int, found[told].keys))
    assert set(rows) <= listed if told != "repeats_number" else listed == {*rows, 77}
    assert found[told].blame == "source"


def test_a_row_that_stands_twice_is_told_though_its_number_is_new() -> None:
    held = results()
    for name, cells in held.items():
        cells.append("B9999999" if name == "条码" else cells[3])
    held["_row"][-1] = ROWS
    (found,) = failing(held)
    assert (found.type, found.keys) == ("row_twice", ("3", "1000"))


def test_a_line_that_stands_twice_is_told_though_its_running_number_is_new() -> None:
    held = results()
    held["序号"] = [str(1 + n % 4) for n in range(ROWS)]
    for name, cells in held.items():
        again = {"条码": "B9999999", "序号": "5", "_row": ROWS}
        cells.append(again.get(name, cells[3]))
    told = {(one.type, one.column): one.keys for one in failing(held)}
    assert told["row_twice", "序号"] == ("3", "1000")


def test_a_word_for_all_who_had_none_is_told() -> None:
    held = results()
    for row in range(0, 90, 10):
        held["报告"][row] = "2024-12-31 00:00"
    (found,) = failing(held)
    assert (found.type, found.column, found.bad) == ("heaped_value", "报告", 9)


def test_what_only_some_kinds_of_row_have_is_missed_there_alone() -> None:
    held = results()
    held["剂量"] = [f"{n % 9}.5" if n % 5 < 2 else None for n in range(ROWS)]
    assert failing(held) == []
    for row in (0, 55, 101):
        held["剂量"][row] = ""
    (found,) = failing(held)
    assert (found.type, found.column) == ("unusually_empty", "剂量")
    assert set(found.keys) == {"0", "55", "101"}
    assert found.argument in ("代码", "项目")


def test_people_who_share_sex_and_birthday_are_not_one_row_twice() -> None:
    held: dict[str, list[str | int | None]] = {
        "_row": list(range(400)),
        "号": [f"P{n:05}" for n in range(400)],
        "性别": ["男" if n % 2 else "女" for n in range(400)],
        "生日": [f"19{50 + n % 40}-0{1 + n % 9}-1{n % 7}" for n in range(400)],
    }
    assert failing(held) == []


@pytest.mark.parametrize("rows", [0, 1, 49])
def test_too_few_rows_make_no_rule(rows: int) -> None:
    held = {name: cells[:rows] for name, cells in results().items()}
    with Duck() as duck:
        table = pa.table(
            {n: pa.array(map(str, c), pa.string()) for n, c in held.items()}
        )
        assert list(judge_discovered(duck, {"lis": table}, "source")) == []


def test_whole_documents_and_odd_names_do_no_harm() -> None:
    held = results()
    held['a"; drop table lis; --'] = ["x" * 5_000] * ROWS
    held["空"] = [None] * ROWS
    assert failing(held) == []


def plain(pairs: Counter[tuple[int, int]], group: int) -> set[tuple[int, int]]:
    """The same rule, word by word."""
    of_word: dict[int, Counter[int]] = defaultdict(Counter)
    everywhere: Counter[int] = Counter()
    for (of, word), rows in pairs.items():
        of_word[of][word] += rows
        everywhere[word] += rows
    found = set()
    for of, words in of_word.items():
        size = words.total()
        rare = {w for w, n in words.items() if n <= max(1, RARE * size)}
        usual = {w for w, n in words.items() if n >= USUAL * size}
        known = sum(everywhere[w] for w in usual) / everywhere.total()
        is_clear = all(w in rare or w in usual for w in words)
        if size >= group and is_clear and usual and known <= COMMON:
            found |= {(of, w) for w in words if w not in usual}
    return found


WORDS = st.tuples(st.integers(0, 3), st.integers(0, 5))


@given(st.dictionaries(WORDS, st.sampled_from([1, 2, 5, 19, 20, 40, 300]), min_size=1))
def test_exceptions_are_those_of_the_plain_rule(
    held: dict[tuple[int, int], int],
) -> None:
    of, word = (np.array(side) for side in zip(*held, strict=True))
    pairs = Pairs(of, word, np.array(list(held.values())))
    _, examined, is_bad = pairs.exceptions(20)
    told = {pair for pair, bad in zip(held, is_bad, strict=True) if bad}
    assert told == plain(Counter(held), 20)
    assert 0 <= examined <= sum(held.values())


@pytest.mark.parametrize("is_exact", [True, False])
@given(word=st.text("AZaz09０汉.-/ <", min_size=1, max_size=12))
def test_a_word_fits_the_pattern_of_its_own_form(word: str, *, is_exact: bool) -> None:
    (form,) = forms_of(pa.array([word]), is_exact=is_exact).to_pylist()
    with Duck() as duck:
        asked = pattern([form], is_exact=is_exact)
        assert duck.one("select regexp_full_match(?, ?)", word, asked) == (True,)


@pytest.mark.parametrize(
    ("words", "sort"),
    [
        (["1.5", "-2", "30"], "quantity"),
        (["0012", "0345", "1234"], "name"),
        (["120001", "120002"], "name"),
        (["2024-01-02", "2024-02-03"], "time"),
        (["K01", "K02"], "word"),
    ],
)
def test_columns_are_told_apart_by_what_they_hold(words: list[str], sort: str) -> None:
    column = column_of("c", pa.chunked_array([words]))
    assert column is not None
    is_name = column.numbers is not None and column.is_given
    sorts = {"quantity": column.is_quantity, "name": is_name}
    sorts |= {"time": column.times is not None}
    assert [name for name, is_so in sorts.items() if is_so] == (
        [sort] if sort != "word" else []
    )
