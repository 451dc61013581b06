"""The URL and the public API key of a Supabase project."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Connection:
    """`url` without a trailing slash; `key` is publishable (or legacy anon), never secret."""

    url: str
    key: str = field(repr=False)
