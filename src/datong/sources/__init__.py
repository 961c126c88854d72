"""Where the journey begins: a door for each format, one file each.

In:  files and feeds from hospitals, analyzers, payers, genomics, wearables.
Out: rows of text that know their place; rejects for what cannot be read.
"""
