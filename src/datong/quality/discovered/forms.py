"""How the words of a column are written: letters, digits and marks in their places.

In:  the columns of a table.
Out: rows whose word is written as nearly none of its column is.

A code is looked at letter by letter; where lengths differ (numbers, times, words) runs
of digits or letters count as one.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datong.engine.duckdb import Duck, literal
from datong.quality.discovered.cells import NEARLY, Broken, Column, Rows, Rule, counted

USUAL = 0.02  # of the rows are written so
LOOKED = 1_000  # words that tell the forms
FEW = 20  # forms at most that make a rule
SHARED = 5  # words at least to a form; else each word of a list has its own
HAN = "汉"
# What a letter is a case of, as a pattern; the sign before a number does not count.
CASES = {"9": "[0-9０-９]", "A": "[A-Z]", "a": "[a-z]", HAN: "[^\\x00-\\x7f]"}
SIGNS = "[-<>=≤≥+]*"
NUMBER = "9+([.]9+)?"


def find(duck: Duck, rows: Rows) -> Iterator[Broken]:
    """Find the columns whose words are written in few forms, and what is not so."""
    rules = (_rule(column) for column in rows.columns)
    yield from counted(duck, rows, [one for one in rules if one is not None])


def _rule(column: Column) -> Rule | None:
    """Write the rule for a column that has one."""
    for is_exact in (True, False):
        if usual := _usual(column, is_exact=is_exact):
            written = literal(pattern(usual, is_exact=is_exact))
            broken = f"not regexp_full_match({column.text}, {written})"
            if column.is_quantity or column.times is not None:
                value = column.number if column.is_quantity else column.time
                broken = f"{value} is null and {broken}"  # few come to the pattern
            return Rule("unusual_form", column.name, "", column.text, broken)
    return None


def _usual(column: Column, *, is_exact: bool) -> list[str]:
    """Return the usual forms of a column; none where too many words have another."""
    if is_exact and (column.times is not None or column.is_quantity):
        return []
    filled = column.codes[(column.codes >= 0) & (column.codes < LOOKED)]
    words = pa.array(column.words[:LOOKED])
    forms = forms_of(words, is_exact=is_exact).dictionary_encode()
    rows = np.bincount(forms.indices.to_numpy()[filled])
    named = forms.dictionary.to_pylist()
    usual = [named[n] for n in np.flatnonzero(rows >= USUAL * filled.size)]
    is_rule = rows[rows >= USUAL * filled.size].sum() >= NEARLY * filled.size
    han = rows[[HAN in one for one in named]].sum()
    many = len(usual) * (1 if is_exact else SHARED)
    is_shared = many <= min(len(column.words), SHARED * FEW) and han <= filled.size / 2
    return usual if is_rule and is_shared and not (is_exact and len(usual) > 1) else []


def forms_of(words: pa.Array, *, is_exact: bool) -> pa.Array:
    """Write how words are written: `A99` for K01; `A9` where runs count as one."""
    made = pc.replace_substring_regex(words, f"^{SIGNS}", "")
    for case, letters in CASES.items():
        run = "+" if case == HAN or not is_exact else ""
        made = pc.replace_substring_regex(made, letters + run, case)
    return made if is_exact else pc.replace_substring_regex(made, NUMBER, "9")


def pattern(forms: list[str], *, is_exact: bool) -> str:
    """Write the pattern of all words in some forms."""
    made = []
    for form in forms:
        parts = []
        for letter in form:
            case = CASES.get(letter)
            if case is None:
                parts.append(f"\\x{{{ord(letter):x}}}")
            elif letter == "9" and not is_exact:
                parts.append(f"{case}+([.]{case}+)?")
            else:
                parts.append(case if is_exact and letter != HAN else f"{case}+")
        made.append("".join(parts))
    return f"{SIGNS}({'|'.join(made)})"
