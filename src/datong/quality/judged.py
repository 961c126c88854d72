"""The door of the room: judge a folder of OMOP tables."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from datong.engine.duckdb import Duck
from datong.quality.folder import omop_tables, omop_version
from datong.quality.omop.judged import judge_omop
from datong.quality.result import Result
from datong.standards.omop import EDITION


def judge_folder(folder: Path, today: date, version: str = "") -> Result:
    """Carry out every OMOP check on a folder of Parquet files that anyone made.

    `version` is 5.3 or 5.4; without it the columns tell. Raises Trouble where the
    folder holds no OMOP table or a file is no Parquet.
    """
    begun = time.perf_counter()
    files = omop_tables(folder)
    version = version or omop_version(files)
    with Duck() as duck:
        findings = judge_omop(duck, files, version, today)
    stamp = {"cdm": version, "checks": EDITION}
    made = Result(str(folder), today, stamp, findings)
    return replace(made, seconds=time.perf_counter() - begun)
