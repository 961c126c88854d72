"""The pages under load: a person's record, search, the first page; gate on and off.

`python -m bench serve`. DATONG_BENCH_PROJECT names a project with a release; without
it an invented region of 100,000 people is made once in the system's temporary folder
(about 4 minutes on a quiet machine of two cores) and found there again. The load then
takes some 2 minutes; DATONG_BENCH_SOAK=600 adds 50 users for ten minutes, of whom none
may see an error. The server is a process of its own,
the callers share the machine with it. The rate limit is lifted: all callers have one
address here. The peer is the same server without gate and audit, in the same run.
"""

import http.client
import multiprocessing
import os
import random
import re
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import pyarrow as pa
import uvicorn

from bench.figure import Figure, cost
from datong.guard import signin
from datong.guard.access import Query
from datong.guard.gate import OPERATORS
from datong.guard.signin import NewUser
from datong.run.project import Project
from datong.sample import build
from datong.serve.reading import desk
from datong.serve.web import app as serving
from datong.serve.web import visit
from datong.serve.web.rates import Limit
from datong.serve.web.state import Options

USERS = int(os.environ.get("DATONG_BENCH_USERS", "4"))
SOAK = float(os.environ.get("DATONG_BENCH_SOAK", "0"))  # seconds
PEOPLE = int(os.environ.get("DATONG_BENCH_PEOPLE", "100000"))
SECONDS = float(os.environ.get("DATONG_BENCH_SECONDS", "20"))
PASSWORD = "measured under load, nightly"  # noqa: S105 - of an invented user
WORDS = ("阿司匹林", "血糖", "高血压", "肺", "胰岛素", "白细胞")
MIX = ("record", "record", "record", "search", "list")
Taken = dict[str, list[float]]


class Plain(desk.Desk):
    """The same desk without gate and audit: what reading alone costs."""

    def answer(self, look: desk.Look, query: Query) -> pa.Table:  # noqa: ARG002 - the seam
        """Run the query as it was asked."""
        shown = ", ".join(f'"{name}"' for name in query.show)
        where = [OPERATORS[c.operator].format(c=f'"{c.column}"') for c in query.where]
        if query.person is not None:
            where.append(f'"person" = {query.person}')
        order = ", ".join(
            f'"{n.removeprefix("-")}" {"desc" if n[0] == "-" else "asc"} nulls last'
            for n in query.order
        )
        sql = f"select {shown} from {self.gate.tables[query.table].place}"
        sql += f" where {' and '.join(where)}" if where else ""
        sql += f" order by {order}" if order else ""
        sql += f" limit {query.limit} offset {query.offset}"
        values = [condition.value for condition in query.where]
        return self.published.duck().fetch(sql, None, *values)

    @contextmanager
    def look(self, person: signin.Person, request: str = "") -> Iterator[desk.Look]:
        """Let somebody look, unseen."""
        yield desk.Look(self, person, person.access(self.gate.policy, request))


def measure() -> list[Figure]:
    """Load the server with the gate and without it, turn by turn."""
    project = released()
    with Project(project).read() as reader:
        persons = reader.tables()["omop.person"]
    with cost() as taken:
        gated = [loaded(project, persons, plain=False)]
        open_ = [loaded(project, persons, plain=True)]
        gated.append(loaded(project, persons, plain=False))
        open_.append(loaded(project, persons, plain=True))
    soaked = list(soak(project, persons)) if SOAK else []
    ours, theirs = together(gated), together(open_)
    return [*figures(ours, theirs, persons, taken), *soaked]


def released() -> Path:
    """Return a project with a release, made now if there is none."""
    place = Path(tempfile.gettempdir()) / f"datong-bench-{PEOPLE}"
    project = Path(os.environ.get("DATONG_BENCH_PROJECT", place))
    if not (project / "datong.toml").exists():
        build(project, PEOPLE, 20, 1)
    if not Project(project).releases.all():
        Project(project).run()
    return project


def soak(project: Path, persons: int) -> Iterator[Figure]:
    """Let fifty people ask for long; an answer that is an error ends it (`ask`)."""
    with cost() as taken:
        told = loaded(project, persons, plain=False, load=(50, SOAK))
    unit = f"errors, 50 users for {SOAK:.0f} s"
    yield Figure("soak_errors", 0, unit, rows=sum(map(len, told.values())), cost=taken)
    unit = "ms, page in HTML, 50 at once"
    yield Figure(
        "soak_p95_ms", p95([ms for page in told.values() for ms in page]), unit
    )


