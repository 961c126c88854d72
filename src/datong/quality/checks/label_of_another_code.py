"""A code has its own label."""

from collections import Counter

from datong.core.check import Severity
from datong.core.say import Say
from datong.core.shape import Row
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()


def find(tables: Tables) -> set[int]:
    """Find rows whose words are the usual ones of another code."""
    pairs = Counter(
        (str(d["diagnosis_code"]), str(d["diagnosis_text"]))
        for d in tables["diagnosis"]
        if d["diagnosis_code"] is not None and d["diagnosis_text"] is not None
    )
    usual: dict[str, str] = {}
    for (code, label), times in sorted(pairs.items(), key=lambda p: (-p[1], p[0][1])):
        if code not in usual:
            usual[code] = label if times >= 3 else ""
    labels = set(usual.values()) - {""}
    return {
        int(str(d["record"]))
        for d in tables["diagnosis"]
        if usual.get(str(d["diagnosis_code"]), "") not in ("", d["diagnosis_text"])
        and d["diagnosis_text"] in labels
    }


def _rows(*pairs: tuple[str, str, int]) -> list[Row]:
    """Make rows of codes and labels for the scenes."""
    rows = [(code, label) for code, label, times in pairs for _ in range(times)]
    return [
        {"record": n, "diagnosis_code": code, "diagnosis_text": label}
        for n, (code, label) in enumerate(rows, start=1)
    ]


CHECK = Together(
    name="label_of_another_code",
    table="diagnosis",
    reads=(KINDS["diagnosis"].shape,),
    severity=Severity.ERROR,
    why=Say(
        "Code and words contradict each other: one belongs to another row or edition.",
        "编码与名称矛盾：其中之一属于另一行或另一版本。",
    ),
    examined="diagnosis_code is not null",
    bad="""
        with pairs as (
            select diagnosis_code as code, diagnosis_text as label, count(*) as n
            from diagnosis
            where diagnosis_code is not null and diagnosis_text is not null group by all
        ), main as (
            select code, label from pairs qualify row_number()
            over (partition by code order by n desc, label) = 1 and n >= 3
        )
        select d.record from diagnosis d
        join main own on own.code = d.diagnosis_code and own.label <> d.diagnosis_text
        join (select distinct label from main) other on other.label = d.diagnosis_text
    """,
    find=find,
    scenes=(
        Scene(
            {"diagnosis": _rows(("I10", "高血压", 3), ("E11", "糖尿病", 3))},
            frozenset(()),
        ),
        Scene(
            {
                "diagnosis": _rows(
                    ("I10", "高血压", 3), ("E11", "糖尿病", 3), ("I10", "糖尿病", 1)
                )
            },
            frozenset((7,)),
        ),
    ),
)
