"""Token buckets, one per kind of request and address."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from genjobs.local.auth.refusals import AuthRefusal
from genjobs.local.options import RateLimit

MOST_ADDRESSES = 10_000


@dataclass
class Buckets:
    """How many requests each address has left. `clock` gives seconds that never go back."""

    limit: RateLimit
    clock: Callable[[], float]
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, address: str) -> None:
        """Take one request from the bucket of `address`. Raises a 429 when it is empty."""
        with self._lock:
            left = self._refilled(address)
            self._left[address] = (left - 1 if left >= 1 else left, self.clock())
        if left < 1:
            raise AuthRefusal(429, "over_request_rate_limit", "Request rate limit reached")

    def __len__(self) -> int:
        """How many addresses are remembered."""
        return len(self._left)

    def _refilled(self, address: str) -> float:
        if len(self._left) > MOST_ADDRESSES:
            self._left.clear()
        left, since = self._left.get(address, (float(self.limit.burst), self.clock()))
        gained = (self.clock() - since) * self.limit.requests / self.limit.seconds
        return min(float(self.limit.burst), left + gained)
