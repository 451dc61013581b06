from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjobs.domain.money import format_cents, format_mean_cents


@pytest.mark.parametrize(
    ("cents", "words"),
    [(0, "$0.00"), (5, "$0.05"), (-5, "-$0.05"), (123_456, "$1,234.56"), (-100_000_000, "-$1,000,000.00")],
)
def test_cents_are_written_as_dollars(cents: int, words: str) -> None:
    assert format_cents(cents) == words


@given(st.integers())
def test_no_cent_is_lost_however_large_the_sum(cents: int) -> None:
    written = format_cents(cents)
    assert int(written.replace("$", "").replace(",", "").replace(".", "")) == cents
    assert written[-3] == "."


@pytest.mark.parametrize(
    ("mean", "words"), [("12.4999", "$0.12"), ("12.5", "$0.12"), ("13.5", "$0.14"), ("0", "$0.00")]
)
def test_a_mean_is_rounded_to_the_cent(mean: str, words: str) -> None:
    assert format_mean_cents(Decimal(mean)) == words
