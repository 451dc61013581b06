"""Rate limits: token buckets for requests by address, and a minimum time between mails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from genjobs.local.auth.refusals import AuthRefusal
from genjobs.local.options import RateLimit

MOST_ADDRESSES = 10_000


@dataclass
class Buckets:
    """How many requests each address has left. `clock` returns monotonic seconds.

    Beyond `MOST_ADDRESSES`, the half with the oldest requests is forgotten.
    """

    limit: RateLimit
    clock: Callable[[], float]
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, address: str) -> None:
        """Take one request from the bucket of `address`. Raises a 429 if it is empty."""
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
            by_age = sorted(self._left.items(), key=lambda one: one[1][1])
            self._left = dict(by_age[len(by_age) // 2 :])
        left, since = self._left.get(address, (float(self.limit.burst), self.clock()))
        gained = (self.clock() - since) * self.limit.requests / self.limit.seconds
        return min(float(self.limit.burst), left + gained)


@dataclass
class MailSpacing:
    """When the last mail of each kind was requested, by e-mail address.

    It does not know which accounts exist, so a refusal reveals nothing. `clock` returns monotonic seconds.
    """

    seconds: float
    clock: Callable[[], float]
    _last: dict[tuple[str, str], float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, kind: str, email: str) -> None:
        """Note a mail of `kind` for `email`. Raises a 429 if the last one was too recent."""
        with self._lock:
            now = self.clock()
            self._forget_old(now)
            left = self._last.get((kind, email), now - self.seconds) + self.seconds - now
            if left <= 0:
                self._last[kind, email] = now
        if left > 0:
            message = f"For security purposes, you can only request this after {int(left) + 1} seconds."
            raise AuthRefusal(429, "over_email_send_rate_limit", message)

    def __len__(self) -> int:
        """How many mails are remembered."""
        return len(self._last)

    def _forget_old(self, now: float) -> None:
        if len(self._last) < MOST_ADDRESSES:
            return
        young = {asked: last for asked, last in self._last.items() if last > now - self.seconds}
        if len(young) >= MOST_ADDRESSES:
            young = dict(sorted(young.items(), key=lambda one: one[1])[len(young) // 2 :])
        self._last = young
