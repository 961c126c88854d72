"""The same tables of MIMIC through ehr2trace, by the configuration that it ships.

It reads flat Parquet files with the names of codes already joined in (ehr2trace.csv
says from what), which are prepared beforehand and not timed; then source rows become
events and OMOP with lineage. `DATONG_EHR2TRACE` names its command, by default
`peers/e2t/bin/ehr2trace` above the checkout: `pip install ehr2trace==0.7.0`.
"""

import csv
import os
import subprocess
import time
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
STEPS = ("ingest", "identity", "canonical", "omop")
LOOKED_UP = {
    "d_icd_diagnoses": "hosp",
    "d_icd_procedures": "hosp",
    "d_labitems": "hosp",
    "d_items": "icu",
    "admissions": "hosp",
}


def command() -> Path | None:
    """Return the command of ehr2trace, or None where there is none."""
    stated = os.environ.get("DATONG_EHR2TRACE")
    above = [folder / "peers/e2t/bin/ehr2trace" for folder in HERE.parents]
    places = [Path(stated)] if stated else above
    return next((place for place in places if place.exists()), None)


def rows_per_second(ehr2trace: Path, mimic: Path, folder: Path) -> float:
    """Run it over MIMIC's tables, two workers; return source rows per second."""
    rows = _prepare(mimic, folder / "prepared" / "mimiciv")
    environment = {
        **os.environ,
        "MIMICIV_DATA_ROOT": str(folder / "prepared"),
        "EHR_WORK_ROOT": str(folder / "work"),
        "EHR_SUBJECT_SALT": "salt",
        "EHR_MAPPINGS_DIR": str(folder / "mappings"),  # none: concepts stay 0, as ours
        "OFFLINE_MODE": "1",
    }
    environment.pop("PYTHONPATH", None)
    (folder / "mappings").mkdir()
    began = time.perf_counter()
    for step in STEPS:
        words = [ehr2trace, step, "-d", "mimiciv"]
        words += ["--workers", "2"] if step in ("ingest", "canonical") else []
        subprocess.run(words, env=environment, check=True, capture_output=True)
    return rows / (time.perf_counter() - began)


def _prepare(mimic: Path, into: Path) -> int:
    """Write the flat files; return the number of source rows in them."""
    into.mkdir(parents=True)
    db = duckdb.connect()
    read = "read_csv('{}/{}/{}.csv.gz', header = true, all_varchar = true)"
    for table, part in LOOKED_UP.items():
        db.execute(f"create view {table} as from {read.format(mimic, part, table)}")
    count = 0
    with (HERE / "ehr2trace.csv").open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            part, table = line["from"].split("/")
            sql = (
                f"select {line['columns']} from {read.format(mimic, part, table)} t"
                f" where {line['where']}"
            )
            (rows,) = db.execute(
                f"copy ({sql}) to '{into}/{line['prepared']}.parquet'"
            ).fetchone() or (0,)
            count += rows
    return count
