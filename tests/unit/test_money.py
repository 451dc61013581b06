from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjobs.domain.money import format_cents, format_dollars, format_mean_cents, format_short


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


@pytest.mark.parametrize(
    ("cents", "short"),
    [
        (0, "$0.00"),
        (123_456, "$1,234.56"),
        (12_345_678, "$123.5K"),
        (99_994_999, "$999.9K"),
        (99_995_000, "$1.0M"),
        (2_000_000_000, "$20.0M"),
        (-2_000_000_000, "-$20.0M"),
        (123 * 10**14, "$123.0T"),
    ],
)
def test_what_does_not_fit_is_rounded_with_a_unit(cents: int, short: str) -> None:
    assert format_short(cents, 10) == short
    assert len(short) <= 10


def test_what_is_short_enough_is_exact() -> None:
    assert format_short(12_345_678, 11) == "$123,456.78"
    assert format_short(99_999, 3) == "$999.99"


@pytest.mark.parametrize(
    ("cents", "text"), [(351_249, "$3,512"), (49, "$0"), (50, "$1"), (-50, "-$1"), (-49, "$0")]
)
def test_to_the_nearest_dollar(cents: int, text: str) -> None:
    assert format_dollars(cents) == text
