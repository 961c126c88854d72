"""Which tables of a project can be held against a profile, as they were delivered.

In:  a project's current release, a profile.
Out: the landed Parquet file of each hospital that has its fields.
"""

from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq

from datong.core.reason import Trouble
from datong.quality.conformance.headings import match
from datong.quality.conformance.reasons import NOT_IN_PROJECT
from datong.run.project import Project
from datong.standards.model import Profile

LEAST = 3  # fields that a table must have to be taken for one of the profile's


def is_project(data: str) -> bool:
    """Ask whether a path is a project folder."""
    return (Path(data) / "datong.toml").is_file()


def tables_of(
    project: Path, profile: Profile, mapped: Mapping[str, str], named: str = ""
) -> dict[str, tuple[str, Path]]:
    """Return, for each hospital, its landed table with the most of a profile's fields.

    Its name comes with it. Patients and fees share a field or two with a front page
    and are none, so the fullest table speaks for its hospital. `named` takes the files
    of that name only.
    """
    current = Project(project)
    found: dict[str, tuple[int, str, Path]] = {}
    with current.read(current.releases.current()) as reader:
        landed = reader.catalog.landed
        files = [(name, file) for name, some in landed.items() for file in some]
        for name, file in files:
            fields = len(match(pq.read_schema(file.path).names, profile, mapped))
            wanted = named == name if named else fields >= LEAST
            if wanted and fields > found.get(file.shard, (0,))[0]:
                found[file.shard] = (fields, name, file.path)
    if not found:
        tables = ", ".join(list(landed)[:8])
        told = {"project": project, "profile": profile.id, "tables": tables}
        raise Trouble(NOT_IN_PROJECT, **told)
    return {hospital: told[1:] for hospital, told in sorted(found.items())}
