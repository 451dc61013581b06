"""The options of a stack. Frozen, and simple enough to be sent to the supervisor as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from genjobs.domain.people import SHORTEST_PASSWORD

JOBS_A_DAY = 456
"""Of the demo data, on a workday."""


@dataclass(frozen=True)
class RateLimit:
    """A bucket of `burst` requests per address, refilled at `requests` per `seconds`."""

    requests: int
    seconds: float = 300.0
    burst: int = 30


@dataclass(frozen=True)
class AuthOptions:
    """Options of the auth server; the defaults are a hosted project's, times are in seconds."""

    autoconfirm: bool = True
    signups: bool = True
    token_seconds: int = 3600
    reuse_seconds: float = 10.0
    code_seconds: float = 3600.0
    mail_spacing_seconds: float = 60.0
    minimum_password: int = SHORTEST_PASSWORD
    token_limit: RateLimit = field(default=RateLimit(150))
    other_limit: RateLimit = field(default=RateLimit(30))


@dataclass(frozen=True)
class StackOptions:
    """Options of a stack. `port` is the gateway's preferred port; 0 takes any free one.

    `demo_jobs_a_day` is the approximate number of made-up jobs per workday, `linger_seconds` how long a stack
    outlives its last console, `free_megabytes` the disk space that a first start needs.
    """

    demo: bool = True
    demo_jobs_a_day: int = JOBS_A_DAY
    port: int = 54321
    linger_seconds: float = 3.0
    free_megabytes: int = 300
    auth: AuthOptions = field(default_factory=AuthOptions)

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        values = json.loads(text)
        auth: dict[str, Any] = values.pop("auth")
        for name in ("token_limit", "other_limit"):
            auth[name] = RateLimit(**auth[name])
        return cls(**values, auth=AuthOptions(**auth))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The options in `text`; None if they are not this version's options."""
        try:
            return cls.from_json(text)
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
