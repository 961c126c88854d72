"""The order of things: project folder, plan, runner, rejects, progress, lineage.

In:  a project folder.
Out: a published release, a ledger that balances, answers about both.
"""
