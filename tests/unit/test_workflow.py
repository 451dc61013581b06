from __future__ import annotations

from itertools import product

import pytest

from genjobs.domain.workflow import MOVES, Status, check_move

ALLOWED = {("queued", "running"), ("running", "succeeded"), ("running", "failed")}


@pytest.mark.parametrize(("old", "new"), list(product(Status, Status)))
def test_three_moves_are_allowed_and_thirteen_are_not(old: Status, new: Status) -> None:
    assert check_move(old, new).allowed is ((old.value, new.value) in ALLOWED)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("queued", "queued", "The job is already queued."),
        ("queued", "succeeded", "A queued job can only become running, not succeeded."),
        ("running", "queued", "A running job can only become succeeded or failed, not queued."),
        ("failed", "running", "A failed job is finished and cannot move again."),
    ],
)
def test_a_refusal_says_why(old: str, new: str, reason: str) -> None:
    assert check_move(old, new).reason == reason


@pytest.mark.parametrize(
    ("old", "new"), [("queued", "done"), ("Queued", "running"), ("", ""), ("queued", " running")]
)
def test_an_unknown_status_is_refused_and_never_raised(old: str, new: str) -> None:
    verdict = check_move(old, new)
    assert not verdict.allowed
    assert "is not a status" in verdict.reason


def test_every_status_has_its_moves() -> None:
    assert set(MOVES) == set(Status)
