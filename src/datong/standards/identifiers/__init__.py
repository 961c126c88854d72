"""Facts about identifiers: check digits, readings of names, divisions.

In:  nothing of ours.
Out: tables and functions on arrays.
"""
