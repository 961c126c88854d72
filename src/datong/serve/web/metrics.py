"""Counters for Prometheus: requests by route, what waits, where the audit stands."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds
Label = tuple[str, str, int]  # method, route as it is declared, status


@dataclass(slots=True)
class Metrics:
    """What the server counted since it started; no address, so no person's key."""

    requests: dict[Label, int] = field(default_factory=lambda: defaultdict(int))
    below: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, label: Label, seconds: float) -> None:
        """Count one request."""
        place = sum(bound < seconds for bound in BOUNDS)
        with self.lock:
            self.requests[label] += 1
            self.below[place] += 1
            self.seconds += seconds

    def text(self, gauges: dict[str, float]) -> str:
        """Write all in Prometheus' text format."""
        with self.lock:
            return "\n".join([*self._requests(), *self._times(), *_gauges(gauges), ""])

    def _requests(self) -> Iterator[str]:
        """Write the counters."""
        yield "# TYPE datong_requests_total counter"
        for (method, route, status), count in sorted(self.requests.items()):
            label = f'method="{method}",route="{route}",status="{status}"'
            yield f"datong_requests_total{{{label}}} {count}"

    def _times(self) -> Iterator[str]:
        """Write the histogram."""
        yield "# TYPE datong_request_seconds histogram"
        total = 0
        for bound, count in zip((*BOUNDS, "+Inf"), self.below, strict=True):
            total += count
            yield f'datong_request_seconds_bucket{{le="{bound}"}} {total}'
        yield f"datong_request_seconds_sum {self.seconds:.6f}"
        yield f"datong_request_seconds_count {total}"


def _gauges(gauges: dict[str, float]) -> Iterator[str]:
    """Write single values."""
    for name, value in gauges.items():
        yield f"# TYPE datong_{name} gauge"
        yield f"datong_{name} {value:g}"
