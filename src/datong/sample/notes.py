"""What is written: documents of stays, composed from templates and what is true."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datong.sample.courses import INPATIENT
from datong.sample.visits import Visits
from datong.sample.words import Column, Table, words


@cache
def templates() -> dict[str, dict[str, Any]]:
    """Read the templates and the lists to choose from."""
    return tomllib.loads((files("datong.sample") / "notes.toml").read_text("utf-8"))


def compose(template: str, places: Table) -> pa.Array:
    """Fill the `{places}` of a template, one text a row."""
    pieces = template.replace("}", "{").split("{")
    parts = [pa.array(places[p].astype(str)) if p in places else p for p in pieces]
    return pc.binary_join_element_wise(*parts, "")


def make_notes(
    rng: np.random.Generator,
    visits: Visits,
    orders: Table,
    operations: Table,
    text: Column,
) -> tuple[Table, Table]:
    """Write the documents; `text` is the principal diagnosis of each encounter.

    Also returns what stands in them: the document's row, the field, its value.
    """
    made: list[Table] = []
    fields: list[Table] = []
    begun = 0
    for kind, (encounter, operation, time) in _wanted(visits, operations).items():
        places = _places(rng, visits, encounter, orders)
        places |= {"diagnosis": text[encounter]}
        if operation is not None:
            places |= _surgery(rng, operations, operation)
        template, size = templates()[kind], len(encounter)
        body = compose(str(template["text"]), places).to_numpy(zero_copy_only=False)
        title = np.full(size, template["title"], dtype="U10")
        kinds = np.full(size, kind, dtype="U10")
        note = {"encounter": encounter, "type": kinds, "title": title}
        made.append(note | {"text": body, "time": time})
        for name in template.get("places", ()):
            row = {"document": begun + np.arange(size), "field": np.full(size, name)}
            fields.append(row | {"value": places[name].astype(str)})
        begun += size
    return _joined(made), _joined(fields)


def _joined(parts: list[Table]) -> Table:
    """Lay tables end to end."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


Wanted: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64] | None, Column]


def _wanted(visits: Visits, operations: Table) -> dict[str, Wanted]:
    """Say of which encounters and operations there are which documents, and when."""
    upper = visits.slot < 4
    stays = np.flatnonzero((visits.kind == INPATIENT) & upper)
    surgeries = np.flatnonzero(operations["rank"] == 1)
    cancer = np.flatnonzero(np.isin(operations["term"], _lung_operations()))
    codes = words("diagnoses")["code"]
    lungs = np.char.startswith(codes, "C34") | (codes == "R91")
    seen = np.flatnonzero(lungs[visits.diagnosis] & upper)
    of, when = operations["encounter"], operations["time"]
    return {
        "admission": (stays, None, visits.start[stays] + 7_200),
        "discharge": (stays, None, visits.end[stays]),
        "operation": (of[surgeries], surgeries, when[surgeries] + 14_400),
        "pathology": (of[cancer], cancer, when[cancer] + 259_200),
        "imaging": (seen, None, visits.start[seen] + 5_400),
    }


def _lung_operations() -> NDArray[np.int64]:
    """Find the operations on lungs in the lexicon."""
    return np.flatnonzero(np.char.startswith(words("procedures")["code"], "32."))


def _places(
    rng: np.random.Generator,
    visits: Visits,
    encounter: NDArray[np.int64],
    orders: Table,
) -> Table:
    """Fill what every document may name."""
    drug = np.full(len(visits), "对症")
    named = words("drugs")["name"][orders["drug"]]
    drug = drug.astype(named.dtype)
    drug[orders["encounter"]] = named
    size = len(encounter)
    choices = templates()["choices"]
    places: Table = {
        str(name): rng.choice(np.array(some), size) for name, some in choices.items()
    }
    stay = (visits.end - visits.start)[encounter].astype(np.int64) // 86_400
    return places | {
        "age": visits.age[encounter],
        "history": rng.choice(
            np.array(["否认肝炎、结核病史", "高血压病史", "否认药物过敏史"]), size
        ),
        "start": _day(visits.start[encounter]),
        "end": _day(visits.end[encounter]),
        "days": np.maximum(stay, 1),
        "drugs": drug[encounter],
        "length": rng.integers(5, 31, size),
        "width": rng.integers(4, 25, size),
    }


def _day(times: Column) -> Column:
    """Write the day of a time."""
    return np.datetime_as_string(times, unit="D")


def _surgery(
    rng: np.random.Generator, operations: Table, rows: NDArray[np.int64]
) -> Table:
    """Fill what only documents of operations name."""
    table, term = words("procedures"), operations["term"][rows]
    dissected = rng.integers(6, 24, len(rows))
    return {
        "operation": table["name"][term],
        "anaesthesia": table["anaesthesia"][term],
        "minutes": operations["minutes"][rows],
        "blood": rng.integers(1, 60, len(rows)) * 10,
        "size": np.round(rng.uniform(0.6, 4.5, len(rows)), 1),
        "dissected": dissected,
        "nodes": np.minimum(rng.poisson(0.6, len(rows)), dissected),
    }
