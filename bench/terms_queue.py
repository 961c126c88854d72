"""100,000 words that wait: put into the queue, looked at, decided, in milliseconds."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from bench.figure import Figure
from datong.core.decision import State
from datong.sample.words import words
from datong.store import decisions
from datong.store.decisions import Filter, Verdict, renew
from datong.store.manifest import open_store
from datong.terms.cards import Asked, cards

MANY = 100_000
TURNS = 20
NAME = "diagnosis.diagnosis"


def measure() -> list[Figure]:
    """Measure the queue in a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return _measured(Path(folder) / "store.sqlite")


def _measured(place: Path) -> list[Figure]:
    """Put, look, add up, decide."""
    store = open_store(place)
    began = time.perf_counter()
    renew(store, "terms", f"{NAME}: ", cards(Asked(NAME, "ICD-10", "2019"), _rows()))
    seconds = {"terms_queue_put_seconds": time.perf_counter() - began}
    asked = Filter(room="terms", order="weight")
    first = decisions.patterns(store, "terms")[0][0]
    looks: dict[str, Callable[[], object]] = {
        "page": lambda: decisions.queue(store, asked, 50),
        "count": lambda: decisions.count(store, asked),
        "patterns": lambda: decisions.patterns(store, "terms"),
        "effect": lambda: decisions.total(store, Filter(room="terms", pattern=first)),
        "decide": lambda: _decide(store, asked),
    }
    for name, look in looks.items():
        seconds[f"terms_queue_{name}_ms"] = 1000 * _median(look)
    return [
        Figure(name, figure, "ms" if name.endswith("ms") else "s", rows=MANY)
        for name, figure in seconds.items()
    ]


def _decide(store: decisions.Engine, asked: Filter) -> State:
    """Take the first that waits."""
    found = decisions.queue(store, asked, 1)[0]
    return decisions.decide(store, found.id, Verdict("accept", "bench"))


def _median(look: Callable[[], object]) -> float:
    """Return the median seconds of some turns."""
    spent = []
    for _ in range(TURNS):
        began = time.perf_counter()
        look()
        spent.append(time.perf_counter() - began)
    return median(spent)


def _rows() -> Iterator[dict[str, object]]:
    """Invent what waits: every name of the lexicon in many writings."""
    held = words("diagnoses")
    names, codes = held["name"].tolist(), held["code"].tolist()
    for at in range(MANY):
        place = at % len(names)
        near = [(place + step) % len(names) for step in range(5)]
        yield {
            "text": f"{names[place]}待查{at}号",
            "codes": codes[place],
            "names": names[place],
            "score": (at % 97) / 97,
            "decision": "ask",
            "reason": "nearest",
            "reason_zh": "最接近",
            "rows": MANY - at,
            "persons": (MANY - at) // 2,
            "money": 0.0,
            "candidates": [
                {"code": codes[one], "name": names[one], "chance": 0.5} for one in near
            ],
        }
