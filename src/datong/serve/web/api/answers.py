"""How an answer is written as JSON, and what all calls can answer besides."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response


class Problem(BaseModel):
    """What went wrong: a stable code, and what to do, in the caller's language."""

    code: str
    message: str


SAID: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The question is not right"},
    401: {"model": Problem, "description": "Nobody is signed in"},
    403: {"model": Problem, "description": "Not for this role or this token"},
    404: {"model": Problem, "description": "Not there, or not yours to see"},
    409: {"model": Problem, "description": "Nothing has been published yet"},
    429: {"model": Problem, "description": "Too many requests"},
    503: {
        "model": Problem,
        "description": "The audit cannot be written",
    },
}


class Answer(Response):
    """JSON; times are ISO 8601 without a zone (the source's wall time)."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        """Write it."""
        text = json.dumps(
            content, ensure_ascii=False, default=_plain, separators=(",", ":")
        )
        return text.encode()


def _plain(value: object) -> object:
    """Write what JSON has no word for."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
