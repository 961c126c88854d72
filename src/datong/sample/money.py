"""What it costs: fee lines and settlements, in fen (a hundredth of a yuan)."""

import numpy as np
from numpy.typing import NDArray

from datong.sample.courses import INPATIENT
from datong.sample.measures import panels
from datong.sample.treatment import EXAMINATIONS, Done
from datong.sample.visits import Visits
from datong.sample.words import Column, Table, words

# Price of a laboratory panel by its name, in fen.
PANEL = {"血常规": 3000, "尿常规": 2500, "肝功能": 10000, "肾功能": 8000, "血脂": 7500}
TREATED = 3  # of ten visits at hospitals are treated there: dressing, infusion, needles
CLASSES = (
    "床位费",
    "诊察费",
    "检查费",
    "化验费",
    "治疗费",
    "手术费",
    "护理费",
    "卫生材料费",
    "西药费",
    "挂号费",
)
# Share that the fund pays above the deductible; share of the rest from the account.
PLANS = {"职工医保": (0.75, 0.4), "城乡居民": (0.58, 0.0), "自费": (0.0, 0.0)}


FACTOR = np.array([100, 85, 60])  # of a price, in percent, at each tier


def make_fees(visits: Visits, done: Done) -> Table:
    """List the fee lines of every encounter."""
    lines = [*_stays(visits), _examinations(visits, done.examinations)]
    lines += [_panels(done.results), *_operations(visits, done.operations)]
    drug, orders, taken = words("drugs"), done.orders, ~done.orders["cancelled"]
    ordered = orders["drug"][taken]
    price = drug["price"][ordered].astype(np.int64)
    named = (orders["encounter"][taken], "西药费", drug["name"][ordered])
    lines.append(_lines(*named, price, orders["quantity"][taken]))
    table = {name: np.concatenate([line[name] for line in lines]) for name in lines[0]}
    order = np.argsort(table["encounter"], kind="stable")
    return {name: column[order] for name, column in table.items()}


def _stays(visits: Visits) -> list[Table]:
    """Charge every encounter for the doctor, every stay for bed and nursing."""
    every, tier = np.arange(len(visits)), visits.slot // 2
    inside = np.flatnonzero(visits.kind == INPATIENT)
    days = (visits.end - visits.start)[inside].astype(np.int64) // 86_400 + 1
    outside = (visits.kind != INPATIENT) & (visits.slot < 4)
    treated = np.flatnonzero(outside & ((visits.person * 7 + every) % 10 < TREATED))
    bed = 8_000 * FACTOR[tier[inside]] // 100
    return [
        _lines(every, "诊察费", "诊察费", 5_000 * FACTOR[tier] // 100, 1),
        _lines(inside, "床位费", "普通床位费", bed, days),
        _lines(inside, "护理费", "二级护理", bed * 3 // 4, days),
        _lines(inside, "治疗费", "静脉输液及护理治疗", bed * 15 // 4, days),
        _lines(treated, "治疗费", "门诊治疗", 30_000 * FACTOR[tier[treated]] // 100, 1),
    ]


def _examinations(visits: Visits, examinations: Table) -> Table:
    """Charge every image and recording."""
    seen, kind = examinations["encounter"], examinations["kind"]
    names, prices = (np.array([one[k] for one in EXAMINATIONS])[kind] for k in (0, 1))
    cost = prices * FACTOR[visits.slot[seen] // 2] // 100
    return _lines(seen, "检查费", names, cost, 1)


def _panels(results: Table) -> Table:
    """Charge every laboratory report once."""
    first = np.flatnonzero(np.diff(results["report"], prepend=-1))
    names = panels()[0]
    price = np.array([PANEL.get(name, 15_000) for name in names])
    panel = results["panel"][first]
    named = (results["encounter"][first], "化验费", np.array(names)[panel])
    return _lines(*named, price[panel], 1)


def _operations(visits: Visits, operations: Table) -> list[Table]:
    """Charge every operation and what it used up."""
    encounter, term = operations["encounter"], operations["term"]
    table = words("procedures")
    price = table["price"][term].astype(np.int64)
    price = price * FACTOR[visits.slot[encounter] // 2] // 100
    return [
        _lines(encounter, "手术费", table["name"][term], price, 1),
        _lines(encounter, "卫生材料费", "手术材料", price * 8 // 10, 1),
    ]


def _lines(
    encounter: NDArray[np.int64],
    fee_class: str,
    item: str | Column,
    price: NDArray[np.int64],
    quantity: int | NDArray[np.int64],
) -> Table:
    """Write fee lines of one class."""
    size = len(encounter)
    many = np.broadcast_to(quantity, size).astype(np.int64)
    return {
        "encounter": encounter,
        "fee_class": np.full(size, CLASSES.index(fee_class)),
        "item": np.broadcast_to(item, size),
        "price": price,
        "quantity": many,
        "amount": price * many,
    }


def make_settlements(visits: Visits, fees: Table, plan: Column) -> Table:
    """Settle each encounter: fund, account and patient together pay the total."""
    size, wide = len(visits), len(CLASSES)
    key = fees["encounter"] * wide + fees["fee_class"]
    sums = np.zeros(size * wide, dtype=np.int64)
    np.add.at(sums, key, fees["amount"])
    by_class = sums.reshape(size, wide)
    total = by_class.sum(axis=1)
    share, account = (
        np.array([PLANS[str(p)][k] for p in np.unique(plan)]) for k in (0, 1)
    )
    place = np.unique(plan, return_inverse=True)[1]
    deductible = np.where(visits.kind == INPATIENT, 60_000, 0)
    fund = (np.maximum(total - deductible, 0) * share[place]).astype(np.int64)
    from_account = ((total - fund) * account[place]).astype(np.int64)
    made = {"total": total, "fund": fund, "account": from_account}
    made |= {"cash": total - fund - from_account, "time": visits.end}
    return made | {f"class_{k}": by_class[:, k] for k in range(wide)}
