"""The gate and the audit: decisions a second, cells without a difference, no loss.

Beside casbin and Cedar in the same run. `python -m bench guard`.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path

import casbin
import cedarpy
import pyarrow as pa

from bench.figure import Figure, cost
from datong.core.reason import Trouble
from datong.engine.duckdb import Duck
from datong.guard import compiled, policy, reference
from datong.guard.audit import chain
from datong.guard.audit.chain import Event
from datong.guard.audit.writer import Writer
from datong.guard.catalogue import Grade, Table
from datong.guard.facts import BASES, FACTS, PURPOSES, SCENARIOS, Facts, Of
from datong.guard.policy import Policy
from datong.guard.sql import Compiler
from tests.guard import cedar

TAMPERINGS = int(os.environ.get("DATONG_TAMPERINGS", "10000"))
ROUNDS = int(os.environ.get("DATONG_KILLS", "1000"))
GRADES = [Grade(g, k, "ordinary") for g in range(1, 6) for k in ("other", "direct")]
ACTIONS = ("read", "search", "list", "count", "export")
STATES = ("given", "withdrawn", None)
CHILD = """
import os, sys
from pathlib import Path
from threading import Thread
from datong.guard.audit.chain import Event
from datong.guard.audit.writer import Writer
audit = Writer(Path(sys.argv[1]), "chain-00")
os.write(1, b"0\\n")
def look():
    while True:
        os.write(1, b"%d\\n" % audit.commit(Event("w", "read", "allowed")))
for _ in range(4):
    Thread(target=look).start()
"""
# The same question for casbin: attributes compared in one matcher.
CASBIN = """
[request_definition]
r = sub, obj, act
[policy_definition]
p = rule, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && eval(p.rule)
"""
IN_CARE = 'r.sub["purpose"] == "TREAT" && r.sub["in_care"]'
CASBIN_RULES = [
    f'{IN_CARE} && r.sub["level"] >= r.obj["grade"]',
    'r.sub["purpose"] == "SUBJECT" && r.sub["is_self"]',
    'r.sub["purpose"] == "STUDY" && r.obj["grade"] <= 3 && r.obj["consent"] == "given"',
]


def measure() -> list[Figure]:
    """Take every figure of the gate and the audit."""
    shipped = policy.load()
    return [*decisions(shipped), *cells(shipped), *audit(), *tampered(), *kills()]


def sure(holds: object, what: str) -> None:
    """Stop a measurement that would measure nonsense."""
    if not holds:
        raise RuntimeError(what)


def doctor() -> dict[str, object]:
    """The facts of a doctor who reads a note of a patient in care."""
    return {
        "action": "read",
        "purpose": "TREAT",
        "basis": "contract",
        "scenario": "doctor",
        "subject.role": "specialist",
        "subject.site": "H1",
        "subject.level": 4,
        "subject.second_factor": False,
        "in_care": True,
        "break_glass": False,
        "is_self": False,
        "is_guardian": False,
        "resource.sites": frozenset({"H1", "H2"}),
        "resource.minor": False,
        "resource.vip": False,
        "resource.retired": False,
        "resource.grade": 0,
        "column.grade": 3,
        "column.kind": "other",
        "column.category": "ordinary",
    }


def rate(work: Callable[[], object], seconds: float = 1.5) -> float:
    """Do a piece of work again and again; return how often in a second."""
    done, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        for _ in range(200):
            work()
        done += 200
    return done / passed


def decisions(shipped: Policy) -> Iterator[Figure]:
    """Decide on one cell, the shipped policy whole, the access settled once."""
    facts: Facts = doctor()  # type: ignore[assignment]  # they are facts
    decider = compiled.decider(shipped, facts)
    sure(decider.ask(facts), "the doctor may read")
    with cost() as taken:
        ours = max(rate(lambda: decider.ask(facts)) for _ in range(3))
    theirs = casbin_rate()
    yield Figure(
        "decisions_per_second",
        ours,
        "decisions/s, shipped policy",
        "pycasbin (3 rules)",
        theirs,
        cost=taken,
        packages=("pycasbin",),
    )
    yield Figure(
        "decisions_per_second_cedar",
        ours,
        "decisions/s, shipped policy",
        "cedarpy (the same rules, in batches of 1,000)",
        cedar_rate(shipped, facts),
        cost=taken,
        packages=("cedarpy",),
    )


def casbin_rate() -> float:
    """Ask casbin the doctor's question."""
    model = casbin.Enforcer.new_model(text=CASBIN)
    enforcer = casbin.Enforcer(model)
    for rule in CASBIN_RULES:
        enforcer.add_policy(rule, "read")
    who = {"purpose": "TREAT", "in_care": True, "level": 4, "is_self": False}
    what = {"grade": 3, "consent": ""}
    sure(enforcer.enforce(who, what, "read"), "casbin agrees")
    return rate(lambda: enforcer.enforce(who, what, "read"))


