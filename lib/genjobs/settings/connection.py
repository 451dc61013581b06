"""Where a Supabase project is, and the key that names it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Connection:
    """`url` without a trailing slash; `key` is publishable (or legacy anon), never secret."""

    url: str
    key: str = field(repr=False)
