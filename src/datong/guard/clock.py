"""The time by which rights begin and end."""

from datetime import UTC, datetime


def clock() -> datetime:
    """Return the time in UTC, as the store keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)
