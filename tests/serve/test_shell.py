"""The shell: nobody gets in unasked, and nothing more leaves than was asked for."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from datong.core.decision import Decision, Effect, State
from datong.guard import signin
from datong.guard.audit import chain, reading
from datong.guard.clock import clock
from datong.serve.web import menu
from datong.serve.web.pages.sign_in import local
from datong.serve.web.rates import Limit, Rates
from datong.serve.web.visit import PUBLIC, SAFE
from datong.store import decisions
from datong.store.decisions import Card, Filter
from datong.store.people import SESSION
from tests.serve.conftest import PASSWORD, Signed

ROUTES = [
    (method, route.path)
    for router in menu.routers()
    for route in router.routes
    for method in sorted(route.methods - {"HEAD"})  # type: ignore[attr-defined]  # APIRoute
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nobody_gets_in_without_signing_in(
    client: TestClient, method: str, path: str
) -> None:
    place = path.replace("{number}", "1").replace("{act}", "accept")
    answer = client.request(method, place.replace("{language}", "zh"))
    if path.startswith(PUBLIC):
        return
    if path.startswith("/api/"):
        assert answer.status_code == 401
        assert set(answer.json()) == {"code", "message"}
        return
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_form_of_another_site_is_refused(
    signed: Signed, method: str, path: str
) -> None:
    client = signed("steward")
    place = path.replace("{number}", "1").replace("{act}", "accept")
    if method in SAFE:
        return
    del client.headers["X-CSRF-Token"]
    assert client.post(place, data={"csrf": "guess"}).status_code == 403
    client.headers["Sec-Fetch-Site"] = "cross-site"
    assert client.post(place).status_code == 403


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for path in ("/sign-in", "/nothing", "/assets/datong.css", "/health/ready"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-request-id"]
    assert client.get("/sign-in").headers["cache-control"] == "no-store"


def test_the_cookie_is_kept_from_scripts(signed: Signed) -> None:
    client = signed("wang")
    cookie = client.post("/sign-in", data={"name": "wang", "password": PASSWORD})
    said = cookie.headers["set-cookie"]
    assert said.startswith("__Host-datong=")
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in said


def test_unknown_and_hidden_answer_alike(signed: Signed) -> None:
    client = signed("steward")
    hidden, absent = client.get("/review/999999"), client.get("/no/such/page")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.text.replace("/review/999999", "") == absent.text.replace(
        "/no/such/page", ""
    )


def test_a_right_belongs_to_a_role(signed: Signed) -> None:
    client = signed("wang")
    assert client.get("/users").status_code == 403
    assert client.get("/audit").status_code == 403
    assert "/users" not in client.get("/").text


def test_nobody_mixes_power_over_access_with_data(signed: Signed) -> None:
    client = signed("admin")
    wang = client.app.state.datong.store  # type: ignore[attr-defined]  # FastAPI
    number = signin.check(wang, "wang", PASSWORD)
    answer = client.post(f"/users/{number}/hats/add", data={"role": "auditor"})
    assert "SERVE-MIXED" in answer.text
    assert client.post(f"/users/{number}/hats/add", data={"role": "nurse"}).is_redirect


def test_a_user_is_made_disabled_and_signed_out(signed: Signed) -> None:
    client = signed("admin")
    made = client.post("/users", data={"name": "zhao", "role": "nurse", "site": "H1"})
    assert "First password of zhao" in made.text
    taken = client.post("/users", data={"name": "zhao", "role": "nurse"})
    assert "already" in taken.text
    store = client.app.state.datong.store  # type: ignore[attr-defined]  # FastAPI
    number = signin.check(store, "wang", PASSWORD)
    key = signin.open_session(store, client.app.state.datong.policy, number)  # type: ignore[attr-defined]  # FastAPI
    assert client.post(f"/users/{number}/disable").is_redirect
    assert signin.who(store, key) is None


def test_a_session_that_idled_has_ended(signed: Signed) -> None:
    client = signed("steward")
    store = client.app.state.datong.store  # type: ignore[attr-defined]  # FastAPI
    long_ago = clock() - signin.IDLE - timedelta(seconds=1)
    with store.begin() as db:
        db.execute(update(SESSION).values(seen_at=long_ago))
    assert client.get("/").status_code == 303


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil", "javascript:1", "/\n"]
)
def test_nobody_is_sent_to_another_host(client: TestClient, back: str) -> None:
    assert local(back) == "/"
    answer = client.get("/language/zh", params={"back": back})
    assert answer.headers["location"] == "/"


def test_the_language_is_chosen_and_stays(client: TestClient) -> None:
    asked = {"accept-language": "zh-CN,zh;q=0.9"}
    assert "登录" in client.get("/sign-in", headers=asked).text
    client.get("/language/en")
    assert "Password" in client.get("/sign-in", headers=asked).text


def test_rates_are_limited_and_fill_again() -> None:
    rates, limit = Rates(), Limit(burst=2, per_second=1)
    waits = [rates.wait("a", limit, now=0.0) for _ in range(3)]
    assert waits[:2] == [0.0, 0.0]
    assert waits[2] > 0
    assert rates.wait("b", limit, now=0.0) == 0.0
    assert rates.wait("a", limit, now=1.0) == 0.0


def test_sign_in_is_limited(client: TestClient) -> None:
    form = {"name": "nobody", "password": "x"}
    said = {client.post("/sign-in", data=form).status_code for _ in range(12)}
    assert said == {401, 429}


def test_every_decision_is_in_the_audit_before_the_answer(signed: Signed) -> None:
    client = signed("steward")
    state = client.app.state.datong  # type: ignore[attr-defined]  # FastAPI
    decision = Decision("mapping", "=cmd()", {"field": "sex"}, (), Effect(5, 2))
    decisions.propose(state.store, [Card(decision)])
    number = decisions.queue(state.store, Filter())[0].id
    assert client.post(f"/review/{number}/accept").status_code == 200
    events = reading.looks(state.audit.folder.parent, who="steward").to_pylist()
    assert events[0]["asked"] == f"mapping {number} accept"
    assert chain.verify(state.audit.folder).seq == state.audit.seq
    exported = client.get("/review/export.csv?state=accepted").text
    assert "'=cmd()" in exported


def test_an_unwritable_audit_means_no_decision(
    signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed("steward")
    state = client.app.state.datong  # type: ignore[attr-defined]  # FastAPI
    decisions.propose(state.store, [Card(Decision("mapping", "xb", {}))])
    number = decisions.queue(state.store, Filter())[0].id
    monkeypatch.setattr(state.audit, "folder", state.audit.folder / "gone")
    assert client.post(f"/review/{number}/accept").status_code == 503
    assert decisions.queue(state.store, Filter())[0].state == "proposed"


def test_odd_requests_are_no_server_errors(signed: Signed) -> None:
    client = signed("steward")
    for path in (
        "/review?state=odd&order=odd&above=7&offset=-5",
        "/review?above=x",
        "/review?words=%25_%5C'\"",
        "/review?room=%00",
        "/review/0",
        "/review/99999999999999999999999",
        "/review/abc",
        "/audit?person=x",
    ):
        assert client.get(path).status_code < 500, path
    assert client.post("/review/1/odd").status_code < 500
    assert client.post("/account/purpose", data={"access": "a|b"}).status_code < 500


@given(
    st.sampled_from(
        [path for method, path in ROUTES if method == "GET" and "/run" not in path]
    ),
    st.dictionaries(
        st.sampled_from(
            [
                "words",
                "kind",
                "what",
                "file",
                "line",
                "offset",
                "limit",
                "person",
                "since",
                "state",
                "verdict",
            ]
        ),
        st.one_of(st.text(max_size=8), st.integers().map(str)),
    ),
    st.one_of(
        st.text("a:/%'\"\x00Ω0-9", min_size=1, max_size=6), st.integers(0).map(str)
    ),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_nothing_that_is_asked_breaks_the_server(
    signed: Signed, path: str, asked: dict[str, str], part: str
) -> None:
    client = signed("steward")
    client.app.state.datong.rates.buckets.clear()  # type: ignore[attr-defined]  # the application
    place = re.sub(r"{\w+}", quote(part, safe=""), path)
    assert client.get(place, params=asked).status_code < 500


def test_two_persons_decide_where_the_policy_asks(signed: Signed) -> None:
    """The shipped policy asks for two on identity (`[[review]]`), one on a mapping."""
    client = signed("steward")
    store = client.app.state.datong.store  # type: ignore[attr-defined]  # Starlette's
    for room, name in (("link", "a"), ("link", "b"), ("mapping", "c")):
        decisions.propose(store, [Card(Decision(room, name, {"same": True}))])
    one, two = (row.id for row in decisions.queue(store, Filter(room="link"), 2))
    assert "Two different persons" in client.get(f"/review/{one}").text
    assert "a second person" in client.post(f"/review/{one}/accept").text
    assert client.post(f"/review/{one}/accept").status_code == 400  # the same one
    assert client.post("/review/all", data={"expected": 3}).status_code == 200
    assert {row.subject for row in decisions.queue(store, Filter(), 9)} == {"a", "b"}
    other = signed("wang")
    assert f'data-decision="{one}"' not in other.post(f"/review/{one}/accept").text
    other.post("/review/all", data={"expected": 1})
    assert decisions.get(store, two).state == State.ACCEPTED.value
    assert decisions.get(store, two).who == "steward, wang"
