"""What people decide and what the house must remember.

In:  approvals, users, versions, releases, finished steps.
Out: the same, later.
"""
