"""Fitness for a named use: which variables are usable for how many people.

In:  a use (a TOML file with an edition) and the tables.
Out: how many persons are usable, which variable costs most, and why.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.engine.duckdb import Duck, literal
from datong.quality.reasons import BAD_RULES
from datong.quality.result import Fitness

FEWEST = 10  # persons; fewer are not told


@dataclass(frozen=True, slots=True)
class Use:
    """A use: its population and, for each variable, the persons who have it usable.

    `sites` is SQL for pairs of a person and who sent it, empty where nothing tells.
    """

    name: str
    layer: str
    title: Say
    population: str
    variables: Mapping[str, tuple[Say, str]]
    least: int  # persons
    percent: float  # of the population
    sites: str = ""


def all_uses(folder: Path | None = None) -> list[Use]:
    """Return the uses that ship, and those of a project's folder."""
    shipped = (files(__package__) / "uses").iterdir()
    own = sorted(folder.glob("*.toml")) if folder else []
    places = chain(sorted(shipped, key=lambda place: place.name), own)
    return [_use(place.read_text("utf-8"), place.name) for place in places]


def _use(text: str, name: str) -> Use:
    """Read one use."""
    try:
        read: dict[str, Any] = tomllib.loads(text)
        return Use(
            name=read["use"],
            layer=read["layer"],
            title=Say(**read["title"]),
            population=read["population"],
            variables={
                v["name"]: (Say(**v["title"]), v["persons"]) for v in read["variable"]
            },
            least=int(read["require"]["persons"]),
            percent=float(read["require"]["complete_percent"]),
            sites=read.get("sites", ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Trouble(BAD_RULES, name, said=str(error)) from error


def fitness(duck: Duck, use: Use) -> Fitness | None:
    """Judge one use; None where the tables that it speaks of are not there.

    The tables must be readable under their names.
    """
    try:
        rows = duck.fetch(_sql(use)).to_pylist()
    except Trouble:
        return None
    persons = sum(int(row["n"]) for row in rows)
    usable = sum(int(row["n"]) for row in rows if not row["lacks"])
    lacking = {
        name: sum(int(row["n"]) for row in rows if name in str(row["lacks"]).split(","))
        for name in use.variables
    }
    alone = {
        name: sum(int(row["n"]) for row in rows if row["lacks"] == name)
        for name in use.variables
    }
    is_fit = usable >= use.least and usable * 100 >= use.percent * persons
    reasons = [
        _reason(use.variables[name][0], lacking[name], alone[name], _most(name, rows))
        for name in sorted(lacking, key=lambda name: -lacking[name])
        if lacking[name]
    ]
    if persons > usable and not any(alone.values()):
        reasons += _together(use, rows)
    answer = _answer(usable, persons, is_fit=is_fit)
    return Fitness(use.name, use.title, answer, usable, persons, reasons, is_fit)


def _sql(use: Use) -> str:
    """Count the population by what each person lacks."""
    lacks = ", ".join(
        f"case when who not in (select w from ({sql}) v(w) where w is not null)"
        f" then {literal(name)} end"
        for name, (_, sql) in use.variables.items()
    )
    people = f"select distinct who from ({use.population}) p(who) where who is not null"
    sites = f"select w, min(site) as site from ({use.sites}) v(w, site) group by 1"
    join = f" left join ({sites}) s on s.w = p.who" if use.sites else ""
    return (
        f"select concat_ws(',', {lacks}) as lacks, count(*) as n,"
        f" {'s.site' if use.sites else 'null'} as site"
        f" from ({people}) p{join} group by all"
    )


def _answer(usable: int, persons: int, *, is_fit: bool) -> Say:
    """Say whether the data are fit."""
    of, whole = few(usable), f"{persons:,}"
    if is_fit:
        return Say(
            f"fit: {of} of {whole} are usable", f"适用：{whole} 例中 {of} 例可用"
        )
    return Say(
        f"not fit: {of} of {whole} are usable", f"不适用：{whole} 例中 {of} 例可用"
    )


def _reason(title: Say, lacking: int, alone: int, where: Say) -> Say:
    """Say what a variable costs, where most, and what mending it alone would gain."""
    return Say(
        f"{few(lacking)} lack {title.en}{where.en}; mending it alone gains"
        f" {few(alone)}",
        f"{few(lacking)} 例缺少“{title.zh}”{where.zh}；仅修复此项可增加"
        f" {few(alone)} 例",
    )


def _most(variable: str, rows: list[dict[str, Any]]) -> Say:
    """Say at which site most lack a variable; nothing where no site is known."""
    sites: Counter[str] = Counter()
    for row in rows:
        if row["site"] and variable in str(row["lacks"]).split(","):
            sites[row["site"]] += int(row["n"])
    if not sites:
        return Say("", "")
    site, number = sites.most_common(1)[0]
    return Say(f" ({few(number)} at {site})", f"（其中 {site} {few(number)} 例）")


def _together(use: Use, rows: list[dict[str, Any]]) -> list[Say]:
    """Say which variables, mended together, gain most: where none alone gains."""
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["lacks"]] += int(row["n"]) if row["lacks"] else 0
    lacks, most = sums.most_common(1)[0]
    titles = [use.variables[name][0] for name in lacks.split(",")]
    gained = few(most)
    return [
        Say(
            f"mending {' and '.join(t.en for t in titles)} together gains {gained}",
            f"同时修复{'和'.join(f'“{t.zh}”' for t in titles)}可增加 {gained} 例",
        )
    ]


def few(number: int) -> str:
    """Write a number of persons; small ones are not told."""
    return f"{number:,}" if number >= FEWEST or not number else f"< {FEWEST}"
