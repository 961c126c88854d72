"""Datong (打通): health data from many silos, made one.

>>> import datong                                  # doctest: +SKIP
>>> datong.Project("demo").run().release           # doctest: +SKIP
1
"""

from typing import Any

__version__ = "0.1.0"
__all__ = ["Project", "__version__"]


def __getattr__(name: str) -> Any:
    """Load the project's door when it is asked for: `datong --help` needs no engine."""
    if name != "Project":
        raise AttributeError(name)
    from datong.run.project import Project  # noqa: PLC0415 - see above

    return Project
