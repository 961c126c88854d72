"""Why two records are one person, or are not: a waterfall from prior to score."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from datong.core.say import Say
from datong.link.block import hashes_of
from datong.link.linkage import Run, scorer, verified
from datong.link.pattern import compare
from datong.link.score import terms

_REACHES = Say("one person: the score reaches the threshold", "同一人：得分达到阈值")
_THROUGH = Say("one person, through other records", "同一人：经由其他记录关联")
_NUMBERS = Say("two persons: verified numbers differ", "不同人：已校验的证件号不同")
_BELOW = Say("two persons: the score is too low", "不同人：得分低于阈值")
_UNMET = Say("two persons: no rule compared them", "不同人：没有规则使二者相遇")
_OTHERS = Say(
    "two persons: their other records speak against it",
    "不同人：各自的其他记录不支持合并",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the waterfall: what was seen, and the bits that it adds."""

    what: Say
    bits: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The whole answer for two records."""

    steps: tuple[Step, ...]
    score: float
    theta: float
    rules: tuple[str, ...]  # the rules by which the two records meet
    decision: Say
    linked: bool

    @property
    def lines(self) -> tuple[str, ...]:
        """Write the waterfall for a card, in both languages."""
        steps = (f"{step.bits:+.1f} {both(step.what)}" for step in self.steps)
        return (*steps, both(self.decision))


def both(say: Say) -> str:
    """Write a message in both languages, for whoever will read it."""
    return f"{say.en} | {say.zh}"


def why(run: Run, a: int, b: int) -> Evidence:
    """Explain two source rows (numbers from 0), linked or not."""
    rows = np.array([[run.table.row_of[a]], [run.table.row_of[b]]], np.int32)
    i, j = np.minimum(*rows), np.maximum(*rows)
    score = float(scorer(run.table, run.model)(i, j)[0])
    steps = list(_steps(run, i, j))
    rest = score - sum(step.bits for step in steps)
    steps.append(Step(Say("kin, twins and calibration", "亲属、双胞胎与校准"), rest))
    linked = bool(run.person[a] == run.person[b])
    met = tuple(_rules(run, int(i[0]), int(j[0])))
    decision = _decision(run, (int(i[0]), int(j[0])), (linked, score, bool(met)))
    return Evidence(tuple(steps), score, run.theta, met, decision, linked)


def _steps(run: Run, i: np.ndarray, j: np.ndarray) -> Iterator[Step]:
    """Yield the prior, and what each column adds."""
    table, model = run.table, run.model
    yield Step(Say("before anything is compared", "比较之前"), model.prior)
    levels = compare(table, i, j)
    for k, column in enumerate(table.columns):
        level = int(levels[0, k])
        said = Say("missing", "缺失") if level == 0 else column.words[level - 1]
        what = Say(f"{column.name}: {said.en}", f"{column.name}：{said.zh}")
        yield Step(what, float(model.bits(levels, k)[0]))
    rare = float(terms(table, model, levels, i)[0][0])
    if rare:
        yield Step(Say("how rare the equal values are", "相同取值的稀有程度"), rare)


def _rules(run: Run, i: int, j: int) -> Iterator[str]:
    """Name the rules by which two rows meet."""
    both = np.array([i, j], np.int32)
    for rule in run.rules:
        held, rows = hashes_of(run.table, rule.keys, both)
        one, two = held[rows == i], held[rows == j]
        if np.isin(one[one != 0], two).any():
            names = (f"{run.table.columns[k.column].name}.{k.name}" for k in rule.keys)
            yield " + ".join(names)


def _decision(run: Run, rows: tuple[int, int], found: tuple[bool, float, bool]) -> Say:
    """Say what became of the pair, and which rule decided."""
    linked, score, met = found
    number = verified(run.table)[list(rows)]
    differ = bool((number >= 0).all() and number[0] != number[1])
    cases = (
        (linked and score >= run.theta, _REACHES),
        (linked, _THROUGH),
        (differ, _NUMBERS),
        (score < run.theta, _BELOW),
        (not met, _UNMET),
        (True, _OTHERS),
    )
    return next(say for holds, say in cases if holds)
