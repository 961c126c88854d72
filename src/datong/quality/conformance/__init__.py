"""Do data keep to a standard, and what would it take?

In:  a table and a profile.
Out: a report: findings with their place, a score, the cheapest list of repairs.
"""

from datong.quality.conformance.conform import conform
from datong.quality.conformance.report import Report

__all__ = ["Report", "conform"]