def cedar_rate(shipped: Policy, facts: Facts) -> float:
    """Ask Cedar the doctor's question with the shipped rules, a thousand at once."""
    sure(cedar.decide(shipped, [facts]) == [True], "Cedar agrees")
    request = {
        "principal": 'Person::"p"',
        "action": 'Action::"a"',
        "resource": 'Cell::"c"',
        "context": cedar.context(facts),
    }
    text, many = cedar.policies(shipped, facts), [request] * 1000
    began = time.perf_counter()
    cedarpy.is_authorized_batch(many, text, [])
    return 1000 / (time.perf_counter() - began)


def rows() -> list[Facts]:
    """Every combination of what a row may be, for the cells."""
    flags = product((True, False), (True, False), (True, None), STATES, (0, 5))
    return [
        {
            "in_care": care,
            "break_glass": glass,
            "resource.vip": vip,
            "consent.study": state,
            "consent.insure": state,
            "consent.kind": "separate",
            "resource.sites": frozenset({"H1"} if care else {"H2"}),
            "resource.retired": False,
            "resource.grade": grade,
            "resource.departments": frozenset({"chest"} if vip else ()),
            "resource.minor": False,
            "is_self": glass,
            "is_guardian": False,
        }
        for care, glass, vip, state, grade in flags
    ]


def cells(shipped: Policy) -> Iterator[Figure]:
    """Compare the evaluators on every cell; a difference or a leak is a failure."""
    kept, data = rows(), {"secrets": numbers(), "facts": facts_table(rows())}
    seen = differences = leaks = 0
    with cost() as taken, Duck() as duck:
        for access, grade in accesses(shipped):
            whole = [{**access, **grade.facts, **row} for row in kept]
            law = [reference.decide(shipped, one).shown for one in whole]
            python = [compiled.decide(shipped, one).shown for one in whole]
            sql = shown_in_sql(duck, shipped, access, grade, data)
            seen += len(law)
            differences += sum(a != b for a, b in zip(law, python, strict=True))
            differences += sum(a != (n in sql) for n, a in enumerate(law))
            if seen % 7 == 0:
                differences += cedar.decide(shipped, whole) != law
            leaks += sum(n in sql and not a for n, a in enumerate(law))
    yield Figure("policy_cells", seen, "cells, all evaluators asked", cost=taken)
    yield Figure("policy_differences", differences, "cells that differ", rows=seen)
    yield Figure("policy_leaks", leaks, "cells shown against the law", rows=seen)


def accesses(shipped: Policy) -> Iterator[tuple[Facts, Grade]]:
    """Give every listed access with every action and grade, and some unlisted."""
    unlisted = product(("coder", "auditor"), SCENARIOS[:2], PURPOSES[:3], BASES[:1])
    for role, scenario, purpose, basis in sorted({*shipped.accesses, *unlisted}):
        for action, grade in product(ACTIONS, GRADES):
            yield (
                {
                    "action": action,
                    "purpose": purpose,
                    "basis": basis,
                    "scenario": scenario,
                    "subject.role": role,
                    "subject.site": "H1",
                    "subject.department": "chest",
                    "subject.level": shipped.roles[role].level,
                    "subject.second_factor": False,
                },
                grade,
            )


def numbers() -> pa.Table:
    """A table with a row for each combination."""
    keys = pa.array(range(len(rows())))
    return pa.table({"person_key": keys, "n": keys})


def facts_table(kept: list[Facts]) -> pa.Table:
    """The combinations as the gate's relation `facts`."""
    from tests.guard.test_policy_laws import table_of  # noqa: PLC0415 - brings pytest along

    every = dict.fromkeys(_row_facts())
    return table_of([{**every, **row} for row in kept])


