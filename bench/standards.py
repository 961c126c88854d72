"""Standards as code: value checks a second, beside pandera and a FHIR validator.

A check is one verdict for a row, a column and a rule. Ours is timed from the closed
Parquet file to the findings. The peers do what they can of the same checks on the same
rows (the first of the file): pandera missing values, lengths, patterns and code lists;
fhir.resources a Patient made of the row's demographic fields, where each value counts
for three verdicts (presence, type, form), more than it is asked for.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
import pyarrow.parquet as pq
from fhir.resources.patient import Patient

from bench.differences import UNKNOWN, compare
from bench.figure import Cost, Figure, best_of, cost
from bench.real import real_data
from datong.quality.conformance import conform
from datong.quality.conformance.conform import Options
from datong.standards.checks import compile_checks, item_format
from datong.standards.generate import invalid, valid
from datong.standards.importing import read_file
from datong.standards.library import Library, load
from datong.standards.model import Profile
from datong.standards.narrow import narrow
from datong.standards.recoding import compare_codes
from datong.standards.shelf import Shelf

ROWS, PEER_ROWS, PATIENTS = 1_000_000, 100_000, 20_000
NAMES = """
    A01 A48 A49 B12 B15 A46C A11 A12C A13 A14 A21C A38C A19C A20 A23C A25C A26 A28C A33C
    B11C B13C B16C B20 C03C C04N C05C C24C C26C C27C B30C B34C B36C C28 D01 D09 D11 D16
    D19 D20 D23
"""
FIELDS = tuple(NAMES.split())
PAIRS = (
    ("ICD10北京版v6.0.1", "ICD10北京版v7.0", ""),
    ("ICD10国临版v1.0", "ICD10国临版v2.0", ""),
    ("ICD10国临版v2.0", "ICD10国临版v2.0_2022", ""),
    ("ICD10国临版v1.0", "ICD10医保版v1.0", "ICD10国临版v1.0对照医保版v1.0"),
    ("ICD10医保版v1.0", "ICD10医保版v2.0", "ICD10医保版v1.0对照医保版v2.0"),
    ("ICD10北京版v7.0", "ICD10国临版v2.0", "ICD10北京版v7.0对照国临版v2.0"),
    ("ICD10国临版v2.0", "ICD10医保版v2.0", "ICD10国临版v2.0对照医保版v2.0"),
    ("ICD10国临版v2.0", "ICD10北京版v7.0", "ICD10国临版v2.0对照北京版v7.0"),
    ("ICD10北京版v7.0", "ICD10医保版v2.0", "ICD10北京版v7.0对照医保版v2.0"),
    ("ICD9CM3国临版v2.0", "ICD9CM3国临版v3.0", ""),
    ("ICD9CM3国临版v3.0", "ICD9CM3国临版v3.0_2022", ""),
    ("ICD9CM3国临版v2.0", "ICD9CM3医保版v1.0", "ICD9CM3国临版v2.0对照医保版v1.0"),
    ("ICD9CM3国临版v3.0", "ICD9CM3北京版v8.0", "ICD9CM3国临版v3.0对照北京版v8.0"),
    ("ICD9CM3北京版v8.0", "ICD9CM3医保版v2.0", "ICD9CM3北京版v8.0对照医保版v2.0"),
    ("ICD9CM3北京版v6.0.1", "ICD9CM3北京版v8.0", ""),
    ("ICD9CM3医保版v1.0", "ICD9CM3医保版v2.0", "ICD9CM3医保版v1.0对照医保版v2.0"),
    ("ICD9CM3国临版v3.0", "ICD9CM3医保版v2.0", "ICD9CM3国临版v3.0对照医保版v2.0"),
)


def measure() -> list[Figure]:
    """Take all figures."""
    library = load()
    with tempfile.TemporaryDirectory() as folder:
        speed = list(_speed(library, Path(folder)))
        law = list(_law(library, Path(folder)))
    return [*speed, *law, *_catalogue(library), *_differences()]


def _speed(library: Library, folder: Path) -> Iterator[Figure]:
    """Measure checks a second, ours and the peers'."""
    profile = narrow(library.profile("frontpage-western-2019"), FIELDS)
    file, part = folder / "frontpage.parquet", folder / "part.parquet"
    table = _varied(valid(profile, library, ROWS, seed=1))
    pq.write_table(table, file, compression="zstd", row_group_size=122_880)
    pq.write_table(table.slice(0, PEER_ROWS), part, compression="zstd")
    options = Options(shelf=Shelf(folder / "shelf"))
    checks = conform(file, profile, options).checks
    ours = best_of(3, lambda: conform(file, profile, options))
    theirs, asked = _pandera(profile, library, part)
    fhir, given = _fhir(part)
    rates = (
        checks / ours.wall_seconds,
        asked / theirs.wall_seconds,
        given / fhir.wall_seconds,
    )
    packages = ("pandera", "pandas", "fhir.resources")
    told = {"rows": ROWS, "seed": 1, "cost": ours, "packages": packages}
    yield Figure(
        "value_checks_per_second", rates[0], "checks/s", "pandera", rates[1], **told
    )
    yield Figure(
        "value_checks_per_cpu_second", checks / ours.cpu_seconds, "checks/s", **told
    )
    yield Figure("ratio_pandera", rates[0] / rates[1], "times", **told)
    yield Figure("ratio_fhir", rates[0] / rates[2], "times", "fhir.resources", **told)


