"""The OMOP common data model of OHDSI, versions 5.3 and 5.4: its tables and fields.

In:  fields-VERSION.csv: names, types, keys, references and domains, one field a line.
Out: `tables(version)`, the shape of each table; `fields(version)`, all facts of each
     field.
"""

from datong.standards.omop.fields import VERSIONS, Field, fields, tables

__all__ = ["VERSIONS", "Field", "fields", "tables"]
