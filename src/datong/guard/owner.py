"""The first form of the gate: whoever owns the project folder may read it all.

The embedded mode trusts the operating system: the folder's owner (and the machine's
administrator) is everybody who can get here, and anybody else gets nothing.
"""

import getpass
import os
from dataclasses import dataclass
from pathlib import Path

from datong.core.reason import Trouble
from datong.guard.reasons import NOT_OWNER


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks, and for what purpose."""

    who: str
    purpose: str = "OPERATE"


def owner_access(purpose: str = "OPERATE") -> Access:
    """Return the access of the person who runs this process."""
    return Access(getpass.getuser(), purpose)


def allow(access: Access, project: Path) -> None:
    """Let the owner of a project folder through; refuse anybody else.

    Where the system knows no owners (Windows), the rights of the folder decide.
    """
    if not hasattr(os, "getuid"):
        return
    me, owner = os.getuid(), project.stat().st_uid
    if me not in (owner, 0):
        raise Trouble(NOT_OWNER, where=project, who=access.who)
