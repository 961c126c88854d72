"""Invented rules, accesses and rows: what the laws of the gate are tried on."""

from collections.abc import Container
from datetime import date
from itertools import product
from random import Random

from hypothesis import strategies as st

from datong.guard.facts import ACTIONS, BASES, FACTS, SCENARIOS, Facts, Known, Of, Sort
from datong.guard.grammar import And, Compare, In, IsNull, Literal, Name, Not, Or, Rule
from datong.guard.policy import Effect, Policy
from datong.guard.policy import Rule as PolicyRule

WORDS = ("a", "b", "TREAT", "STUDY", "it's", "安")
TEXTS = st.sampled_from(WORDS)
WHOLES = st.integers(-2, 6)
SETS = st.frozensets(st.sampled_from(WORDS[:4]), max_size=3)
# A text in a rule stands in quotes, so it has none inside.
LITERALS = {
    Sort.TEXT: TEXTS.filter(lambda text: "'" not in text).map(Literal),
    Sort.WHOLE: WHOLES.map(Literal),
    Sort.FLAG: st.booleans().map(Literal),
}


def of_sort(sort: Sort) -> st.SearchStrategy[Name]:
    """A fact of one kind."""
    return st.sampled_from([Name(f.name) for f in FACTS.values() if f.sort is sort])


def comparisons(sort: Sort, operators: tuple[str, ...]) -> st.SearchStrategy[Rule]:
    """A comparison of two values of one kind."""
    value = of_sort(sort) | LITERALS[sort]
    return st.builds(Compare, st.sampled_from(operators), value, value)


TESTS = st.one_of(
    of_sort(Sort.FLAG),
    comparisons(Sort.TEXT, ("=", "!=")),
    comparisons(Sort.FLAG, ("=", "!=")),
    comparisons(Sort.WHOLE, ("=", "!=", "<", "<=", ">", ">=")),
    st.builds(
        In,
        of_sort(Sort.TEXT) | LITERALS[Sort.TEXT],
        of_sort(Sort.SET) | SETS.filter(bool).map(Literal),
    ),
    st.sampled_from([Name(name) for name in FACTS]).map(IsNull),
)
RULES: st.SearchStrategy[Rule] = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda rs: And(tuple(rs))),
        st.lists(inner, min_size=2, max_size=3).map(lambda rs: Or(tuple(rs))),
    ),
    max_leaves=6,
)


CHOICES: dict[Sort, list[Known]] = {
    Sort.TEXT: [None, *WORDS],
    Sort.WHOLE: [None, *range(-2, 7)],
    Sort.FLAG: [None, True, False],
    Sort.SET: [None, frozenset(), frozenset("a"), frozenset(["it's", "TREAT", "b"])],
}


def facts(*kinds: Of) -> st.SearchStrategy[Facts]:
    """Facts, each of them unknown now and then (from a seed, which is quicker)."""
    return st.integers(0, 2**32).map(lambda seed: thrown(seed, kinds))


def thrown(seed: int, kinds: Container[Of]) -> Facts:
    """Throw the dice for each fact."""
    dice = Random(seed)  # noqa: S311 - a test's dice
    return {
        fact.name: dice.choice(CHOICES[fact.sort])
        for fact in FACTS.values()
        if fact.of in kinds
    }


COLUMN = "secret"
EFFECTS = st.sampled_from(list(Effect))
MASKS = st.dictionaries(
    st.just(COLUMN), st.sampled_from(["null", "last2", "first1", "middle2"]), max_size=1
)
SCALES = st.fixed_dictionaries(
    {
        "action": st.sampled_from(ACTIONS),
        "purpose": st.sampled_from(("TREAT", "STUDY", "PAY")),
        "basis": st.sampled_from(BASES[:2]),
        "scenario": st.sampled_from(SCENARIOS[:2]),
        "subject.role": st.sampled_from(("a", "b")),
    }
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A policy of up to five rules; some accesses are not listed."""
    rules = [
        PolicyRule(
            f"r{n}",
            draw(EFFECTS),
            draw(st.frozensets(st.sampled_from(ACTIONS), min_size=4)),
            draw(RULES),
            draw(st.just(frozenset()) | st.frozensets(st.sampled_from(BASES[:2]))),
            draw(MASKS),
        )
        for n in range(draw(st.integers(0, 5)))
    ]
    everything = product(("a", "b"), SCENARIOS[:2], ("TREAT", "STUDY"), BASES[:2])
    return Policy("test", date(2026, 1, 1), {}, frozenset(everything), tuple(rules))
