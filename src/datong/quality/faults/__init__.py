"""How good are the checks? Silent faults, put one at a time into clean data.

In:  clean invented records, and faults as TOML files.
Out: which faults the checks catch, by a finding at the right place.
"""
