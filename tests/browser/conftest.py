"""A real server on loopback and a real Chromium, which may talk to nobody else."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from datong.core.decision import Decision, Effect
from datong.guard import consents, glass, signin
from datong.guard.consents import Consent
from datong.guard.signin import NewUser
from datong.serve.web import app as serving
from datong.serve.web.state import Options, State
from datong.store import decisions
from datong.store.decisions import Card

playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
CHROMIUM = shutil.which("chromium") or ""
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PASSWORD = "four words put together"  # noqa: S105 - of an invented user
HATS = {
    "admin": [("administrator", None, None)],
    "steward": [("steward", None, None), ("administrator", None, None)],
    "auditor": [("auditor", None, None)],
    "registrar": [("registrar", "H001", None)],
    "wang": [("specialist", "H001", "chest")],
    "lily": [("patient", None, None)],  # person 7
}


@dataclass(slots=True)
class Site:
    """The server as the tests know it."""

    address: str
    state: State
    cookies: dict[str, list[Any]] = field(default_factory=dict)  # of those signed in


@dataclass(slots=True)
class Seen:
    """What a browser did beside showing pages."""

    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)


@contextmanager
def served(project: Path) -> Iterator[Site]:
    """Serve a project from a thread, on a port that the system chose."""
    app = serving.make_app(Options(project))
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Site(f"http://127.0.0.1:{port}", app.state.datong)
    server.should_exit = True
    thread.join()


def propose(state: State, many: int = 120) -> None:
    """Put invented mapping suggestions into the queue."""
    fields = ("sex", "birth_date", "result_value", "visit_no", "dept_code")
    cards = []
    for n in range(many):
        name = f"lis_result.c{n:04d}_{fields[n % 5]}"
        decision = Decision(
            "mapping",
            name,
            {"field": fields[n % 5], "kind": "result", "unit": "mmol/L"},
            (
                "列名相似：结果值",
                "values look like numbers in 3.1–7.9",
                "neighbours fit",
            ),
            Effect(rows=(many - n) * 1000, persons=(many - n) * 7),
            edition="2026.1",
        )
        others = ({"field": "other"}, {"field": "note"})
        needs = 2 if n == 1 else 1
        cards.append(
            Card(decision, others, 0.97 - n / 300, f"*_{fields[n % 5]}", needs)
        )
    decisions.propose(state.store, cards)


def live(state: State) -> None:
    """Let a consent be given and one withdrawn, and an emergency be waiting."""
    for purpose in ("STUDY", "INSURE"):
        said = Consent(7, purpose, "separate", "given", 365)
        consents.write(state.store, said)
    consents.withdraw(state.store, 7, 1)
    user = signin.check(state.store, "wang", PASSWORD)
    doctor = signin.who(
        state.store, signin.open_session(state.store, state.policy, user)
    )
    assert doctor is not None
    glass.break_glass(state.store, doctor, 7, "life", "found unconscious in the hall")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with a steward, an auditor and a queue."""
    with served(tmp_path_factory.mktemp("project")) as running:
        for name, hats in HATS.items():
            new = NewUser(name, f"{name.title()} 王", PASSWORD, hats, 7)
            signin.make_user(running.state.store, new)
        running.state.setup_token = ""
        propose(running.state)
        live(running.state)
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, as Debian ships it."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page with no cookies; it fails the test if it spoke to another host."""
    wanted = getattr(request, "param", {})
    context = browser.new_context(**{"locale": "en-GB", **wanted})
    opened, seen = context.new_page(), Seen()
    opened.on("request", lambda asked: seen.hosts.add(asked.url.split("/")[2]))
    opened.on("pageerror", lambda error: seen.errors.append(str(error)))
    opened.on("console", lambda said: _heard(seen, said))
    yield opened
    context.close()
    assert {host.split(":")[0] for host in seen.hosts} <= {"127.0.0.1"}
    assert seen.errors == []


def _heard(seen: Seen, said: Any) -> None:
    """Keep what the console calls an error, but for statuses that a test asked for."""
    if said.type == "error" and "status of 4" not in said.text:
        seen.errors.append(said.text)


def sign_in(page: Any, site: Site, name: str) -> None:
    """Sign somebody in, by the form the first time."""
    if name in site.cookies:
        page.context.add_cookies(site.cookies[name])
        page.goto(site.address)
        return
    page.goto(f"{site.address}/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("button.main")
    page.wait_for_url(f"{site.address}/")
    site.cookies[name] = page.context.cookies()


def shot(page: Any, name: str) -> None:
    """Keep a picture where somebody wants to look (DATONG_SHOTS)."""
    folder = os.environ.get("DATONG_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png")