def _varied(table: pa.Table) -> pa.Table:
    """Give names, addresses and costs the variety that they have in life."""
    random = np.random.default_rng(1)
    names = np.array(["张", "王", "李", "赵", "欧阳", "阿不都"])
    given = np.array([chr(c) for c in range(0x4E00, 0x4E00 + 900)])
    rows = table.num_rows
    whole = (
        names[random.integers(0, 6, rows)],
        given[random.integers(0, 900, rows)],
        given[random.integers(0, 900, rows)],
    )
    people = np.char.add(np.char.add(whole[0], whole[1]), whole[2])
    streets = np.char.add("幸福路", random.integers(1, 9_999, rows).astype(str))
    for column, values in (("A11", people), ("A26", np.char.add(streets, "号"))):
        place = table.column_names.index(column)
        table = table.set_column(place, column, pa.array(values))
    return table


def _pandera(profile: Profile, library: Library, file: Path) -> tuple[Cost, int]:
    """Time pandera on what it can say of the same checks."""
    columns, asked = {}, 0
    for item in profile.data_set.items:
        form = item_format(item)
        checks = [pandera.Check.str_length(max_value=form.high)] if form.high else []
        if item.value_set:
            listed = list(library.sets[item.value_set].labels)
            checks.append(pandera.Check.isin(listed))
        elif form.chars in ("D10", "DT19"):
            checks.append(pandera.Check.str_matches(r"^\d{4}-\d\d-\d\d"))
        elif form.number:
            checks.append(pandera.Check.str_matches(r"^-?\d+(\.\d+)?$"))
        columns[item.id] = pandera.Column(nullable=item.need != "M", checks=checks)
        asked += len(checks) + 1
    schema = pandera.DataFrameSchema(columns)
    taken = best_of(2, lambda: schema.validate(pd.read_parquet(file), lazy=True))
    return taken, asked * PEER_ROWS


def _fhir(file: Path) -> tuple[Cost, int]:
    """Time a FHIR validator on Patients made of the same rows."""
    wanted = ["A48", "A11", "A12C", "A13", "A26", "A20"]
    rows = pq.read_table(file, columns=wanted).slice(0, PATIENTS).to_pylist()
    patients = [
        {
            "resourceType": "Patient",
            "identifier": [{"value": row["A48"]}, {"value": row["A20"]}],
            "name": [{"text": row["A11"]}],
            "gender": "male" if row["A12C"] == "1" else "female",
            "birthDate": row["A13"],
            "address": [{"text": row["A26"]}],
        }
        for row in rows
    ]
    with cost() as taken:
        for patient in patients:
            Patient.model_validate(patient)
    return taken, 3 * len(wanted) * PATIENTS


def _law(library: Library, folder: Path) -> Iterator[Figure]:
    """Measure what valid records pass and what invalid ones are caught."""
    options = Options(shelf=Shelf(folder / "shelf"))
    passed = asked = caught = wrong = 0
    for name in library.profiles:
        profile = narrow(library.profile(name), (), 3)
        table = valid(profile, library, 2_000, seed=3)
        asked += table.num_rows
        failed = conform(table, profile, options).findings
        passed += max(0, table.num_rows - sum(f.records for f in failed))
        made = invalid(profile, library)
        checks = made["_check"].to_pylist()
        report = conform(made.drop_columns(["_check"]), profile, options)
        broken = {finding.check for finding in report.findings}
        compiled = compile_checks(profile, library, profile.items)
        wrong += len(compiled.row) + sum(map(len, compiled.value.values()))
        caught += sum(check in broken for check in checks)
    yield Figure("valid_passed", 100 * passed / asked, "%", rows=asked, seed=3)
    yield Figure("invalid_caught", 100 * caught / wrong, "%", rows=wrong)


def _catalogue(library: Library) -> Iterator[Figure]:
    """Count the catalogue, and time its loading."""
    for name, count in library.counts().items():
        yield Figure(f"catalogue_{name}", count, name)
    found, _ = compare(real_data() / "std", library)
    verdicts = sum(one.verdict != UNKNOWN for one in found)
    yield Figure("reference_differences", len(found), "facts")
    yield Figure("reference_differences_with_verdict", verdicts, "facts")
    load.cache_clear()
    taken = best_of(5, _cleared(load))
    yield Figure("bundle_load", 1_000 * taken.wall_seconds, "ms", cost=taken)


def _cleared(work: Callable[[], object]) -> Callable[[], object]:
    """Load as if for the first time in the process."""

    def again() -> object:
        load.cache_clear()
        return work()

    return again


def _differences() -> Iterator[Figure]:
    """Compare the editions of the code tables."""
    codes = real_data() / "codes"
    for before, after, walk in PAIRS:
        a, b = (read_file(codes / f"{name}.dat").table for name in (before, after))
        crossed = read_file(codes / f"{walk}.dat").table if walk else None
        start = time.perf_counter()
        found = compare_codes(a, b, crossed)
        taken = time.perf_counter() - start
        pair = f"diff {before} → {after}"
        yield Figure(f"{pair}: seconds", taken, "s", rows=a.num_rows + b.num_rows)
        for kind, count in {**found.kinds(), **found.counts}.items():
            yield Figure(f"{pair}: {kind}", count, "codes")
