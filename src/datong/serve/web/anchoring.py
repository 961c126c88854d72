"""`serve --anchor`: the heads of the audit go elsewhere each hour, and at the end.

What was written since the last anchor could be cut off unnoticed, so an hour is the
most that can be lost; a page with heads that were kept says so if one does not fit.
"""

import asyncio
import logging

from starlette.concurrency import run_in_threadpool

from datong.guard.audit import anchor
from datong.serve.web.state import State

HOUR = 3600.0
log = logging.getLogger("datong")


async def anchored(state: State, every: float = HOUR) -> None:
    """Keep the head at the start, every hour, and when the server stops."""
    if state.options.anchor is None:
        return
    try:
        while True:
            await run_in_threadpool(keep, state)
            await asyncio.sleep(every)
    finally:
        keep(state)


def keep(state: State) -> None:
    """Sign the head of this server's chain and append it to the file elsewhere."""
    try:
        anchor.checkpoint(
            state.audit.folder.parent, [state.audit.head], state.options.anchor
        )
    except OSError as error:  # the audit itself goes on; somebody must look
        log.warning("the anchor cannot be written: %s", error.strerror)
