"""`datong link arrive`: new patients find their persons at once, from the terminal."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datong.core.language import spoken
from datong.core.say import Say
from datong.run.project import Project
from datong.serve.console import json_option, project_option, tell, tell_json

if TYPE_CHECKING:
    from datong.link.explain import Evidence


@click.command(
    help=Say(
        "Give new patients of a project their persons at once, before the next run,"
        " and say why. RECORDS is CSV or Parquet with the columns organization, system"
        " and value (the hospital's own number) and any of name, sex, birth, id_card,"
        " phone, address, postcode, mother_name, passport.\n\n"
        "Example: datong link arrive today.csv -p region",
        "在下次运行之前，立即为项目的新患者确定人员编号并说明依据。RECORDS 为 CSV 或"
        " Parquet，须有 organization、system、value（医院自己的编号）三列，以及 name、"
        "sex、birth、id_card、phone、address、postcode、mother_name、passport 中的"
        "任意几列。\n\n例：datong link arrive today.csv -p region",
    ).in_(spoken())
)
@click.argument("records", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@project_option
@json_option
def arrive(records: Path, project: Path, *, as_json: bool) -> None:
    """Take records in and explain each."""
    from datong.link.evaluate import read_records  # noqa: PLC0415 - 1 s
    from datong.run.persons import Persons  # noqa: PLC0415 - as above

    persons = Persons(Project(project))
    arrived = persons.arrive_table(read_records(records), str(records))
    lines = arrived.persons.to_pylist()
    told = [persons.arrivals.why(line["key"]) for line in lines]
    if as_json:
        tell_json(
            [_line(*both, arrived.fresh) for both in zip(lines, told, strict=True)]
        )
        return
    for line, found in zip(lines, told, strict=True):
        _tell(line, found, is_new=line["key"] in arrived.fresh)
    for bridge in arrived.bridges:
        persons_named: Any = bridge.proposal["persons"]
        one, two = persons_named
        tell(
            Say(
                f"One of them fits {one} and {two}: datong review list --room link",
                f"其中有记录同时符合 {one} 与 {two}：datong review list --room link",
            )
        )


def _line(
    line: dict[str, Any], found: "tuple[Evidence, int] | None", fresh: frozenset[int]
) -> dict[str, Any]:
    """Write one record for a machine."""
    key = line.pop("key")
    return {
        **line,
        "is_new": key in fresh,
        "beside": found[1] if found else None,
        "evidence": asdict(found[0]) if found else None,
    }


def _tell(
    line: dict[str, Any], found: "tuple[Evidence, int] | None", *, is_new: bool
) -> None:
    """Say what became of one record, and why."""
    name = f"{line['organization']} {line['value']}"
    person = line["person"]
    new = Say(f"{name}: person {person}, new", f"{name}：人员 {person}（新）")
    joined = Say(f"{name}: person {person}", f"{name}：人员 {person}")
    tell(new if is_new else joined)
    if found is None:
        tell(Say("  no record of the index met it", "  索引中没有可与之比对的记录"))
        return
    evidence, beside = found
    tell(Say(f"  beside a record of {beside}:", f"  与人员 {beside} 的记录相比："))
    tell_waterfall(evidence)


def tell_waterfall(found: "Evidence") -> None:
    """Print an explanation as a waterfall of bits."""
    for step in found.steps:
        click.echo(f"{step.bits:>+8.1f}  {step.what.in_(spoken())}")
    total = Say("score; the threshold is", "得分；阈值为").in_(spoken())
    click.echo(f"{found.score:>+8.1f}  {total} {found.theta:+.1f}")
    click.echo(f"{'':>8}  {found.decision.in_(spoken())}")
