from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.errors import InvalidInput
from lib.domain.inputs import LARGEST_INTEGER
from lib.domain.money import format_cents, format_mean_cents, parse_dollars


@pytest.mark.parametrize(
    ("cents", "words"),
    [(0, "$0.00"), (5, "$0.05"), (-5, "-$0.05"), (123_456, "$1,234.56"), (-100_000_000, "-$1,000,000.00")],
)
def test_cents_are_written_as_dollars(cents: int, words: str) -> None:
    assert format_cents(cents) == words


@given(st.integers(min_value=0, max_value=LARGEST_INTEGER))
def test_what_is_written_reads_back_as_the_same_cents(cents: int) -> None:
    assert parse_dollars(format_cents(cents)) == cents


@given(st.integers())
def test_no_cent_is_lost_however_large_the_sum(cents: int) -> None:
    assert int(format_cents(cents).replace("$", "").replace(",", "").replace(".", "")) == cents


@pytest.mark.parametrize(
    ("text", "cents"), [("12", 1200), (" 12.5 ", 1250), ("$0.07", 7), ("1,234.56", 123_456), ("$ 3", 300)]
)
def test_what_people_type_is_understood(text: str, cents: int) -> None:
    assert parse_dollars(text) == cents


@pytest.mark.parametrize(
    "text", ["", "abc", "-1", "1.234", "1,23", "12,34.00", "1e3", "٣", ".5", "21474836.48", "9999999999"]
)
def test_other_amounts_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_dollars(text)


@pytest.mark.parametrize(
    ("mean", "words"), [("12.4999", "$0.12"), ("12.5", "$0.12"), ("13.5", "$0.14"), ("0", "$0.00")]
)
def test_a_mean_is_rounded_to_the_cent(mean: str, words: str) -> None:
    assert format_mean_cents(Decimal(mean)) == words
