"""The gate as the server meets it: real tables, the shipped policy."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck
from datong.guard import classes, consents, policy
from datong.guard.access import Access, Condition, Query, Relations
from datong.guard.catalogue import read
from datong.guard.facts import PURPOSES
from datong.guard.gate import Gate
from datong.guard.relations import RESTRICTIVE

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
GRADES = [
    ("visit", "person_id", 3, "other", "ordinary", "person"),
    ("visit", "visit_id", 3, "other", "ordinary", ""),
    ("visit", "site", 3, "other", "ordinary", "site"),
    ("visit", "note", 4, "direct", "ordinary", ""),
    ("visit", "phone", 4, "direct", "ordinary", ""),
    ("visit", "gene", 4, "sensitive", "genetic", ""),
    ("finding", "person_id", 3, "other", "ordinary", "person"),
    ("finding", "code", 3, "other", "ordinary", "diagnosis"),
    ("finding", "said", 3, "other", "ordinary", "says"),
    ("place", "*", 1, "other", "ordinary", ""),
]
NAMES = ("table", "column", "grade", "kind", "category", "is")
TABLES = read(dict(zip(NAMES, map(str, line), strict=True)) for line in GRADES)
GATE = Gate(policy.load(), TABLES)
DOCTOR = Access(
    "wang", "specialist", "TREAT", "contract", "doctor", 4, "H1", "chest", at=AT
)
ANALYST = Access("li", "analyst", "STUDY", "separate", "study", 3, at=AT)
IN_CARE = Relations(in_care=frozenset({1, 2}))
READ = Query("list", "visit", ("person_id", "visit_id", "note", "phone"))


STEWARD = Access("zhao", "steward", "QUALITY", "contract", "secondary", 4, at=AT)
FINDINGS = pa.table(
    {
        "person_id": [1, 1, 1, 1, 1],
        "code": ["I10", "b20.1", "F32.9", None, "O04.9"],
        "said": ["高血压", "病毒病", "抑郁发作", "HIV抗体", "医疗性流产"],
    }
)


def persons(**changed: object) -> pa.Table:
    columns: dict[str, list[object]] = {
        "person_key": [1, 2, 3],
        "birth_date": [date(1950, 5, 1), date(2012, 3, 1), date(1990, 1, 1)],
        "sites": ["H1|H2", "H2", "H1"],
        "vip": [False, False, True],
        "retired": [False, False, False],
    } | {name: list(values) for name, values in changed.items()}  # type: ignore[call-overload]  # lists
    return pa.table(columns)


VISITS = pa.table(
    {
        "person_id": [1, 1, 2, 3],
        "visit_id": [10, 11, 12, 13],
        "site": ["H1", "H2", "H2", "H1"],
        "note": ["cough", "fever", "pain", "rash"],
        "phone": ["13800001111", "13900002222", None, "13700003333"],
        "gene": ["EGFR", "ALK", "KRAS", "BRAF"],
    }
)
# Person 3 lies in the chest department of H1; person 2 was there long ago.
VISITED = pa.table(
    {
        "person_key": [3, 2, 1],
        "site": ["H1", "H1", "H1"],
        "department": ["chest", "chest", "heart"],
        "starts": [datetime(2026, 2, 20), datetime(2025, 1, 1), datetime(2026, 2, 20)],
        "ends": [datetime(2026, 2, 25), datetime(2025, 1, 9), datetime(2026, 2, 25)],
    }
)
TOLD = pa.table(
    {
        "person_key": [1, 1, 2, 3],
        "purpose": ["STUDY"] * 4,
        "kind": ["written", "separate", "separate", "separate"],
        "state": ["given", "given", "refused", "given"],
        "starts": [datetime(2025, 1, 1), datetime(2025, 1, 1), None, None],
        "ends": [None, None, None, datetime(2025, 2, 1)],
        "withdrawn": pa.array([None] * 4, pa.timestamp("us")),
    }
)
PLACES = pa.table({"name": ["a", "b"]})


@pytest.fixture(scope="module")
def duck() -> Iterator[Duck]:
    with Duck() as opened:
        yield opened


def seen(
    duck: Duck,
    access: Access,
    query: Query,
    known: Relations = IN_CARE,
    **tables: pa.Table,
) -> list[dict[str, object]]:
    allowed = GATE.allow(access, query, known)
    inputs = {
        "visit": tables.get("visits", VISITS),
        "place": PLACES,
        "finding": FINDINGS,
        "guard_person": tables.get("persons", persons()),
        "guard_visit": tables.get("cared", VISITED.slice(0, 0)),
        "guard_consent": tables.get("told", TOLD.slice(0, 0)),
        "relations": allowed.relations,
    }
    answer = duck.fetch(allowed.view, inputs, *allowed.values)
    delivered: list[dict[str, object]] = allowed.deliver(answer, b"li").to_pylist()
    return delivered


def test_a_doctor_sees_those_in_care_at_the_own_site(duck: Duck) -> None:
    rows = seen(duck, DOCTOR, READ)
    assert [row["visit_id"] for row in rows] == [10, 11]
    assert rows[0]["phone"] == "138****1111"


def test_what_no_rule_allows_is_refused() -> None:
    with pytest.raises(Trouble, match="GUARD-REFUSED"):
        GATE.allow(replace(DOCTOR, purpose="STUDY"), READ, IN_CARE)
    with pytest.raises(Trouble, match="GUARD-REFUSED"):
        GATE.allow(replace(DOCTOR, role="auditor"), READ, IN_CARE)
    with pytest.raises(Trouble, match="GUARD-ABSENT"):
        GATE.allow(DOCTOR, replace(READ, table="nothing"), IN_CARE)
    with pytest.raises(Trouble, match="GUARD-ABSENT"):
        GATE.allow(DOCTOR, replace(READ, show=('x" from t; --',)), IN_CARE)


def test_a_masked_column_is_no_condition(duck: Duck) -> None:
    by_phone = (Condition("phone", "starts", "138"),)
    with pytest.raises(Trouble, match="GUARD-MASKED"):
        GATE.allow(DOCTOR, replace(READ, where=by_phone), IN_CARE)
    with pytest.raises(Trouble, match="GUARD-MASKED"):
        GATE.allow(DOCTOR, replace(READ, order=("-phone",)), IN_CARE)
    found = seen(duck, DOCTOR, replace(READ, where=(Condition("note", "=", "fever"),)))
    assert [row["visit_id"] for row in found] == [11]


def test_a_hidden_class_is_null_and_no_condition(duck: Duck) -> None:
    rows = seen(duck, DOCTOR, replace(READ, show=("visit_id", "gene")))
    assert {row["gene"] for row in rows} == {None}
    treats = replace(DOCTOR, department="oncology")
    rows = seen(duck, treats, replace(READ, show=("gene",)))
    assert [row["gene"] for row in rows] == ["EGFR", "ALK"]


def test_counts_are_over_the_view(duck: Duck) -> None:
    counted = replace(READ, action="count", show=("visit_id",), counted=True)
    assert seen(duck, DOCTOR, counted) == [{"n": 2}]


def crowd(many: int) -> dict[str, pa.Table]:
    """Nine visits each of so many persons."""
    keys = [*range(1, many + 1)]
    said = dict.fromkeys(("site", "note", "phone", "gene"), [""] * many * 9)
    plain = {"vip": [False] * many, "retired": [False] * many}
    known = {"person_key": keys, "birth_date": [date(1990, 1, 1)] * many, **plain}
    return {
        "visits": pa.table({"person_id": keys * 9, "visit_id": keys * 9, **said}),
        "persons": pa.table({**known, "sites": ["H1"] * many}),
    }


def test_a_count_of_few_persons_is_not_told(duck: Duck) -> None:
    ask = Query("count", "visit", ("visit_id",), counted=True)
    assert seen(duck, STEWARD, ask, **crowd(9)) == [{"n": None}]
    assert seen(duck, STEWARD, ask, **crowd(10)) == [{"n": 90}]


def test_a_visit_is_a_relation_of_care_until_it_ended(duck: Duck) -> None:
    def found(access: Access) -> list[object]:
        rows = seen(duck, access, READ, Relations(), cared=VISITED)
        return [row["visit_id"] for row in rows]

    assert found(DOCTOR) == [13]
    assert found(replace(DOCTOR, at=datetime(2026, 3, 26, tzinfo=UTC))) == [13]
    assert found(replace(DOCTOR, at=datetime(2026, 3, 28, tzinfo=UTC))) == []
    assert found(replace(DOCTOR, department="heart")) == [10, 11]
    assert found(replace(DOCTOR, department=None)) == [10, 11, 13]
    assert found(replace(DOCTOR, site="H2")) == []
    assert found(replace(DOCTOR, department="it's")) == []


@pytest.mark.parametrize(
    ("department", "shown"),
    [
        ("chest", ["高血压"]),
        (None, ["高血压"]),
        ("感染科", ["高血压", "病毒病", "HIV抗体"]),
        ("精神科", ["高血压", "抑郁发作"]),
        ("妇科", ["高血压", "医疗性流产"]),
    ],
)
def test_rows_of_a_special_class_are_for_those_who_treat_it(
    duck: Duck, department: str | None, shown: list[str]
) -> None:
    doctor = replace(DOCTOR, department=department)
    ask = Query("read", "finding", ("said",), person=1)
    assert [row["said"] for row in seen(duck, doctor, ask)] == shown
    by_code = (Condition("code", "starts", "F"),)
    search = replace(ask, action="search", person=None, where=by_code)
    found = [row["said"] for row in seen(duck, doctor, search)]
    assert found == [one for one in shown if one == "抑郁发作"]


def test_special_rows_are_for_no_second_use(duck: Duck) -> None:
    ask = Query("list", "finding", ("said",))
    assert [row["said"] for row in seen(duck, STEWARD, ask)] == ["高血压"]
    emergency = replace(DOCTOR, basis="emergency")
    known = Relations(broken_glass=frozenset({1}))
    one = replace(ask, action="read", person=1)
    assert len(seen(duck, emergency, one, known)) == 5


def test_a_project_has_classes_of_its_own(tmp_path: Path) -> None:
    assert classes.load(tmp_path) == classes.load()
    own = tmp_path / classes.NAME
    head = classes.SHIPPED.read_text("utf-8").splitlines()[0]
    own.write_text(f"{head}\ncancer,5,肿瘤科,C,,,癌\n", "utf-8")
    assert [one.name for one in classes.load(tmp_path)] == ["cancer"]
    own.write_text(f"{head}\ncancer,5,肿瘤科,C,,,(癌\n", "utf-8")
    with pytest.raises(Trouble, match="GUARD-CLASSES"):
        classes.load(tmp_path)


def test_a_study_sees_pseudonyms_of_those_who_consented(duck: Duck) -> None:
    known = Relations(consents={1: {"STUDY": "given"}, 3: {"STUDY": "withdrawn"}})
    ask = Query("list", "visit", ("person_id", "visit_id"), order=("visit_id",))
    rows = seen(duck, ANALYST, ask, known)
    assert [row["visit_id"] for row in rows] == [10, 11]
    assert len(str(rows[0]["person_id"])) == 26
    assert rows[0]["person_id"] == rows[1]["person_id"]


def test_what_hospitals_say_of_consents_counts(duck: Duck) -> None:
    ask = Query("list", "visit", ("visit_id",), order=("visit_id",))

    def rows(known: Relations, told: pa.Table = TOLD) -> list[object]:
        found = seen(duck, ANALYST, ask, known, told=told)
        return [row["visit_id"] for row in found]

    assert rows(Relations()) == [10, 11]  # 2 refused, that of 3 is over
    withdrawn = Relations(consents={1: {"STUDY": "withdrawn"}})
    assert rows(withdrawn) == []  # the stricter counts
    given_here = Relations(consents={2: {"STUDY": "given"}})
    assert rows(given_here) == [10, 11]  # what a hospital was refused stays refused
    named = replace(given_here, consents_named=frozenset({2}))
    assert rows(named) == [10, 11, 12]  # but to this recipient it was given
    gone = TOLD.drop_columns("withdrawn").append_column(
        "withdrawn", pa.array([AT.replace(tzinfo=None)] * 4, pa.timestamp("us"))
    )
    assert rows(Relations(), gone) == []
    an_hour_before = replace(ANALYST, at=AT - timedelta(hours=1))
    found = seen(duck, an_hour_before, ask, Relations(), told=gone)
    assert [row["visit_id"] for row in found] == [10, 11]


def test_words_for_consents_are_in_the_order_of_strictness() -> None:
    assert sorted(RESTRICTIVE) == list(RESTRICTIVE)  # SQL takes the greatest
    means = set(consents.words()["means"].to_pylist())
    known = {*PURPOSES, *consents.KINDS, *consents.STATES}
    assert means <= known


def test_breaking_the_glass_opens_one_person_to_reading_only(duck: Duck) -> None:
    emergency = replace(DOCTOR, basis="emergency")
    known = Relations(broken_glass=frozenset({3}))
    one = replace(READ, action="read", person=3)
    assert [row["visit_id"] for row in seen(duck, emergency, one, known)] == [13]
    assert "notice" in GATE.allow(emergency, one, known).duties
    assert seen(duck, emergency, READ, known) == []
    assert seen(duck, emergency, replace(one, person=1), known) == []


def test_a_guardian_reads_until_the_child_turns_14(duck: Duck) -> None:
    guardian = Access("mother", "guardian", "SUBJECT", "contract", "patient", 5)
    known = Relations(guarded=frozenset({2}))
    one = Query("read", "visit", ("visit_id",), person=2)
    before = replace(guardian, at=datetime(2026, 2, 28, tzinfo=UTC))
    birthday = replace(guardian, at=datetime(2026, 3, 1, tzinfo=UTC))
    assert [row["visit_id"] for row in seen(duck, before, one, known)] == [12]
    assert seen(duck, birthday, one, known) == []


def test_a_vip_is_not_found_by_search(duck: Duck) -> None:
    steward = Access("zhao", "steward", "QUALITY", "contract", "secondary", 4)
    ask = Query("search", "visit", ("visit_id",))
    assert [row["visit_id"] for row in seen(duck, steward, ask)] == [10, 11, 12]


def test_rows_about_nobody_need_a_rule_too(duck: Duck) -> None:
    ask = Query("list", "place", ("name",))
    assert [row["name"] for row in seen(duck, DOCTOR, ask)] == ["a", "b"]


def test_a_person_whom_nobody_described_is_not_seen(duck: Duck) -> None:
    assert seen(duck, DOCTOR, READ, persons=persons().slice(2)) == []


HIDDEN = st.lists(st.sampled_from(["", "a", "EGFR", "13800001111"]), min_size=2)


@given(HIDDEN, st.sampled_from(["note", "gene", "phone"]), st.booleans())
def test_two_worlds_that_differ_in_what_is_hidden_answer_alike(
    duck: Duck,
    values: list[str],
    column: str,
    counted: bool,  # noqa: FBT001 - Hypothesis's
) -> None:
    """Rows 12 and 13 (not in care at H1) and all genes differ; answers may not."""
    changed = VISITS.to_pylist()
    hidden = range(4) if column == "gene" else (2, 3)
    for n in hidden:
        changed[n][column] = values[n % len(values)]
    other = pa.Table.from_pylist(changed, schema=VISITS.schema)
    show = ("visit_id", "note", "phone", "gene")
    ask = Query(
        "count" if counted else "search",
        "visit",
        show,
        where=(Condition("note", "contains", "a"),),
        order=("-note",),
        counted=counted,
    )
    assert seen(duck, DOCTOR, ask) == seen(duck, DOCTOR, ask, visits=other)
