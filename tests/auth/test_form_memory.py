"""What the sign-in screen remembers: sealed, for a quarter of an hour, and small enough for a cookie."""

import re

import pytest

from genjobs.auth.form_memory import Entered, FormMemory
from tests.auth.conftest import MovedClock

ENTERED = Entered("ana@studio.test", "f" * 56)


def test_what_is_sealed_comes_back_for_a_quarter_of_an_hour(clock: MovedClock) -> None:
    memory = FormMemory(clock)
    sealed = memory.seal(ENTERED)
    clock.move(900)
    assert memory.unseal(sealed) == ENTERED
    clock.move(1)
    assert memory.unseal(sealed) == Entered()


def test_the_address_cannot_be_read_in_it() -> None:
    sealed = FormMemory().seal(ENTERED)
    assert re.fullmatch(r"[\w=-]+", sealed, re.ASCII)
    assert "ana" not in sealed
    assert ENTERED.email.encode().hex() not in sealed


def test_what_another_sealed_is_nothing() -> None:
    assert FormMemory().unseal(FormMemory().seal(ENTERED)) == Entered()


@pytest.mark.parametrize(
    "other", [None, "", 7, b"x", "ana@studio.test", "=" * 8, "ü", "\udcff", "x" * 10_000]
)
def test_anything_else_is_nothing(other: object) -> None:
    assert FormMemory().unseal(other) == Entered()


def test_the_longest_address_of_the_widest_letters_fits_into_a_cookie() -> None:
    memory, longest = FormMemory(), Entered("\U0001f600" * 254, "f" * 56)
    assert len(memory.seal(longest)) < 3_500
    assert memory.unseal(memory.seal(longest)) == longest
