"""What is written: documents of stays, composed from templates and what is true."""

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datong.sample.visits import INPATIENT, Visits
from datong.sample.words import Column, Table, words


@cache
def templates() -> dict[str, dict[str, object]]:
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
) -> Table:
    """Write the documents; `text` is the principal diagnosis of each encounter."""
    stays = np.flatnonzero((visits.kind == INPATIENT) & (visits.slot < 4))
    surgeries = np.flatnonzero(operations["rank"] == 1)
    cancer = np.isin(operations["term"], _lung_operations())
    wanted = {
        "admission": (stays, None, visits.start[stays] + 7_200),
        "discharge": (stays, None, visits.end[stays]),
        "operation": (
            operations["encounter"][surgeries],
            surgeries,
            operations["time"][surgeries] + 14_400,
        ),
        "pathology": (
            operations["encounter"][cancer],
            np.flatnonzero(cancer),
            operations["time"][cancer] + 259_200,
        ),
    }
    made: list[Table] = []
    for kind, (encounter, operation, time) in wanted.items():
        places = _places(rng, visits, encounter, orders) | {
            "diagnosis": text[encounter]
        }
        if operation is not None:
            places |= _surgery(rng, operations, operation)
        template = templates()[kind]
        body = compose(str(template["text"]), places).to_numpy(zero_copy_only=False)
        title = np.full(len(encounter), template["title"], dtype="U10")
        kinds = np.full(len(encounter), kind, dtype="U10")
        made.append(
            {
                "encounter": encounter,
                "type": kinds,
                "title": title,
                "text": body,
                "time": time,
            }
        )
    return {name: np.concatenate([m[name] for m in made]) for name in made[0]}


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
