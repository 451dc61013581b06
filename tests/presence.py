"""Values that a library may leave out, where a test knows that they are there."""

from __future__ import annotations

from typing import TypeVar

Value = TypeVar("Value")


def present(value: Value | None) -> Value:
    """`value`; the test fails where it is None."""
    assert value is not None
    return value
