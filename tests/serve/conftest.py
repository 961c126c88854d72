"""The application as a client meets it, without a network."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from datong.guard import signin
from datong.guard.signin import NewUser
from datong.serve.web import app as serving
from datong.serve.web.state import Options
from tests.hashing import quick_hashing

__all__ = ["quick_hashing"]

PASSWORD = "four words put together"  # noqa: S105 - of an invented user
HATS = {
    "steward": [("steward", None, None), ("administrator", None, None)],
    "admin": [("administrator", None, None)],
    "auditor": [("auditor", None, None)],
    "wang": [("specialist", "H001", "chest")],
    "mei": [("analyst", None, None)],
    "zhou": [("registrar", "H001", None)],
}
Signed = Callable[[str], TestClient]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A client that is nobody yet."""
    app = serving.make_app(Options(tmp_path))
    for name, hats in HATS.items():
        new = NewUser(name, name.title(), PASSWORD, hats)
        signin.make_user(app.state.datong.store, new)
    app.state.datong.setup_token = ""
    with TestClient(app, "https://testserver", follow_redirects=False) as made:
        yield made


@pytest.fixture
def signed(client: TestClient) -> Signed:
    """Sign the client in as somebody; forms then carry their token."""

    def sign(name: str) -> TestClient:
        form = {"name": name, "password": PASSWORD}
        answer = client.post("/sign-in", data=form)
        assert answer.status_code == 303
        page = client.get("/account").text
        token = re.search(r'name="csrf" value="(\w+)"', page)
        assert token
        client.headers["X-CSRF-Token"] = token[1]
        return client

    return sign
