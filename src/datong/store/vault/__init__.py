"""The identity vault: the only place where identifiers lie.

In:  the numbers, names and texts by which people can be known.
Out: the same, to `link` and `guard` alone (an import contract keeps it so).
"""
