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
    from datong.terms.normalizer import Answer, Normalizer

__all__ = ["normalize", "opened"]


def normalize(
    texts: Sequence[str], *, source: Path, system: str = "", edition: str = ""
) -> list[Answer]:
    """Say what texts mean, in their order.

    `source` is a folder of models, or a code table (CSV, TSV or JSON lines), which the
    starter then serves; `system` and `edition` name the table where it does not.
    Raises Trouble TERMS-MODEL or TERMS-TABLE where it is neither.
    """
    return opened(source, system, edition).normalize(texts)


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
