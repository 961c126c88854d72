"""The mappings of a project as plain SQL, to be run without datong.

In:  a project.
Out: one script for each mapping, in DuckDB's dialect; its head names what it reads.
"""

from datong.mapping.compile import Compiler
from datong.mapping.file import Mapping
from datong.run.deliveries import mappings_of
from datong.run.project import Project
from datong.run.settings import Organization

HEAD = """\
-- {organization} {reads}, edition {edition}, mapping {sha}
-- Ejected by datong. It reads these views:
--   landed      the rows of the table, every cell as text, and _row, a number of each
--   persons     _value (the source's number of a patient), _person
--   encounters  _number (the source's number of a visit), _encounter
{heads}\
-- A record whose _refused is not null is a reject; _faults lists cells that were lost.
"""


def eject(project: Project) -> dict[str, str]:
    """Return the scripts by name: `H001/lab.sql`."""
    return {
        f"{one.id}/{mapping.path.stem}.sql": script(one, mapping)
        for one in project.settings.organizations
        for mapping in mappings_of(one, project.root)
    }


def script(organization: Organization, mapping: Mapping) -> str:
    """Write the script of one mapping."""
    compiler = Compiler(mapping, organization.id)
    parts = [
        HEAD.format(
            organization=organization.id,
            reads=mapping.reads,
            edition=mapping.edition,
            sha=mapping.sha256[:16],
            heads=_heads(mapping),
        ),
        f"create or replace temp view source as\n{compiler.source()};\n",
        f"create or replace temp view rows as\n{compiler.rows()};\n",
    ]
    for number, rule in enumerate(mapping.records):
        name = f"{rule.kind.name}_{number + 1}"
        made = compiler.record(number).strip()
        parts.append(f"create or replace temp view {name} as\n{made};\n")
    silent = f"select _row, {compiler.silent()} as rule from rows"
    parts.append(f"create or replace temp view silent as\n{silent};\n")
    return "\n".join(parts)


def _heads(mapping: Mapping) -> str:
    """Describe the view of the table that a mapping is joined to."""
    join = mapping.join
    if join is None:
        return ""
    keys = (f"_on_{n} ({key})" for n, key in enumerate(join.on.values(), start=1))
    taken = (
        name if name == column else f"{name} ({column})"
        for name, column in join.columns.items()
    )
    listed = ", ".join((*keys, *taken))
    return f"--   heads       one row for each key of {join.table}: {listed}\n"
