"""One meaning, many words.

In:  the words and codes that a hospital uses; code tables; approved mappings.
Out: standard concepts, each with a calibrated score, a decision and the reasons for it.
"""
