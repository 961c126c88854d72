"""The OMOP common data model of OHDSI, versions 5.3 and 5.4: tables, fields, rules.

In:  lists of facts: names, types, keys, references, domains, thresholds.
Out: `tables(version)`, the shape of each table; `fields(version)`, all facts of each
     field; `rules(version)`, the quality rules that OHDSI publishes for them.
"""

from datong.standards.omop.fields import VERSIONS, Field, fields, tables
from datong.standards.omop.rules import EDITION, Rule, rules

__all__ = ["EDITION", "VERSIONS", "Field", "Rule", "fields", "rules", "tables"]
