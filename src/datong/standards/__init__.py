"""What the world has agreed on.

In:  published standards, each with its edition.
Out: shapes, code systems, value sets, the kinds of standard record.
"""
