"""The development sets as reviewed terms and code tables: their converters."""

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from datong.terms.codes import CodeTable, read_table, table_of
from datong.terms.evaluate import read_reviewed
from datong.terms.training import Reviewed

CROSSWALKS = (
    "xw_icd10_bj7_gl2",
    "xw_icd10_bj7_yb2",
    "xw_icd10_gl2_yb2",
    "xw_icd9_bj8_yb2",
    "xw_icd9_gl3_yb2",
)


@dataclass(frozen=True, slots=True)
class Task:
    """A code table, terms to train on and terms to answer."""

    table: CodeTable
    taught: list[Reviewed]
    asked: list[Reviewed]


def n7k(folder: Path) -> Task:
    """Procedures: Yidu-N7K."""
    return Task(
        read_table(folder / "yidu_n7k_codetable_ICD9_2017_union.jsonl"),
        read_reviewed(folder / "yidu_n7k_train.jsonl"),
        read_reviewed(folder / "yidu_n7k_val.jsonl"),
    )


def cdn(folder: Path) -> Task:
    """Diagnoses, several in a text: CHIP-CDN."""
    return Task(
        read_table(folder / "chip_cdn_codetable_ICD10_BJ601.jsonl"),
        read_reviewed(folder / "chip_cdn_train.jsonl"),
        read_reviewed(folder / "chip_cdn_dev_a.jsonl"),
    )


def crosswalk(folder: Path, name: str, *, same: bool = True) -> Task:
    """Pairs of a crosswalk whose names differ, the source code hidden.

    A fifth of the sources, by the hash of their code, is asked; the table holds every
    target of the file. `same` says whether pairs of one name are taught, too.
    """
    lines = (folder / f"{name}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    table = table_of({"code": r["tgt_code"], "name": r["tgt_name"]} for r in rows)
    taught, asked = [], []
    for row in rows:
        term = Reviewed(row["src_name"], (row["tgt_code"],))
        digest = sha256(row["src_code"].encode()).digest()
        if digest[0] % 5:
            taught += [term] if same or row["name_differs"] else []
        elif row["name_differs"]:
            asked.append(term)
    return Task(table, taught, asked)


def ncbi(folder: Path) -> Task:
    """English: mentions of the NCBI disease corpus, MEDIC as the table."""
    table = table_of(_medic(folder / "medic_06Jul2012.txt"))
    return Task(
        table,
        _mentions(folder / "NCBItrainset_corpus.txt"),
        _mentions(folder / "NCBIdevelopset_corpus.txt"),
    )


def _medic(path: Path) -> list[dict[str, str]]:
    """Read `code|other codes||name|synonyms`; a row for each code of a name."""
    rows = []
    for line in path.read_text("utf-8").splitlines():
        codes, _, names = line.partition("||")
        name, _, synonyms = names.partition("|")
        for code in filter(None, codes.split("|")):
            rows.append({"code": code, "name": name, "synonyms": synonyms})
            synonyms = ""  # once is enough
    return rows


def _mentions(path: Path) -> list[Reviewed]:
    """Read the mentions of a PubTator file; the codes of one are split at | and +."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) == 6:
            codes = re.split(r"[|+]", fields[5].strip().replace("OMIM:", ""))
            found.append(Reviewed(fields[3], tuple(dict.fromkeys(codes))))
    return found
