"""The checks that OHDSI defines for OMOP tables, compiled into few passes.

In:  the Parquet files of an OMOP database, 5.3 or 5.4, made by whomsoever.
Out: for each check how much was examined and how much is bad, counted as OHDSI counts.
"""