def figures(
    ours: Taken, theirs: Taken, persons: int, taken: object
) -> Iterator[Figure]:
    """Turn latencies into figures."""
    given = {"peer": "without gate and audit", "rows": persons, "cost": taken}
    unit = f"ms, page in HTML, {USERS} at once"
    for page in ("record", "search", "list"):
        yield Figure(
            f"{page}_p95_ms",
            p95(ours[page]),
            unit,
            peer_figure=p95(theirs[page]),
            **given,  # type: ignore[arg-type]  # fields of Figure
        )
    rates = [
        sum(map(len, one.values())) / sum(map(sum, one.values())) * USERS * 1000
        for one in (ours, theirs)
    ]
    yield Figure(
        "requests_per_second",
        rates[0],
        "requests/s, 3 records : 1 search : 1 list",
        peer_figure=rates[1],
        **given,  # type: ignore[arg-type]  # fields of Figure
    )
    shares = [statistics.fmean(one["record"]) for one in (ours, theirs)]
    share = 1 - shares[1] / shares[0]
    yield Figure("gate_share", share, "of the time of a record", rows=persons)


def p95(values: list[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return sorted(values)[int(len(values) * 0.95)]


def together(runs: list[Taken]) -> Taken:
    """Put the latencies of several runs together."""
    return {page: [ms for run in runs for ms in run[page]] for page in set(MIX)}


def loaded(
    project: Path,
    persons: int,
    *,
    plain: bool,
    load: tuple[int, float] = (USERS, SECONDS / 2),
) -> Taken:
    """Serve, let everybody ask for a while, and return milliseconds by page."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=serve, args=(project, port, plain), daemon=True)
    server.start()
    try:
        cookie = signed_in(port)
        ready(port, cookie)
        ask(port, cookie, 1, persons, 2.0)  # warm
        users, seconds = load
        with ThreadPoolExecutor(users) as pool:
            told = [
                pool.submit(ask, port, cookie, seed, persons, seconds)
                for seed in range(users)
            ]
            return together([one.result() for one in told])
    finally:
        server.terminate()
        server.join()


def serve(project: Path, port: int, plain: bool) -> None:  # noqa: FBT001 - passed to a process
    """Run the server."""
    visit.PAGES = Limit(1e9, 1e9)
    app = serving.make_app(Options(project))
    state = app.state.datong
    if plain:
        state.desk = Plain(state.desk.published, state.gate, state.store, state.audit)
    if not signin.has_users(state.store) or "bench" not in names(state):
        new = NewUser("bench", "Bench", PASSWORD, [("steward", None, None)])
        signin.make_user(state.store, new)
    state.setup_token = ""
    uvicorn.run(app, port=port, log_level="warning", access_log=False)


def names(state: object) -> list[str]:
    """Name the users there are."""
    from sqlalchemy import select  # noqa: PLC0415 - in the server's process only

    from datong.store.people import USER  # noqa: PLC0415 - in the server's process only

    with state.store.connect() as db:  # type: ignore[attr-defined]  # the state
        return list(db.execute(select(USER.c.name)).scalars())


def signed_in(port: int) -> str:
    """Wait for the server and sign in; return the cookie."""
    form = urlencode({"name": "bench", "password": PASSWORD})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(300):
        try:
            caller = http.client.HTTPConnection("127.0.0.1", port)
            caller.request("POST", "/sign-in", form, kind)
            answer = caller.getresponse()
            found = re.match(r"[^;]+", answer.getheader("Set-Cookie") or "")
            if answer.status == 303 and found:
                return found[0]
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server does not answer")


def ready(port: int, cookie: str) -> None:
    """Wait until the release is laid out for reading."""
    for _ in range(600):
        caller = http.client.HTTPConnection("127.0.0.1", port)
        caller.request("GET", "/people/1", headers={"Cookie": cookie})
        if caller.getresponse().status in (200, 404):
            return
        time.sleep(1.0)
    raise RuntimeError("the release is not laid out")


def ask(port: int, cookie: str, seed: int, persons: int, seconds: float) -> Taken:
    """Ask page after page over one connection; every answer must be right."""
    dice = random.Random(seed)  # noqa: S311 - whom to look at
    caller = http.client.HTTPConnection("127.0.0.1", port)
    taken: Taken = {page: [] for page in MIX}
    ends = time.perf_counter() + seconds
    while (began := time.perf_counter()) < ends:
        page = dice.choice(MIX)
        place = {
            "record": f"/people/{dice.randint(1, persons)}",
            "search": f"/search?words={quote(dice.choice(WORDS))}",
            "list": "/",
        }[page]
        caller.request("GET", place, headers={"Cookie": cookie})
        answer = caller.getresponse()
        answer.read()
        if answer.status not in (200, 404):
            raise RuntimeError(f"{place}: {answer.status}")
        taken[page].append((time.perf_counter() - began) * 1000)
    return taken
