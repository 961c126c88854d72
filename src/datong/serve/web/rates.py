"""Rate limits: a bucket of requests for each caller, filled as time goes by."""

import threading
import time
from dataclasses import dataclass, field

MOST = 20_000  # buckets kept; beyond it the full ones are forgotten


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, and so many a second for ever."""

    burst: float
    per_second: float


PAGES = Limit(burst=200, per_second=50)
SIGN_IN = Limit(burst=10, per_second=0.2)


@dataclass(slots=True)
class Rates:
    """The buckets; `wait` is 0 where a request may pass."""

    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, caller: str, limit: Limit, now: float | None = None) -> float:
        """Take one request from a caller's bucket; return the seconds to wait."""
        at = time.monotonic() if now is None else now
        with self.lock:
            if len(self.buckets) > MOST:
                self.buckets.clear()
            held, since = self.buckets.get(caller, (limit.burst, at))
            held = min(limit.burst, held + (at - since) * limit.per_second)
            allowed = held >= 1
            self.buckets[caller] = (held - 1 if allowed else held, at)
        return 0.0 if allowed else (1 - held) / limit.per_second
