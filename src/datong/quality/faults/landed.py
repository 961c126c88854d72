"""The source of the ground: its records as a hospital's own tables would have them.

In:  records of the ground, with a fault of the source in them or without.
Out: landed rows, all cells text, in words and forms of the hospital's own.

What a mapping makes of a cell is not landed beside it: a number that is read out of a
text, a precision, a key that the house gives.
"""

from collections.abc import Mapping

import pyarrow as pa

from datong.engine.duckdb import Duck, literal, quoted
from datong.quality.faults.ground import file_of

WORDS = {
    "sex_code": {"1": "男", "2": "女"},
    "class_code": {"inpatient": "住院", "outpatient": "门诊"},
    "role_code": {"primary": "主要", "secondary": "其他"},
    "flag_code": {"N": "正常", "H": "↑", "L": "↓"},
    "given_code": {"completed": "1", "refused": "2", "cancelled": "3"},
    "unit_code": {"umol/L": "μmol/L", "Cel": "℃", "mm[Hg]": "mmHg"},
    "item_code": {"temperature": "T", "systolic": "SBP", "diastolic": "DBP"},
    "deleted": {"true": "1", "false": "0"},
}
MADE = {"record", "source", "version", "_rule", "organization", "time_precision"}
NUMBERED = {"person": "P", "encounter": "V"}  # a hospital's own numbers of them


def landed(records: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return the landed rows of each organization and kind, named as a release does."""
    made = {}
    for kind, table in records.items():
        with Duck() as duck:
            duck.see("held", table)
            cells = [
                f"{_cell(name, str(table.schema.field(name).type))} as c{number}"
                for number, name in enumerate(table.column_names)
                if _is_landed(table, name)
            ]
            for organization in ("H001", "H002"):
                first = file_of(kind, organization) << 40
                sql = f"select _row, {', '.join(cells)} from held where _row >> 40"
                made[f"{organization} {kind}"] = duck.fetch(f"{sql} = {first >> 40}")
    return made


def _is_landed(table: pa.Table, name: str) -> bool:
    """Tell whether a hospital would have a column for a field."""
    if name in MADE or name == "_row" or table[name].null_count == table.num_rows:
        return False
    return not (name == "value_number" and "value_text" in table.column_names)


def _cell(name: str, kind: str) -> str:
    """Write a field as a hospital does."""
    column = quoted(name)
    if name in NUMBERED:
        return f"'{NUMBERED[name]}' || {column}"
    if kind.startswith("timestamp"):
        return f"strftime({column}, '%Y-%m-%d %H:%M:%S')"
    if kind.startswith("decimal"):
        return f"rtrim(rtrim(cast({column} as varchar), '0'), '.')"
    text = f"cast({column} as varchar)"
    for ours, theirs in WORDS.get(name, {}).items():
        text = f"if({column} = {literal(ours)}, {literal(theirs)}, {text})"
    return text
