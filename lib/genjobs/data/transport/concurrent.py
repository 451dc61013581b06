"""Runs independent calls in parallel, so that a page waits for the slowest and not for the sum."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, overload

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")

MOST_AT_ONCE = 8


@overload
def together(first: Callable[[], A], second: Callable[[], B], /) -> tuple[A, B]: ...
@overload
def together(
    first: Callable[[], A], second: Callable[[], B], third: Callable[[], C], /
) -> tuple[A, B, C]: ...
@overload
def together(
    first: Callable[[], A], second: Callable[[], B], third: Callable[[], C], fourth: Callable[[], D], /
) -> tuple[A, B, C, D]: ...
@overload
def together(
    first: Callable[[], A],
    second: Callable[[], B],
    third: Callable[[], C],
    fourth: Callable[[], D],
    fifth: Callable[[], E],
    /,
) -> tuple[A, B, C, D, E]: ...
@overload
def together(*calls: Callable[[], A]) -> tuple[A, ...]: ...
def together(*calls: Callable[[], Any]) -> tuple[Any, ...]:
    """The results in the order of the calls. If calls fail, raises the error of the first that failed."""
    with ThreadPoolExecutor(max_workers=min(len(calls), MOST_AT_ONCE)) as pool:
        return tuple(future.result() for future in [pool.submit(call) for call in calls])


def begun(call: Callable[[], A]) -> Callable[[], A]:
    """Begin the call in another thread; what is returned waits for its result, or raises its error."""
    with_one = ThreadPoolExecutor(max_workers=1)
    future = with_one.submit(call)
    with_one.shutdown(wait=False)
    return future.result
