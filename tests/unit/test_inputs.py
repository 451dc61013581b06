from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjobs.domain import inputs
from genjobs.domain.errors import InvalidInput
from genjobs.domain.workflow import Status

REFUSED: list[tuple[Any, Any]] = [
    (inputs.check_uuid, "abc"),
    (inputs.check_uuid, None),
    (inputs.check_uuid, ""),
    (inputs.check_uuid, "8a6e0804-2bd0-4672-b79d-d97027f9071a,id.neq.x"),
    (inputs.check_cents, -1),
    (inputs.check_cents, 2**31),
    (inputs.check_cents, True),
    (inputs.check_cents, 1.0),
    (inputs.check_cents, "1"),
    (inputs.check_count, 0),
    (inputs.check_count, True),
    (inputs.check_percent, 0),
    (inputs.check_percent, 101),
    (inputs.check_percent, True),
    (inputs.check_percent, 50.0),
    (inputs.check_seconds, -1),
    (inputs.check_seconds, float("nan")),
    (inputs.check_seconds, True),
    (inputs.check_seconds, "3"),
    (inputs.check_text, ""),
    (inputs.check_text, " \n"),
    (inputs.check_text, "a\x00b"),
    (inputs.check_text, "\udc80"),
    (inputs.check_error, "\udc80"),
    (inputs.check_text, None),
    (inputs.check_error, 3),
    (inputs.check_error, "a\x00b"),
    *((inputs.check_bucket, name) for name in ("", "..", ".", "a/b", None)),
    (inputs.check_mode, ""),
    (inputs.check_name, None),
    (inputs.check_name, "\u200b\u2060"),
    (inputs.check_name, "\u3164 \u2800"),
    (inputs.check_path, " "),
    *((inputs.check_path, path) for path in ("../x", "a/../b", "a//b", "/a", "a/", ".")),
    (inputs.check_status, "done"),
    (inputs.check_status, None),
    (inputs.check_statuses, []),
    (inputs.check_statuses, ["failed", "done"]),
    (inputs.check_moment, datetime(2026, 1, 1)),
    (inputs.check_moment, "2026-01-01"),
]


@pytest.mark.parametrize(("check", "value"), REFUSED)
def test_a_value_that_breaks_a_rule_is_refused_by_field_and_value_with_what_to_give(
    check: Any, value: Any
) -> None:
    with pytest.raises(InvalidInput) as caught:
        check("some_field", value)
    assert "some_field" in caught.value.message
    assert caught.value.hint.startswith("Give ")


@pytest.mark.parametrize("value", ["", " \n", None])
def test_what_is_empty_is_called_so(value: object) -> None:
    with pytest.raises(InvalidInput, match=r"^The name cannot be empty\.$"):
        inputs.check_text("The name", value)


@pytest.mark.parametrize("seconds", [float("inf"), 10**400])
def test_no_wait_is_too_long_for_a_clock(seconds: float) -> None:
    assert time.time() + inputs.check_seconds("timeout", seconds) < float("inf")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (2**53 - 1, "9007199254740991"),
        (1 - 2**53, "-9007199254740991"),
        (2**53, "that large"),
        (-(2**53), "that small"),
        (10**400, "that large"),
    ],
)
def test_digits_that_may_not_be_those_that_were_typed_are_not_quoted(value: int, told: str) -> None:
    """Typed into a browser's field, 9007199254740993 arrives as 9007199254740992."""
    for check in (inputs.check_cents, inputs.check_count, inputs.check_percent):
        with pytest.raises(InvalidInput) as caught:
            check("The number", value)
        assert caught.value.message == f"The number cannot be {told}."


def test_a_long_value_is_shortened_in_the_message() -> None:
    with pytest.raises(InvalidInput) as caught:
        inputs.check_uuid("id", "x" * 5000)
    assert len(caught.value.message) < 100


@given(st.uuids())
def test_a_uuid_comes_back_in_its_canonical_spelling(value: UUID) -> None:
    for spelling in (value, str(value).upper(), value.hex, f"{{{value}}}", value.urn):
        assert inputs.check_uuid("id", spelling) == str(value)


@given(st.integers(min_value=0, max_value=2**31 - 1))
def test_all_cents_that_fit_the_column_pass(value: int) -> None:
    assert inputs.check_cents("cost_cents", value) == value


def test_text_loses_the_spaces_around_it_and_an_error_text_keeps_them() -> None:
    assert inputs.check_text("mode", " lifestyle ") == "lifestyle"
    assert inputs.check_error("error", " kept ") == " kept "
    assert inputs.check_error("error", None) is None


@pytest.mark.parametrize("name", ["7", "?", "🎨", "ด้", "a\u200bb"])
def test_a_name_has_something_to_see(name: str) -> None:
    assert inputs.check_name("name", name) == name


@pytest.mark.parametrize(
    ("check", "most"),
    [
        (inputs.check_mode, 100),
        (inputs.check_name, 200),
        (inputs.check_path, 1_000),
        (inputs.check_error, 100_000),
    ],
)
def test_a_text_has_a_greatest_length_which_a_refusal_names(check: Any, most: int) -> None:
    assert check("some_field", "ä" * most) == "ä" * most
    with pytest.raises(InvalidInput, match=f"some_field may have at most {most:,} characters, and this has"):
        check("some_field", "ä" * (most + 1))


def test_statuses_come_once_each_in_the_order_of_the_workflow() -> None:
    assert inputs.check_statuses("statuses", ["failed", Status.QUEUED, "failed"]) == (
        Status.QUEUED,
        Status.FAILED,
    )


def test_a_moment_with_a_zone_passes() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert inputs.check_moment("before", moment) is moment
