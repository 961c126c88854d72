"""Rules that nobody wrote: nearly all rows of a table keep them, and a few break them.

In:  tables, whatever their columns are called.
Out: findings on the rows that break what the others keep.
"""

from datong.quality.discovered.judged import WHY, judge_discovered

__all__ = ["WHY", "judge_discovered"]
