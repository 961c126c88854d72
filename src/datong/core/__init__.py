"""The words that every room speaks.

In:  nothing of ours.
Out: shapes, records, rejects, reasons, decisions, checks, the ledger.
"""
