"""The quality report: one HTML file in English and Chinese that asks nothing outside.

In:  a result.
Out: a page with the three numbers, plots, findings that open to their rows.
"""

from datong.quality.report.handed_page import handed_page
from datong.quality.report.page import page

__all__ = ["handed_page", "page"]
