"""Reading past the API's cap: page after page by a key of two columns, for most tables (created_at, id).

Supabase cuts every read, at 1,000 rows unless the project says otherwise, without an error. A page that comes
back shorter than asked for is therefore no proof of the end: the reading goes on until a page is empty, or
until it was the last by the exact count that the select asked for.
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
    """Two columns that together are unique and never null, and the direction that both are read in."""

    major: str
    minor: str
    descending: bool


NEWEST_FIRST = Key("created_at", "id", descending=True)


def pages(
    query: Query, task: str, *, key: Key = NEWEST_FIRST, limit: int | None = None, page_size: int = API_CAP
) -> Iterator[list[Row]]:
    """Lists of at most `page_size` rows, at most `limit` in all, none twice and none left out.

    `query` gives a fresh select with its filters on each call; the rows must have the key's columns. Where
    it asks for an exact count, which takes the database a look at all that is left, no request is needed to
    see the end. Rows that others add meanwhile may or may not be seen.
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
    """Only what comes after the row `last`.

    The same as (major, minor) < (X, Y); written so that its first part alone bounds an index on `major`.
    """
    beyond = "lt" if key.descending else "gt"
    major, minor = last[key.major], last[key.minor]
    bound = select.lte(key.major, major) if key.descending else select.gte(key.major, major)
    return bound.or_(f'{key.major}.{beyond}."{major}",{key.minor}.{beyond}."{minor}"')
