"""A local table becomes standard records.

In:  a landed table as its owner keeps it, and its mapping file.
Out: standard records that know their source row, or rejects.
"""
