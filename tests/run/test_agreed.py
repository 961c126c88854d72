"""Consents as hospitals write them, read for the gate."""

from datetime import datetime

import pyarrow as pa

from datong.engine.duckdb import Duck
from datong.guard import consents
from datong.run.agreed import CONSENTS

LINES = (
    # purpose code, text; decision code, text; scope text, from, to
    ("HRESCH", "", "permit", "", "单独同意", "2025-01-02", "2025-12-31"),
    ("", " 科研 ", "", "不同意", "", None, None),
    ("", "某某用途", "deny", "", "", None, None),  # bars all that needs a consent
    ("", "某某用途", "permit", "", "", None, None),  # opens nothing
    ("", "商业保险", "", "也许", "", None, None),  # no decision
)


def table() -> pa.Table:
    names = ("purpose_code", "purpose_text", "decision_code", "decision_text")
    names = (*names, "scope_text", "valid_from", "valid_to")
    rows = [dict(zip(names, line, strict=True)) for line in LINES]
    same = {"deleted": False, "scope_code": "", "recorded": None}
    at = {"time": datetime(2025, 3, 1)}
    rows = [
        {**row, "person": n, "record": n, **same, **at} for n, row in enumerate(rows)
    ]
    made = pa.Table.from_pylist(rows)
    return made.append_column("withdrawn", pa.nulls(len(rows), pa.timestamp("us")))


def test_words_are_read_and_a_strange_one_opens_nothing() -> None:
    words, needing = consents.words(), consents.needing()
    inputs = {"consents": table(), "words": words, "needing": needing}
    with Duck() as duck:
        rows = duck.fetch(CONSENTS, inputs).to_pylist()
    told = [(r["person_key"], r["purpose"], r["kind"], r["state"]) for r in rows]
    assert told == [
        (0, "STUDY", "separate", "given"),
        (1, "STUDY", "general", "refused"),
        (2, "INSURE", "general", "refused"),
        (2, "STUDY", "general", "refused"),
    ]
    assert (rows[0]["starts"], rows[0]["ends"]) == (
        datetime(2025, 1, 2),
        datetime(2026, 1, 1),  # the last day whole
    )
    assert rows[1]["starts"] == datetime(2025, 3, 1)