def _row_facts() -> list[str]:
    """Name the facts of a row."""
    return [name for name, fact in FACTS.items() if fact.of is Of.ROW]


def shown_in_sql(
    duck: Duck, shipped: Policy, access: Facts, grade: Grade, data: dict[str, pa.Table]
) -> set[int]:
    """Return the rows that the compiled view shows."""
    table = Table("secrets", {"*": grade}, person="person_key")
    compiler = Compiler(shipped, access, table)
    view = compiler.view({"n": compiler.column("n")}, ())
    return set(duck.fetch(view, data).column("n").to_pylist())


def audit() -> Iterator[Figure]:
    """Write with many callers waiting, then verify with the key."""
    events = 100_000
    with tempfile.TemporaryDirectory() as folder, Writer(Path(folder)) as writer:
        event = Event("wang", "read", "allowed", "specialist", "TREAT", persons=(7,))
        with cost() as taken:
            waiting = [writer.submit(event) for _ in range(events)]
            for one in waiting:
                one.result()
        yield Figure(
            "audit_events_per_second",
            events / taken.wall_seconds,
            "durable events/s, group commit",
            "the same with one fsync each",
            single(writer),
            rows=events,
            cost=taken,
        )
        key = bytes.fromhex((writer.folder / "sealed-key").read_text())
        with cost() as taken:
            found = chain.verify(writer.folder, key)
        per_second = found.seq / taken.wall_seconds
        yield Figure(
            "audit_verify_per_second",
            per_second,
            "events/s, hashes and tags",
            rows=found.seq,
            cost=taken,
        )


def single(writer: Writer) -> float:
    """Commit one event after the other."""
    event, began = Event("wang", "read", "allowed"), time.perf_counter()
    for _ in range(300):
        writer.commit(event)
    return 300 / (time.perf_counter() - began)


def tampered(times: int = TAMPERINGS) -> Iterator[Figure]:
    """Change a chain in one place, at random, again and again; each must be found."""
    from tests.guard import test_audit as ways  # noqa: PLC0415 - brings pytest along

    changes = (ways.flip, ways.delete, ways.swap, ways.insert, ways.cut, ways.forge)
    dice, missed = random.Random(6), 0  # noqa: S311 - where to tamper
    with tempfile.TemporaryDirectory() as name, cost() as taken:
        with Writer(Path(name)) as writer:
            events = [Event("wang", "read", "allowed", persons=(n,)) for n in range(60)]
            for one in [writer.submit(event) for event in events]:
                one.result()
        kept = list(chain.lines(writer.folder))
        key = bytes.fromhex((writer.folder / "sealed-key").read_text())
        head = chain.verify(writer.folder, key)
        place = Path(name) / "changed" / writer.folder.name
        place.mkdir(parents=True)
        for number in range(times):
            changed = changes[number % len(changes)](kept, dice)
            (place / "00000000.jsonl").write_bytes(b"".join(changed))
            with suppress(Trouble):
                chain.verify(place, key, head)
                missed += 1
    unit = f"not found, of {times:,} changes"
    yield Figure("audit_tamperings", missed, unit, rows=60, seed=6, cost=taken)


def kills(rounds: int = ROUNDS) -> Iterator[Figure]:
    """Kill a writer at work again and again; nothing acknowledged may be lost."""
    lost, acknowledged, dice = 0, 0, random.Random(6)  # noqa: S311 - when to kill
    with tempfile.TemporaryDirectory() as name, cost() as taken:
        folder = Path(name)
        for _ in range(rounds):
            said = kill(folder, dice.uniform(0.0, 0.15))
            with Writer(folder, "chain-00") as again:
                lost += max(0, said - again.seq)
            acknowledged = max(acknowledged, said)
        key = bytes.fromhex((folder / "chain-00" / "sealed-key").read_text())
        chain.verify(folder / "chain-00", key)
    yield Figure(
        "audit_lost",
        lost,
        f"acknowledged events lost in {rounds:,} kills",
        rows=acknowledged,
        seed=6,
        cost=taken,
    )


def kill(folder: Path, after: float) -> int:
    """Start a writer, kill it; return the last event that it acknowledged."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    first = child.stdout.readline() if child.stdout else b""  # it is at work
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    rest = child.communicate()[0].split(b"\n")[:-1]
    return max(map(int, [first, *rest]))
