"""One meaning, many words.

In:  the words and codes that a hospital uses; code tables; approved mappings.
Out: standard concepts, each with a calibrated score, a decision and the reasons for it.

`normalize` answers texts: with a trained model (`datong terms train`), or, from a code
table alone, with the starter that ships.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datong.terms.answer import Answer
    from datong.terms.normalizer import Normalizer

__all__ = ["normalize", "opened"]


def normalize(
    texts: Sequence[str],
    *,
    units: Sequence[str] = (),
    system: str = "",
    edition: str = "",
    source: Path | None = None,
) -> list[Answer]:
    """Say what texts mean, in their order.

    `source` is a folder of models, or a code table (CSV, TSV or JSON lines), which the
    starter then serves. Without it, `system` and `edition` find one: in `[[terms]]` of
    `datong.toml` in this folder, or in the folder that `DATONG_TERMS` names.
    `units` has for each text the unit that its values came in (empty: none): a code
    whose `unit` in the table measures something else is struck.
    Raises Trouble TERMS-SYSTEM, TERMS-MODEL or TERMS-TABLE where there is none.
    """
    if source is None:
        from datong.terms.found import find  # noqa: PLC0415 - seldom needed

        known = find(system, edition)
        source, system, edition = known.place, known.system, known.edition
    return opened(source, system, edition).normalize(texts, units)


@lru_cache(maxsize=8)
def opened(source: Path, system: str = "", edition: str = "") -> Normalizer:
    """Open a folder of models or a code table, once."""
    from datong.terms.codes import read_table  # noqa: PLC0415 - an extra
    from datong.terms.library import Library  # noqa: PLC0415 - an extra
    from datong.terms.normalizer import Normalizer  # noqa: PLC0415 - an extra
    from datong.terms.starter import starter  # noqa: PLC0415 - an extra

    if source.is_dir():
        return Library(source).open()
    return Normalizer(starter(read_table(source, system, edition)))
