"""Whether checks tell of what was made wrong: rows planted beside rows told, by check.

Only mistakes that a check can see and that no step mends are held against it: a birth
date that its identity number contradicts, a stay that ends before it begins. A check
may tell of more rows than were planted: wrong digits in a number contradict a right
birth date too.
"""

from collections import Counter

import pyarrow.parquet as pq

from datong.engine.duckdb import Duck
from datong.quality.checks import all_checks
from datong.quality.own_judged import judge_own
from datong.run.judge import layers_of
from datong.run.project import Project

# layer, check: the mistakes that it should tell of
TELLS = {
    ("records", "birth_disagrees"): ("birth_first_january", "birth_day_month"),
    ("records", "sex_disagrees"): ("sex_wrong",),
    ("records", "ends_before_it_starts"): ("end_before_start",),
    ("records", "fee_lines_differ_from_settlement"): ("broken",),
    ("source", "full_width"): ("full_width",),
}


def score(project: Project) -> dict[str, float]:
    """Count both for each check; `caught`: the share of checks that told of something.

    Checks whose mistakes did not happen in this region are left out.
    """
    truth = project.root / "truth"
    planted = Counter(pq.read_table(truth / "mistakes.parquet")["mistake"].to_pylist())
    planted["broken"] = pq.read_table(truth / "broken.parquet").num_rows
    with project.read() as reader:
        layers = layers_of(reader)
    told: Counter[tuple[str, str]] = Counter()
    for layer in ("records", "source"):
        mine = [c for c in all_checks() if (layer, c.name) in TELLS]
        with Duck() as duck:
            for one in judge_own(duck, layers[layer], layer, mine):
                told[one.layer, one.type] += one.bad
    figures: dict[str, float] = {}
    asked = {c: sum(planted[m] for m in some) for c, some in TELLS.items()}
    asked = {check: rows for check, rows in asked.items() if rows}
    for check, rows in asked.items():
        figures |= {f"{check[1]}_planted": rows, f"{check[1]}_told": told[check]}
    caught = sum(told[check] > 0 for check in asked) / len(asked) if asked else 0.0
    return {"caught": caught, "checks": len(asked), **figures}
