"""Doors for code systems: one file a layout.

In:  a file of a publisher.
Out: codes, labels, parents, classes; or a crosswalk; and what could not be taken.

A layout module has `NAME`, `SAYS` (what files it takes), `fits(path) -> bool` and
`read(path) -> Reading`. It is found by being here.
"""
