"""The score as it was last taken, to be printed on every report.

It is of the faults kept aside, at which nobody looks while checks are written. Taking
it lasts minutes, so that it lies in a file, with a fingerprint of the checks and
the faults that it was taken with; where these have changed since, there is no score.
"""

import json
from hashlib import sha256
from importlib.resources import files

from datong.quality.checks import all_checks
from datong.quality.faults.fault import all_faults
from datong.quality.own import TextCheck, Together

PLACE = "score.json"


def fingerprint() -> str:
    """Identify the checks and faults that a score is of."""
    told = []
    for check in all_checks():
        sql = check.bad if isinstance(check, Together) else check.where
        table = "" if isinstance(check, TextCheck) else getattr(check, "table", "")
        told.append(f"{check.name} {table} {sql}")
    told += [f"{fault}" for fault in all_faults()]
    return sha256("\n".join(sorted(told)).encode()).hexdigest()[:16]


def known_score() -> tuple[int, int] | None:
    """Return the faults caught of those kept aside; None where they are out of date."""
    place = files(__package__) / PLACE
    if not place.is_file():
        return None
    told = json.loads(place.read_text("utf-8"))
    if told["fingerprint"] != fingerprint():
        return None
    return int(told["caught"]), int(told["injected"])
