"""Signing in by OpenID Connect, against a provider that is a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient

from datong.core.reason import Trouble
from datong.guard import openid, policy, signin
from datong.guard.audit import reading
from datong.serve.web import app as serving
from datong.serve.web.pages import openid as pages
from datong.serve.web.state import Options, State
from tests.serve import provider
from tests.serve.conftest import PASSWORD

ROOT = Path(__file__).parents[2]
HATS = """
[[hat]]
claim = "realm_access.roles"
value = "chest"
role = "specialist"
site_from = "hospital"
department = "chest"
[[hat]]
claim = "realm_access.roles"
value = "watch"
role = "auditor"
"""
WANG = {
    "preferred_username": "wang",
    "name": "Dr Wang",
    "hospital": "H001",
    "amr": ["pwd", "otp"],
    "realm_access": {"roles": ["chest", "staff"]},
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The provider, started."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    ran = [sys.executable, "-m", "tests.serve.provider", str(port)]
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    with subprocess.Popen(ran, env={**os.environ, "PYTHONPATH": path}) as process:
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                httpx.get(f"{address}/keys")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address
        process.terminate()


@pytest.fixture
def client(
    issuer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """A browser before a server that trusts the provider."""
    monkeypatch.setenv(pages.SECRET, provider.SECRET)
    pages._client.cache_clear()  # noqa: SLF001 - each test has a provider of its own
    (tmp_path / "openid.toml").write_text(
        f'issuer = "{issuer}"\nclient = "datong"\naddress = "https://testserver"\n'
        f'en = "Hospital account"\nzh = "医院账号"\nsecond_factor = ["otp"]\n{HATS}',
        encoding="utf-8",
    )
    httpx.post(f"{issuer}/claims", json={"w1": WANG})
    app = serving.make_app(Options(tmp_path))
    app.state.datong.setup_token = ""
    with TestClient(app, "https://testserver", follow_redirects=False) as made:
        yield made


@pytest.fixture
def state(client: TestClient) -> State:
    found: State = client.app.state.datong  # type: ignore[attr-defined]  # FastAPI
    return found


def leave(client: TestClient, who: str, back: str = "/account") -> str:
    """Go to the provider, sign in there, and return where it sends the browser."""
    away = client.get("/sign-in/openid", params={"back": back}).headers["location"]
    assert parse_qs(urlsplit(away).query)["code_challenge_method"] == ["S256"]
    return httpx.get(f"{away}&who={who}").headers["location"]


def test_roles_come_from_claims(client: TestClient, state: State) -> None:
    assert "Hospital account" in client.get("/sign-in").text
    answer = client.get(leave(client, "w1"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    person = signin.who(state.store, client.cookies["__Host-datong"])
    assert person is not None
    assert (person.name, person.shown) == ("wang", "Dr Wang")
    assert (person.role, person.site, person.department) == (
        "specialist",
        "H001",
        "chest",
    )
    assert person.second_factor
    with pytest.raises(Trouble, match="SIGN-WRONG"):  # no password, so none is right
        signin.check(state.store, "wang", PASSWORD)
    events = reading.looks(state.audit.folder.parent, who="w1").to_pylist()
    assert [one["outcome"] for one in events] == ["allowed"]


def test_what_the_provider_takes_away_is_gone(
    client: TestClient, state: State, issuer: str
) -> None:
    client.get(leave(client, "w1"))
    key = client.cookies["__Host-datong"]
    person = signin.who(state.store, key)
    assert person is not None
    token = signin.make_token(state.store, person, "job", ["read"], 3)
    both = {**WANG, "realm_access": {"roles": ["chest", "watch"]}}
    httpx.post(f"{issuer}/claims", json={"w1": both})
    assert client.get(leave(client, "w1")).status_code == 403  # power over access, data
    moved = {**WANG, "hospital": "H002", "amr": ["pwd"]}
    httpx.post(f"{issuer}/claims", json={"w1": moved})
    assert client.get(leave(client, "w1")).status_code == 303
    again = signin.who(state.store, client.cookies["__Host-datong"])
    assert again is not None
    assert (again.id, again.site, again.second_factor) == (person.id, "H002", False)
    assert signin.who(state.store, key) is None
    assert signin.who_by_token(state.store, token) is None
    httpx.post(f"{issuer}/claims", json={"w1": {**WANG, "realm_access": {}}})
    assert client.get(leave(client, "w1")).status_code == 403


def test_two_subjects_of_one_name_are_two_people(
    client: TestClient, state: State, issuer: str
) -> None:
    httpx.post(f"{issuer}/claims", json={"w2": WANG})
    numbers = set()
    for who in ("w1", "w2", "w1"):
        client.get(leave(client, who))
        person = signin.who(state.store, client.cookies["__Host-datong"])
        assert person is not None
        numbers.add((person.id, person.name == "wang"))
    assert len({number for number, _ in numbers}) == 2
    assert {plain for _, plain in numbers} == {True, False}


@pytest.mark.parametrize(
    "how", ["nonce", "audience", "issuer", "expired", "key", "secret", "none"]
)
def test_a_wrong_token_opens_nothing(client: TestClient, issuer: str, how: str) -> None:
    httpx.post(f"{issuer}/spoil", params={"how": how})
    answer = client.get(leave(client, "w1"))
    assert answer.status_code == 401
    assert "SIGN-UNVOUCHED" in answer.text
    assert "__Host-datong" not in client.cookies


def test_a_sign_in_belongs_to_one_browser_and_is_good_once(
    client: TestClient,
) -> None:
    back = leave(client, "w1")
    other = TestClient(client.app, "https://testserver", follow_redirects=False)
    assert other.get(back).status_code == 401  # forged onto somebody else
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 401
    assert client.get(leave(client, "refuses")).status_code == 401
    assert client.get("/sign-in/openid/back?code=x&state=y").status_code == 401


def test_the_provider_may_change_its_keys(client: TestClient, issuer: str) -> None:
    assert client.get(leave(client, "w1")).status_code == 303
    httpx.post(f"{issuer}/rotate")
    assert client.get(leave(client, "w1")).status_code == 303


def test_back_leads_to_no_other_host(client: TestClient) -> None:
    answer = client.get(leave(client, "w1", back="//evil.example"))
    assert answer.headers["location"] == "/"


def test_without_the_file_there_is_no_such_page(tmp_path: Path) -> None:
    app = serving.make_app(Options(tmp_path))
    with TestClient(app, "https://testserver", follow_redirects=False) as client:
        assert client.get("/sign-in/openid").status_code in (303, 404)
        assert "openid" not in client.get("/sign-in").text


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("https://login", "http://login"),
        ("specialist", "wizard"),
        ("client", "clients"),
        ("[[hat]]", "[hat"),
    ],
)
def test_a_file_that_is_not_right_stops_the_start(
    tmp_path: Path, was: str, now: str
) -> None:
    text = (
        'issuer = "https://login.example"\nclient = "datong"\n'
        f'address = "https://here.example"\nen = "a"\nzh = "甲"\n{HATS}'
    )
    place = tmp_path / "openid.toml"
    place.write_text(text, "utf-8")
    assert openid.load(place, policy.load())
    place.write_text(text.replace(was, now), "utf-8")
    with pytest.raises(Trouble, match="SIGN-OPENID"):
        openid.load(place, policy.load())
