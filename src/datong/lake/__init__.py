"""Landed raw files and published releases.

In:  tables written aside.
Out: releases that readers can trust: whole, immutable, switched in one transaction.
"""
