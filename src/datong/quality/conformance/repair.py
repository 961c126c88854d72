"""The distance to the standard: the cheapest list of repairs that settles everything.

Each trouble is a unit; each repair mends some units at a price in hours. The cheapest
set is found exactly where few repairs compete (branch and bound over each group of
repairs that share units), greedily otherwise: then the report says so. The list is
ordered by points of the score gained for an hour.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from datong.quality.conformance.report import Repair

EXACT = 16  # repairs that compete, up to which the best set is found exactly


def plan(
    repairs: Sequence[Repair], points: Mapping[str, float]
) -> tuple[tuple[Repair, ...], bool]:
    """Return the chosen repairs in order, and whether they are the cheapest possible.

    `points` is what each unit costs of the score.
    """
    chosen: list[Repair] = []
    exact = True
    for group in _groups(repairs):
        small = len(group) <= EXACT
        chosen += _best(group) if small else _greedy(group)
        exact &= small
    told, open_units = [], set(points)
    for repair in sorted(chosen, key=lambda r: (-_gain(r, points) / r.hours, r.item)):
        told.append(replace(repair, gains=_gain(repair, points, open_units)))
        open_units -= repair.mends
    return tuple(told), exact


def _gain(
    repair: Repair, points: Mapping[str, float], among: set[str] | None = None
) -> float:
    """Sum the points that a repair brings back."""
    units = repair.mends if among is None else repair.mends & among
    return sum(points.get(unit, 0.0) for unit in units)


def _groups(repairs: Sequence[Repair]) -> list[list[Repair]]:
    """Part the repairs into groups that share no unit."""
    groups: list[tuple[set[str], list[Repair]]] = []
    for repair in repairs:
        units, members = set(repair.mends), [repair]
        apart = []
        for others in groups:
            if others[0] & units:
                units |= others[0]
                members = others[1] + members
            else:
                apart.append(others)
        groups = [*apart, (units, members)]
    return [members for _, members in groups]


def _best(group: Sequence[Repair]) -> list[Repair]:
    """Find the cheapest repairs of a group by branch and bound."""
    every = frozenset().union(*(repair.mends for repair in group))
    best: tuple[float, list[Repair]] = (float("inf"), [])

    def branch(left: frozenset[str], taken: list[Repair], hours: float) -> None:
        nonlocal best
        if hours >= best[0]:
            return
        if not left:
            best = (hours, taken)
            return
        unit = min(left)
        for repair in group:
            if unit in repair.mends:
                branch(left - repair.mends, [*taken, repair], hours + repair.hours)

    branch(every, [], 0.0)
    return best[1]


def _greedy(group: Iterable[Repair]) -> list[Repair]:
    """Take again and again the repair that mends most for its price."""
    left = set().union(*(repair.mends for repair in group))
    chosen, rest = [], list(group)
    while left:
        best = max(rest, key=lambda repair: len(repair.mends & left) / repair.hours)
        chosen.append(best)
        left -= best.mends
        rest.remove(best)
    return chosen
