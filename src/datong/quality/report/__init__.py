"""The quality report: one HTML file in English and Chinese that asks nothing outside.

In:  a result.
Out: a page with the three numbers, plots, findings that open to their rows.
"""

from datong.quality.report.page import page

__all__ = ["page"]
