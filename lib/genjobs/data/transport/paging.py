"""Reads past the API's row limit: page by page, by a key of two columns, for most tables (created_at, id).

Supabase truncates every read without an error, at 1,000 rows unless the project sets another limit. So a page
shorter than requested may not be the last: reading continues until a page is empty, or until the exact count,
if the select asks for it, shows that no rows are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from postgrest import SyncSelectRequestBuilder

from genjobs.data.transport.answers import rows
from genjobs.data.transport.translation import mapped
from genjobs.domain.inputs import check_count
from genjobs.domain.rows import Row

API_CAP = 1000

Query = Callable[[], SyncSelectRequestBuilder]


@dataclass(frozen=True)
class Key:
    """Two columns that are unique together and never null, and the direction in which both are read."""

    major: str
    minor: str
    descending: bool


NEWEST_FIRST = Key("created_at", "id", descending=True)


def pages(
    query: Query, task: str, *, key: Key = NEWEST_FIRST, limit: int | None = None, page_size: int = API_CAP
) -> Iterator[list[Row]]:
    """Lists of at most `page_size` rows, at most `limit` in all, without duplicates or gaps.

    `query` returns a new select with its filters on each call; the rows must have the key's columns. If it
    asks for an exact count, for which the database scans all remaining rows, the last page needs no extra
    request. Rows that others add during the read may or may not be included.
    """
    size, left, last = check_count("page_size", page_size), limit, None
    while left is None or left > 0:
        select = query() if last is None else after(query(), key, last)
        page, is_last = _page(select, task, key, size if left is None else min(size, left))
        if page:
            yield page
        if is_last:
            return
        last, left = page[-1], None if left is None else left - len(page)


def _page(select: SyncSelectRequestBuilder, task: str, key: Key, size: int) -> tuple[list[Row], bool]:
    """The rows, and whether they are known to be the last."""
    ordered = select.order(key.major, desc=key.descending).order(key.minor, desc=key.descending)
    with mapped(task):
        answer = ordered.limit(size).execute()
    page = rows(answer)
    return page, not page or (answer.count is not None and len(page) >= answer.count)


def after(select: SyncSelectRequestBuilder, key: Key, last: Row) -> SyncSelectRequestBuilder:
    """Only the rows after the row `last`.

    The same as (major, minor) < (X, Y), written so that its first condition can use an index on `major`.
    """
    beyond = "lt" if key.descending else "gt"
    major, minor = last[key.major], last[key.minor]
    bound = select.lte(key.major, major) if key.descending else select.gte(key.major, major)
    return bound.or_(f'{key.major}.{beyond}."{major}",{key.minor}.{beyond}."{minor}"')
