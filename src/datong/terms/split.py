"""One text, several mentions: where a text may be cut, as hypotheses only.

Written marks (`+ , ; 伴 合并`) may cut; and so may the end of a word with which the
names of the code table end far more often than not (…综合征|…), learned from the table.
The unsplit text always stays beside its parts.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_MARKS = re.compile(r"[+,;:.?&|()\[\]]+|伴|合并|并")
_GOES_ON = frozenset("性后术期的样状伴前")  # what makes an ending part of a longer word
_LEAST = 3  # characters of a part


@dataclass(frozen=True, slots=True)
class Splitter:
    """Cuts texts at marks and at learned endings."""

    endings: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str]) -> "Splitter":
        """Learn with which two characters the names of a table end."""
        last: Counter[str] = Counter()
        anywhere: Counter[str] = Counter()
        for name in names:
            anywhere.update(name[at : at + 2] for at in range(len(name) - 1))
            if len(name) >= _LEAST:
                last[name[-2:]] += 1
        return cls(
            frozenset(
                end for end, n in last.items() if n >= 5 and n > 0.5 * anywhere[end]
            )
        )

    def parts(self, text: str) -> list[str]:
        """Return the parts of a folded text, none if it is one mention.

        >>> Splitter(frozenset({"综合征"[-2:]})).parts("肾病综合征高血压+贫血")
        ['肾病综合征', '高血压', '贫血']
        """
        found = [part for run in _MARKS.split(text) for part in self._cut(run)]
        found = [part for part in found if len(part) > 1]
        return found if len(found) > 1 else []

    def _cut(self, run: str) -> list[str]:
        """Cut one run between marks at its learned endings."""
        parts, start = [], 0
        for at in range(_LEAST, len(run) - _LEAST + 1):
            ends = run[at - 2 : at] in self.endings and run[at] not in _GOES_ON
            if ends and at - start >= _LEAST:
                parts.append(run[start:at])
                start = at
        return [*parts, run[start:]]
