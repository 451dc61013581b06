"""Real local stacks for tests: small, in a folder of their own, gone afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from genjobs.local import stack
from genjobs.local.options import AuthOptions, RateLimit, StackOptions
from genjobs.local.stack import StackInfo

UNLIMITED = RateLimit(requests=1_000_000, burst=1_000_000)
SMALL = StackOptions(
    demo=False,
    demo_jobs_a_day=46,
    port=0,
    linger_seconds=0.5,
    auth=AuthOptions(mail_spacing_seconds=0, token_limit=UNLIMITED, other_limit=UNLIMITED),
)


@contextmanager
def running_stack(home: Path, options: StackOptions = SMALL) -> Iterator[StackInfo]:
    """A stack in `home`, with all migrations and no demo data unless `options` say otherwise."""
    try:
        yield stack.ensure(home=home, options=options)
    finally:
        stack.stop(home)


def new_user(info: StackInfo, email: str | None = None) -> tuple[str, str, str]:
    """A fresh confirmed user: (user id, e-mail, password)."""
    email = email or f"user-{secrets.token_hex(6)}@test.example"
    password = secrets.token_urlsafe(12)
    made = httpx.post(
        f"{info.url}/auth/v1/admin/users",
        headers={"apikey": info.secret_key},
        json={"email": email, "password": password, "email_confirm": True},
        timeout=10,
    )
    made.raise_for_status()
    return made.json()["id"], email, password
