"""A first mapping for a table that nobody has seen: suggested, with evidence.

In:  landed tables, the names and comments of their columns.
Out: for each table the kind of record, for each column the field, each with evidence
     and confidence; what only the owner can answer; mapping files that run.
"""
