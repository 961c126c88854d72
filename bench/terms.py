"""Terms to concepts: how often right, how sure, how quick; BM25 and TF-IDF beside.

About a quarter of an hour on two cores.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean

import bm25s
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.figure import Cost, Figure
from bench.real import real_data
from bench.reviewed_terms import CROSSWALKS, Task, cdn, crosswalk, n7k, ncbi
from datong.terms.evaluate import Evaluation, assess
from datong.terms.fold import plain

UNITS = {"terms_per_second": "1/s", "training_minutes": "min"}
PACKAGES = ("scipy", "scikit-learn", "lightgbm", "rapidfuzz")
Search = Callable[[list[str], list[str]], list[int]]


def measure() -> list[Figure]:
    """Measure every figure of the issue."""
    folder = real_data() / "terms" / "dev"
    procedures = n7k(folder)
    first = _assess(procedures)
    figures = _procedures(procedures, first) + _errors(procedures, first)
    figures += _one("cdn_dev_a", cdn(folder), ("f1", "accuracy_at_1", "recall_at_10"))
    figures += _one("ncbi_dev", ncbi(folder), ("accuracy_at_1", "recall_at_10"))
    figures.append(_crosswalks("crosswalk_accuracy_at_1", folder, same=True))
    # Without the pairs of one name, a free target does not betray itself.
    figures.append(_crosswalks("crosswalk_differing_only", folder, same=False))
    return figures


def _crosswalks(name: str, folder: Path, *, same: bool) -> Figure:
    """Answer pairs whose names differ; mean of the five crosswalks."""
    tasks = [crosswalk(folder, file, same=same) for file in CROSSWALKS]
    return Figure(
        name,
        mean(_assess(task).figures["accuracy_at_1"] for task in tasks),
        "share",
        peer="TF-IDF",
        peer_figure=mean(_accuracy(task, _tfidf)[0] for task in tasks),
        rows=sum(len(task.asked) for task in tasks),
        packages=PACKAGES,
    )


def _assess(task: Task) -> Evaluation:
    """Train and answer."""
    return assess(task.table, task.taught, task.asked)


def _procedures(task: Task, done: Evaluation) -> list[Figure]:
    """Lay out the figures of Yidu-N7K, with both peers."""
    bm25, bm25_speed = _accuracy(task, _bm25)
    tfidf, tfidf_speed = _accuracy(task, _tfidf)
    ours, rows = done.figures, len(task.asked)
    cost = Cost(wall_seconds=60 * ours["training_minutes"], peak_mb=ours["memory_mb"])

    def line(name: str, key: str, unit: str, peer: str = "", at: float = 0) -> Figure:
        theirs = at if peer else None
        return Figure(name, ours[key], unit, peer, theirs, rows, 0, cost, PACKAGES)

    return [
        line("n7k_val_accuracy_at_1", "accuracy_at_1", "share", "BM25", bm25),
        line("n7k_val_accuracy_at_1_tfidf", "accuracy_at_1", "share", "TF-IDF", tfidf),
        line("n7k_val_score", "score", "share"),
        line("n7k_val_recall_at_5", "recall_at_5", "share"),
        line("n7k_val_recall_at_10", "recall_at_10", "share"),
        line("auto_accept_share_at_99", "auto_accept_share_at_99", "share"),
        line("auto_accept_precision", "auto_accept_precision", "share"),
        line("n7k_val_calibration_error", "calibration_error", "share"),
        line("terms_per_second", "terms_per_second", "1/s", "TF-IDF", tfidf_speed),
        line("terms_per_second_bm25", "terms_per_second", "1/s", "BM25", bm25_speed),
        line("seen_terms_per_second", "seen_terms_per_second", "1/s"),
        line("training_minutes", "training_minutes", "min"),
        line("n7k_memory", "memory_mb", "MB"),
    ]


def _errors(task: Task, done: Evaluation) -> list[Figure]:
    """Say of what kind the wrong first answers are: shares of all texts.

    `unfound`: no right concept among the candidates; `new`: it was never approved in
    training; `second`: it stands second; `kin`: the answer shares the first three
    characters of its code; else `far`. The first that holds counts.
    """
    pairs, past, table = done.ranking.pairs, done.model.shelf.past, task.table
    bounds = np.searchsorted(pairs.question, np.arange(len(task.asked) + 1))
    counts = dict.fromkeys(("unfound", "new", "second", "kin", "far"), 0)
    for at, one in enumerate(task.asked):
        found = pairs.concept[bounds[at] : bounds[at + 1]].tolist()
        meant = {place for gold in one.gold for place in table.places(gold)}
        if found and found[0] in meant:
            continue
        branches = {table.concepts[place].code[:3] for place in meant}
        kinds = {
            "unfound": not meant & set(found),
            "new": not any(past.prior[place] for place in meant),
            "second": len(found) > 1 and found[1] in meant,
            "kin": bool(found) and table.concepts[found[0]].code[:3] in branches,
            "far": True,
        }
        counts[next(kind for kind, holds in kinds.items() if holds)] += 1
    many = len(task.asked)
    return [
        Figure(f"n7k_val_error_{kind}", number / many, "share", rows=many)
        for kind, number in counts.items()
    ]


def _one(name: str, task: Task, keys: Sequence[str]) -> list[Figure]:
    """Lay out some figures of one task."""
    done = _assess(task).figures
    tfidf, _ = _accuracy(task, _tfidf)
    rows = len(task.asked)
    cost = Cost(wall_seconds=60 * done["training_minutes"], peak_mb=done["memory_mb"])
    return [
        Figure(
            f"{name}_{key}",
            done[key],
            UNITS.get(key, "share"),
            peer="TF-IDF" if key == "accuracy_at_1" else "",
            peer_figure=tfidf if key == "accuracy_at_1" else None,
            rows=rows,
            cost=cost,
            packages=PACKAGES,
        )
        for key in (*keys, "terms_per_second", "training_minutes")
    ]


def _accuracy(task: Task, search: Search) -> tuple[float, float]:
    """Answer with a peer's nearest text, approved ones too; share right, speed."""
    table = task.table
    known = [c.name for c in table.concepts] + [one.text for one in task.taught]
    means = [{place} for place in range(len(table.concepts))]
    means += [{at for g in one.gold for at in table.places(g)} for one in task.taught]
    texts = [plain(text) or "?" for text in known]
    asked = [plain(one.text) or "?" for one in task.asked]
    began = time.perf_counter()
    nearest = search(texts, asked)
    seconds = time.perf_counter() - began
    gold = [{at for g in one.gold for at in table.places(g)} for one in task.asked]
    right = [bool(means[at] & meant) for at, meant in zip(nearest, gold, strict=True)]
    return mean(right), len(asked) / seconds


def _tfidf(known: list[str], asked: list[str]) -> list[int]:
    """Find the nearest by TF-IDF of one to three characters (scikit-learn)."""
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), dtype=np.float32)
    rows = vectors.fit_transform(known).T.tocsr()
    found = []
    for start in range(0, len(asked), 256):
        scores = vectors.transform(asked[start : start + 256]) @ rows
        found += np.asarray(scores.argmax(axis=1)).ravel().tolist()
    return found


def _bm25(known: list[str], asked: list[str]) -> list[int]:
    """Find the nearest by BM25 over one and two characters (bm25s)."""
    index = bm25s.BM25()
    index.index([_grams(text) for text in known], show_progress=False)
    grams = [_grams(text) for text in asked]
    found, _ = index.retrieve(grams, k=1, show_progress=False)
    return [int(row[0]) for row in found]


def _grams(text: str) -> list[str]:
    """Cut a text into runs of one and two characters."""
    return [*text, *(text[at : at + 2] for at in range(len(text) - 1))]
