"""How right a release is, held against the truth that was kept aside.

In:  a project whose data are an invented region, with its folder `truth`.
Out: figures of one stage; one file a stage, found by itself.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol

from datong.core.reason import Trouble
from datong.run.project import Project
from datong.sample.reasons import STAGE, TRUTH


class Scorer(Protocol):
    """What a file of this folder is."""

    def score(self, project: Project) -> dict[str, float]:
        """Compare the current release with the truth."""


@cache
def stages() -> dict[str, Scorer]:
    """Return the stages that can be scored, by name."""
    names = [module.name for module in iter_modules(__path__)]
    return {name: import_module(f"{__name__}.{name}") for name in names}


def score(project: Project, stage: str) -> dict[str, float]:
    """Score one stage of the current release: shares from 0 to 1, and counts.

    Raises `Trouble` for an unknown stage and for a project without a truth.
    """
    known = stages()
    if stage not in known:
        raise Trouble(STAGE, stage, stage=stage, known=", ".join(sorted(known)))
    if not (project.root / "truth").is_dir():
        raise Trouble(TRUTH, project.root)
    return known[stage].score(project)
