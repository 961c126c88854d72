"""Pages and calls over a real release: what each may see, what the audit has."""

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck
from datong.guard import signin
from datong.guard.audit import reading
from datong.guard.catalogue import shipped
from datong.guard.gate import Gate
from datong.guard.signin import NewUser
from datong.mapping.compile import stored
from datong.run.project import Project
from datong.run.reader import Reader
from datong.serve.reading import desk
from datong.serve.web import app as serving
from datong.serve.web import menu
from datong.serve.web.state import Options, State
from datong.standards.omop.fields import tables as omop_tables
from datong.standards.records import all_kinds
from datong.store.manifest import now
from datong.store.relations import CARE
from tests.region import region
from tests.serve.conftest import HATS, PASSWORD

__all__ = ["region"]
As = Callable[[str], TestClient]
APPS: dict[int, FastAPI] = {}


def spoil(file: Path) -> None:
    """Write a time that is none into a file, as hospitals do."""
    text = file.read_bytes()
    change = rb"2024-\d\d-\d\d \d\d:\d\d:\d\d"
    spoilt, times = re.subn(change, b"0000-00-00 00:00:00", text, count=1)
    assert times
    file.write_bytes(spoilt)


@pytest.fixture(scope="module")
def app(region: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """The application over a copy of the region."""
    folder = tmp_path_factory.mktemp("served") / "project"
    shutil.copytree(region, folder)
    spoil(folder / "silos" / "H001" / "检验结果_2024.csv")
    Project(folder).run()
    made = serving.make_app(Options(folder))
    state: State = made.state.datong
    for name, hats in HATS.items():
        signin.make_user(state.store, NewUser(name, name.title(), PASSWORD, hats))
    state.setup_token = ""
    state.rates.buckets.clear()
    APPS[id(state)] = made
    with TestClient(made, "https://testserver", follow_redirects=False):
        yield state, made  # type: ignore[misc]  # both are of use


@pytest.fixture
def state(app: tuple[State, object]) -> State:
    return app[0]


@pytest.fixture
def sign(app: tuple[State, object]) -> As:
    """Sign somebody in."""

    def signed(name: str) -> TestClient:
        app[0].rates.buckets.clear()
        client = TestClient(app[1], "https://testserver", follow_redirects=False)  # type: ignore[arg-type]  # it is the application
        client.post("/sign-in", data={"name": name, "password": PASSWORD})
        token = re.search(r'name="csrf" value="(\w+)"', client.get("/account").text)
        assert token
        client.headers["X-CSRF-Token"] = token[1]
        return client

    return signed


@pytest.fixture
def patient(state: State) -> int:
    """Somebody with records in H001."""
    with state.desk.published.project.read() as reader:
        asked = "select person from records.lab_result where organization = 'H001'"
        return int(reader.query(f"{asked} limit 1").column(0)[0].as_py())


def looks(state: State, person: int) -> list[dict[str, object]]:
    root = state.audit.folder.parent
    return reading.looks(root, person).to_pylist()


def test_the_region_at_a_glance(sign: As, state: State) -> None:
    page = sign("steward").get("/").text
    told = sign("admin").get("/api/v1/region").json()
    with state.desk.published.project.read() as reader:
        tables = reader.tables()
    assert told["persons"] == tables["omop.person"]
    assert sum(told["rejects"].values()) == tables["ledger.rejects"]
    assert all(one["name"] in page for one in told["sources"])
    few = [one for one in told["sites"] if one["persons"] is not None]
    assert all(one["persons"] >= 10 for one in few)


def test_a_doctor_sees_only_those_in_care(sign: As, state: State, patient: int) -> None:
    client = sign("wang")
    place = f"/api/v1/people/{patient}"
    assert client.get(place).status_code == 404
    assert client.get("/api/v1/search?words=a").json()["rows"] == []
    with state.store.begin() as db:
        db.execute(
            CARE.insert().values(
                user=4,
                person_key=patient,
                kind="visit",
                starts_at=now().replace(year=2000),
                ends_at=now().replace(year=2100),
            )
        )
    client = sign("wang")
    rows = client.get(place).json()["rows"]
    assert {"H001"} <= {row["organization"] for row in rows}
    assert client.get(f"/people/{patient}").text.count("<tr") > len(rows) // 2
    outcomes = [one["outcome"] for one in looks(state, patient)]
    assert outcomes[:2] == ["allowed", "allowed"]
    assert outcomes[-1] == "refused"
    with state.store.begin() as db:
        db.execute(CARE.delete())
    assert client.get(place).status_code == 404


def test_absent_and_refused_answer_alike(sign: As, patient: int) -> None:
    client = sign("wang")
    there = client.get(f"/people/{patient}")
    never = client.get("/people/99999999")
    assert there.status_code == never.status_code == 404
    assert re.sub(r"\d+", "", there.text) == re.sub(r"\d+", "", never.text)


def test_breaking_the_glass_is_told_to_a_colleague(
    sign: As, state: State, patient: int
) -> None:
    client = sign("wang")
    short = {"reason": "life", "words": "quick"}
    place = f"/people/{patient}/emergency"
    assert client.post(place, data=short).status_code == 400
    whole = {"reason": "life", "words": "found unconscious in the hall"}
    assert client.post(place, data=whole).status_code == 303
    assert client.get(f"/people/{patient}").status_code == 200
    assert client.get("/api/v1/search?words=a").json()["rows"] == []
    assert "treat-emergency" in str(looks(state, patient)[0]["rules"])
    assert "found unconscious" not in sign("steward").get("/review").text
    reviewer = sign("auditor")
    assert 'class="badge">1<' in reviewer.get("/").text
    told = reviewer.get("/emergencies").text
    assert "found unconscious in the hall" in told
    act = re.search(r"/emergencies/\d+/wrong", told)
    assert act
    assert sign("steward").post(act[0]).status_code == 403
    assert sign("auditor").post(act[0]).status_code == 303
    assert client.get(f"/people/{patient}").status_code == 404  # it has ended


def test_consent_opens_a_study_and_its_withdrawal_ends_it(
    sign: As, patient: int
) -> None:
    analyst, place = sign("mei"), f"/api/v1/people/{patient}"
    study = {"access": "STUDY|separate|study"}
    assert analyst.post("/account/purpose", data=study).status_code == 303
    assert analyst.get(place).status_code == 404
    form = {"person": patient, "purpose": "STUDY", "kind": "separate", "state": "given"}
    assert analyst.post("/consents", data=form).status_code == 403
    registrar = sign("zhou")
    assert registrar.post("/consents", data=form).status_code == 303
    assert analyst.get(place).json()["rows"]
    page = registrar.get(f"/consents?person={patient}").text
    act = re.search(r"/consents/\d+/withdraw", page)
    assert act
    assert registrar.post(act[0], data={"person": patient}).status_code == 303
    assert analyst.get(place).status_code == 404
    own = f"/consents?person={patient}"
    assert sign("wang").get(own).status_code == 403


def test_a_patient_is_told_who_looked(sign: As, state: State, patient: int) -> None:
    form = {"name": "lily", "role": "patient", "person": str(patient)}
    made = sign("admin").post("/users", data=form).text
    password = re.search(r'class="secret">([^<]+)<', made)
    assert password
    client = TestClient(state_app(state), "https://testserver", follow_redirects=False)
    client.post("/sign-in", data={"name": "lily", "password": password[1]})
    assert sign("steward").get(f"/people/{patient}").status_code == 200
    told = client.get("/mine").text
    assert "read the record" in told
    assert "Data steward" in told
    assert client.get(f"/people/{patient}").status_code == 200
    assert client.get(f"/people/{patient + 1}").status_code == 404
    assert "lily" not in re.sub(
        r"(?s)<header.*?</header>", "", client.get("/mine").text
    )
    assert sign("steward").get("/mine").status_code == 403


def test_a_search_by_names_finds_what_a_scan_finds(
    sign: As, state: State, patient: int
) -> None:
    duck = state.desk.published.duck()
    about = "select text from timeline where person = ? and text is not null limit 1"
    word = str(duck.one(about, patient)[0])[:2]
    scan = "select count(*) from timeline where contains(text, ?) and special = ''"
    (many,) = duck.one(scan, word)
    client, seen = sign("steward"), 0
    while True:
        state.rates.buckets.clear()
        asked = {"words": word, "offset": seen, "limit": 200}
        rows = client.get("/api/v1/search", params=asked).json()["rows"]
        assert all(word in row["text"] for row in rows)
        seen += len(rows)
        if not rows or seen > 5000:
            break
    assert seen == many or seen > 5000
    assert client.get("/api/v1/search?words=' or 1=1 --").json()["rows"] == []


def test_a_release_is_laid_out_aside(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks is told, or reads the release before, until it is done."""
    go, serving_ = threading.Event(), Reader.serving

    def slowly(reader: Reader) -> Duck:
        go.wait(60)
        return serving_(reader)

    monkeypatch.setattr(desk, "PATIENCE", 0.0)
    monkeypatch.setattr(desk, "FRESH", 0.0)
    monkeypatch.setattr(Reader, "serving", slowly)
    published = desk.Published(state.options.project)
    releases = published.project.releases
    current = releases.current()
    former = next(one.id for one in releases.all() if one.id != current)
    with pytest.raises(Trouble, match="SERVE-LAYING-OUT"):
        published.reader()
    assert (published.is_open, published.coming) == (False, current)
    go.set()
    assert until(published, current)
    go.clear()
    releases.restore(former)
    shown = published.reader().release.id
    assert (shown, published.coming) == (current, former)
    go.set()
    assert until(published, former)
    assert published.coming is None
    releases.restore(current)


def until(published: desk.Published, release: int) -> bool:
    """Ask until a release is read."""
    for _ in range(3000):
        with suppress(Trouble):
            if published.reader().release.id == release:
                return True
        time.sleep(0.02)
    return False


def state_app(state: State) -> FastAPI:
    """The application of a state."""
    return APPS[id(state)]


def test_where_nothing_is_permitted_no_route_tells_anything(
    sign: As, state: State, patient: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every address, with a policy without rules: no word of the data leaves."""
    with state.desk.published.project.read() as reader:
        of_them = f"records.lab_result where person = {patient}"
        rows = reader.query(f"select item_text, record from {of_them}").to_pylist()
    words = {row["item_text"] for row in rows}
    client, told = sign("steward"), []
    given = {"words": rows[0]["item_text"], "what": f"lab_result:{rows[0]['record']}"}
    places = [
        path.replace("people/{number}", f"people/{patient}")
        .replace("{table}", "lab_result")
        .replace("{name}", "records.lab_result")
        .replace("{number}", str(rows[0]["record"]))
        for router in menu.routers()
        for path in (route.path for route in router.routes if "GET" in route.methods)  # type: ignore[attr-defined]  # APIRoute
    ]

    def said() -> set[str]:
        state.rates.buckets.clear()
        told[:] = [client.get(place, params=given).text for place in places]
        return {
            word
            for word in words
            for text in told
            if f">{word}" in text or f'"{word}"' in text
        }

    assert said()
    closed = replace(state.policy, rules=())
    monkeypatch.setattr(state.desk, "gate", Gate(closed, state.gate.tables))
    given = {}
    assert said() == set()


def test_a_record_is_traced_to_its_line(sign: As, patient: int) -> None:
    client = sign("steward")
    rows = client.get(f"/api/v1/people/{patient}").json()["rows"]
    lab = next(r for r in rows if r["kind"] == "lab_result")
    found = client.get(f"/api/v1/trace/lab_result/{lab['record']}").json()["rows"][0]
    place = found["place"]
    assert lab["value"] in found["cells"].values()
    asked = {"file": place["file"], "line": place["line"]}
    again = client.get("/api/v1/trace", params=asked).json()["rows"][0]
    assert again["records"] == found["records"]
    assert found["rows"]["measurement"]
    page = client.get(f"/trace?what=lab_result:{lab['record']}").text
    assert place["file"] in page
    assert (
        sign("wang").get(f"/trace?what=lab_result:{lab['record']}").status_code == 404
    )


def test_identifiers_are_in_no_answer(sign: As, patient: int) -> None:
    client = sign("steward")
    for name, columns in client.get("/api/v1/tables").json()["tables"].items():
        assert not {"local_id", "number"} & set(columns) or "practitioner" in name
    assert client.get("/api/v1/tables/guard_person").status_code == 404
    assert client.get("/api/v1/tables/records.identifier").status_code == 404
    rows = client.get(f"/api/v1/tables/omop.person?person={patient}").json()["rows"]
    assert rows[0]["person_id"] == patient


def test_a_reject_is_mended_and_the_next_run_reads_it(sign: As, state: State) -> None:
    client = sign("steward")
    codes = {one["kind"] for one in client.get("/api/v1/rejects").json()["rows"]}
    listed = [
        row
        for code in sorted(codes)
        for row in client.get(f"/api/v1/rejects/{code}").json()["rows"]
    ]
    first = next(row for row in listed if row["organization"] == "H001")
    assert first["file"] in client.get(f"/rejects/{first['code']}").text
    place = f"/rejects/row/{first['_row']}"
    page = client.get(place).text
    cells = dict(re.findall(r'name="(cell:[^"]+)" value="([^"]*)"', page))
    wrong = [name for name, value in cells.items() if value == first["value"]]
    right = "2024-03-05 10:00:00" if "TIME" in first["code"] else "已审核"
    cells |= dict.fromkeys(wrong, right)
    assert client.post(place, data=cells).status_code == 303
    assert sign("wang").get(place).status_code == 404
    before = state.desk.published.project.reject_counts()
    Project(state.options.project).run()
    state.desk.published._checked = 0.0  # noqa: SLF001 - not to wait a second
    assert sum(state.desk.published.project.reject_counts().values()) < sum(
        before.values()
    )


def test_a_token_is_narrowed(sign: As, patient: int) -> None:
    form = {"name": "job", "days": "3", "scopes": ["list"]}
    page = sign("steward").post("/account/token", data=form).text
    token = re.search(r"dt_[\w-]+", page)
    assert token
    client = sign("steward")
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {token[0]}"
    assert client.get("/api/v1/me").json()["scopes"] == ["list"]
    assert client.get(f"/api/v1/people/{patient}").status_code == 404
    assert client.get("/api/v1/search?kind=diagnosis").json()["rows"]
    assert client.post("/api/v1/runs").status_code == 403
    assert client.get("/").status_code == 303  # a token opens no page


def test_every_column_has_a_grade() -> None:
    tables = shipped()
    for kind in all_kinds().values():
        if kind.vault:
            continue
        table = tables[f"records.{kind.name}"]
        for column in stored(kind):
            assert column.name in table.grades, f"{kind.name}.{column.name}"
    for name, columns in omop_tables().items():
        if (table := tables.get(f"omop.{name}")) is not None:
            assert {one.name for one in columns} <= set(table.grades), name
