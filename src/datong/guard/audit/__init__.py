"""The audit: a line for every look and every decision, that nobody can quietly change.

In:  events.
Out: durable lines in a chain of hashes, heads to keep elsewhere, who looked at whom.
"""
