"""Fields for whole numbers that hand over what was typed, so that the checks refuse what is wrong with it.

Streamlit's field for integers reads 1.5 and 1e3 as 1, and does not send numbers beyond its bounds, so that
the one before would be used. A field with a default goes back to it when it is emptied.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

Typed = int | float | None
"""A number as it was typed: an int if it is whole, a float if it is not, None if the field is empty."""


def field(label: str, value: int, key: str, **options: Any) -> Typed:
    """Draw the field, which begins with `value`."""
    st.session_state.setdefault(key, float(value))
    return typed(st.number_input(label, value=None, step=1.0, format="%g", key=key, **options))


def typed(number: float | None) -> Typed:
    """What a field of floats holds."""
    return int(number) if number is not None and number.is_integer() else number
