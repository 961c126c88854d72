"""What leaves: the pure tables of a release as files, and their lineage beside them.

In:  a release.
Out: a folder of Parquet or CSV files, whole or not at all.
"""

import shutil
from pathlib import Path

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, literal
from datong.lake.releases import Releases
from datong.run.catalog import Catalog
from datong.run.reasons import EXISTS

FORMATS = {
    "parquet": "(format parquet, compression zstd)",
    "csv": "(format csv, header true)",
}


def export(
    releases: Releases, release: int, folder: Path, form: str, schema: str = "omop"
) -> dict[str, int]:
    """Write the tables of a schema into a new folder; return the rows of each.

    Raises `Trouble` if the folder exists. The lineage of the view goes along.
    """
    if folder.exists():
        raise Trouble(EXISTS, where=folder, folder=folder)
    aside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    written = {}
    with Duck(alone=True) as duck:
        tables = Catalog(releases, release).define(duck)
        names = [n for n in tables if n.startswith(f"{schema}.")]
        for name in [*names, *(["ledger.lineage"] if schema == "omop" else [])]:
            place = aside / f"{name.partition('.')[2]}.{form}"
            quoted = ".".join(f'"{part}"' for part in name.split("."))
            done = duck.one(f"copy {quoted} to {literal(place)} {FORMATS[form]}")
            written[name] = int(str(done[0]))
    aside.replace(folder)
    return written
