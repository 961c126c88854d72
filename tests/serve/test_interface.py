"""The described interface, called at random by schemathesis: never a server error.

Answers have a status and a kind that the description names. POST is left out here: it
starts runs.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    status_code_conformance,
)

from datong.guard import signin
from datong.guard.signin import NewUser
from datong.serve.web import app as serving
from datong.serve.web.rates import Limit
from datong.serve.web.state import Options, State
from tests.region import region
from tests.serve.conftest import PASSWORD

__all__ = ["region"]
UNHEALTHY = list(HealthCheck)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]


@pytest.fixture(scope="module")
def served(region: Path) -> Iterator[tuple[FastAPI, str]]:
    """The application over the region, and a steward's token."""
    app = serving.make_app(Options(region))
    state: State = app.state.datong
    new = NewUser("caller", "", PASSWORD, [("steward", "H001", None)])
    user = signin.make_user(state.store, new)
    key = signin.open_session(state.store, state.policy, user)
    person = signin.who(state.store, key)
    assert person is not None
    scopes = ["read", "search", "list", "count"]
    yield app, signin.make_token(state.store, person, "random", scopes, 1)
    state.audit.close()
    state.store.dispose()


@pytest.fixture
def interface(
    served: tuple[FastAPI, str], monkeypatch: pytest.MonkeyPatch
) -> schemathesis.BaseSchema:
    """The description, as the server gives it."""
    monkeypatch.setattr("datong.serve.web.visit.PAGES", Limit(1e9, 1e9))
    app, token = served
    allowed = {"Authorization": f"Bearer {token}"}
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=allowed)


@pytest.mark.parametrize("tries", [12, pytest.param(400, marks=pytest.mark.slow)])
def test_random_calls_are_no_server_errors(
    interface: schemathesis.BaseSchema, served: tuple[FastAPI, str], tries: int
) -> None:
    allowed = {"Authorization": f"Bearer {served[1]}"}
    called = 0
    for found in interface.exclude(method="POST").get_all_operations():
        operation = found.ok()
        called += 1

        @settings(
            max_examples=tries, deadline=None, suppress_health_check=[*HealthCheck]
        )
        @given(operation.as_strategy())
        def call(case: schemathesis.Case) -> None:
            answer = case.call(headers=allowed)
            case.validate_response(answer, checks=CHECKS)

        call()
    assert called >= 12
