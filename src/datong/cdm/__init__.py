"""Standard records become the common data models.

In:  standard records with their codes.
Out: the tables of the common data models: OMOP CDM 5.4, the inpatient front page.
"""
