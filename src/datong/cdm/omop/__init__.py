"""OMOP CDM 5.4 as views of the standard records.

In:  standard records, by kind; `concept_of` and its like (datong.cdm.omop.concepts).
Out: `views()`, one a table, in the order in which they can be run; `account(kind)`, the
     query that says what became of each record; `rules()`, why records are left out.
"""

from datong.cdm.omop.account import account, accounts, rules
from datong.cdm.omop.tables import views
from datong.cdm.omop.view import View

__all__ = ["View", "account", "accounts", "rules", "views"]
