"""An invented region to try everything on: its people, its hospitals, and the truth.

In:  a number of people, a number of hospitals, a seed.
Out: what each hospital hands over, its mapping files, and the truth kept aside.
"""

from datong.sample.region import Region, build

__all__ = ["Region", "build"]
