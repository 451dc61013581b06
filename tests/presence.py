"""Optional values of a library that a test knows to be there."""

from __future__ import annotations

from typing import TypeVar

Value = TypeVar("Value")


def present(value: Value | None) -> Value:
    """`value`; the test fails where it is None."""
    assert value is not None
    return value
