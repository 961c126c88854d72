"""Train on reviewed terms, answer others, and say how good and how quick that was."""

import json
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.terms.candidates import Ranking
from datong.terms.codes import CodeTable, read_rows, read_table
from datong.terms.measure import measure
from datong.terms.model import Model
from datong.terms.normalizer import Normalizer
from datong.terms.ragged import Array
from datong.terms.reasons import FOREIGN, NO_EXAMPLES, TOO_FEW
from datong.terms.starter import starter
from datong.terms.training import Reviewed, train
from datong.terms.written import read_text

STRANGE = Say(
    "{number:,} answers are not in the code table ({some}): they can be proposed, never"
    " coded.",
    "{number:,} 个答案不在编码表中（{some}）：只能作为建议，不能编码。",
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The model, its ranking of the test terms, what is right in it, the figures."""

    model: Model
    ranking: Ranking
    right: Array
    figures: dict[str, float]


def read_reviewed(path: Path) -> list[Reviewed]:
    """Read JSON lines `{text, gold: [name or code, ...]}`, or CSV with these columns.

    In CSV several golds are separated by `|`. Raises Trouble TERMS-EXAMPLES with the
    line that cannot be read.
    """
    try:
        text = read_text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(NO_EXAMPLES, path, said=str(error)) from error
    is_json = not text.strip() or text.lstrip().startswith("{")
    return list(_reviewed(path, text.splitlines()) if is_json else _listed(path))


def _listed(path: Path) -> Iterator[Reviewed]:
    """Read rows of CSV or TSV."""
    rows = read_rows(path)
    if not rows or not {"text", "gold"} <= set(rows[0]):
        found = ", ".join(rows[0]) if rows else "–"
        raise Trouble(NO_EXAMPLES, path, said=f"text, gold? ({found})")
    for row in rows:
        gold = tuple(one.strip() for one in row["gold"].split("|") if one.strip())
        yield Reviewed(row["text"], gold)


def _reviewed(path: Path, lines: Sequence[str]) -> Iterator[Reviewed]:
    """Read line by line."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            gold = row["gold"]
            given = [gold] if isinstance(gold, str) else list(gold)
            yield Reviewed(str(row["text"]), tuple(map(str, given)))
        except (ValueError, KeyError, TypeError) as error:
            raise Trouble(NO_EXAMPLES, f"{path}:{number}", said=str(error)) from error


def foreign(table: CodeTable, reviewed: Sequence[Reviewed]) -> Say | None:
    """Say which answers a table lacks, if it lacks any.

    Raises Trouble TERMS-FOREIGN where it has none of them.
    """
    given = list(dict.fromkeys(gold for one in reviewed for gold in one.gold))
    strange = [gold for gold in given if table.place(gold) is None]
    some = ", ".join(strange[:3])
    if given and len(strange) == len(given):
        raise Trouble(FOREIGN, number=len(given), some=some)
    return STRANGE.with_(number=len(strange), some=some) if strange else None


def evaluate(train_file: Path, test_file: Path, table_file: Path) -> Evaluation:
    """Do it all from files."""
    table = read_table(table_file)
    return assess(table, read_reviewed(train_file), read_reviewed(test_file))


def assess(
    table: CodeTable, taught: Sequence[Reviewed], asked: Sequence[Reviewed]
) -> Evaluation:
    """Train on `taught`, answer `asked`, in one thread.

    Where there are too few to train on, the starter answers from the table alone.
    """
    began = time.perf_counter()
    model = _model(table, taught)
    minutes = (time.perf_counter() - began) / 60
    texts = [one.text for one in asked]
    began, used = time.perf_counter(), time.process_time()
    ranking = model.rank(texts)
    wall, cpu = time.perf_counter() - began, time.process_time() - used
    if model.is_starter:
        _accept_names_only(model, ranking, texts)
    right, answers = judge(model, ranking, asked)
    figures = measure(ranking, right, answers, model.confidence)
    unseen = figures | {
        "terms_per_second": len(texts) / max(wall, 1e-9),
        "terms_per_cpu_second": len(texts) / max(cpu, 1e-9),
        "seen_terms_per_second": _seen_speed(model, texts),
        "training_minutes": minutes,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "trained_terms": float(model.card.get("terms", 0)),
        "concepts": float(model.shelf.concepts),
    }
    return Evaluation(model, ranking, right, unseen)


def _model(table: CodeTable, taught: Sequence[Reviewed]) -> Model:
    """Train, or take the starter where there is too little to learn from."""
    try:
        return train(table, taught)
    except Trouble as error:
        if error.reason is not TOO_FEW:
            raise
        return starter(table)


def _accept_names_only(model: Model, ranking: Ranking, texts: Sequence[str]) -> None:
    """Keep to what the starter accepts: a name, typed otherwise."""
    least = model.confidence.accept
    named = np.array([model.is_named(text) for text in texts], np.bool_)
    sure = ranking.confidence
    sure[named] = np.maximum(sure[named], least)
    sure[~named] = np.minimum(sure[~named], np.nextafter(least, 0))


def judge(
    model: Model, ranking: Ranking, asked: Sequence[Reviewed]
) -> tuple[Array, Array]:
    """Say which pairs are right, and how many right answers each text has.

    A code counts for every concept that bears it.
    """
    table = model.shelf.table
    gold = [{g: table.places(g) for g in set(one.gold)} for one in asked]
    meant = [{at for places in one.values() for at in places} for one in gold]
    pairs = zip(ranking.pairs.question, ranking.pairs.concept, strict=True)
    right = np.array([concept in meant[text] for text, concept in pairs], np.float64)
    return right, np.array([max(len(one), 1) for one in gold])


def _seen_speed(model: Model, texts: Sequence[str]) -> float:
    """Measure how many texts a second are answered that were answered before."""
    normalizer = Normalizer(model)
    normalizer.normalize(texts)
    many = list(texts) * max(1, 200_000 // max(len(texts), 1))
    began = time.perf_counter()
    normalizer.normalize(many)
    return len(many) / (time.perf_counter() - began)
