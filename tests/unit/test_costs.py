from __future__ import annotations

from fractions import Fraction

import pytest

from lib.domain.costs import (
    Figure,
    Figures,
    Slice,
    disagreeing,
    figures,
    format_percent,
    format_points,
    relative_change,
)
from lib.domain.workflow import Status

SLICES = (
    Slice("main_white", Status.QUEUED, 2, 10),
    Slice("main_white", Status.RUNNING, 1, 5),
    Slice("main_white", Status.SUCCEEDED, 6, 40, deleted_jobs=2, deleted_cents=11),
    Slice("lifestyle", Status.FAILED, 3, 12, deleted_jobs=1, deleted_cents=4),
)


def test_the_figures_add_up_the_slices() -> None:
    assert figures(SLICES) == Figures(
        jobs=12,
        cents=67,
        open_jobs=3,
        open_cents=15,
        succeeded_jobs=6,
        failed_jobs=3,
        wasted_cents=12,
        deleted_jobs=3,
        deleted_cents=15,
    )


def test_ratios_are_exact() -> None:
    found = figures(SLICES)
    assert found.cost_per_job == Fraction(67, 12)
    assert found.success_rate == Fraction(2, 3)


def test_ratios_of_nothing_are_unknown() -> None:
    assert figures([]) == Figures()
    assert figures([]).cost_per_job is None
    assert figures([Slice("main_white", Status.QUEUED, 1, 5)]).success_rate is None


def test_a_change_needs_a_base() -> None:
    assert relative_change(200, 250) == Fraction(1, 4)
    assert relative_change(0, 250) is None
    assert relative_change(None, 250) is None
    assert relative_change(200, None) is None


@pytest.mark.parametrize(
    ("part", "plain", "signed"),
    [
        (Fraction(1, 8), "12.5%", "+12.5%"),
        (Fraction(-3, 100), "−3.0%", "−3.0%"),
        (Fraction(0), "0.0%", "0.0%"),
        (Fraction(1, 100_000), "0.0%", "0.0%"),
        (Fraction(-1, 100_000), "0.0%", "0.0%"),
        (Fraction(1, 2000), "0.1%", "+0.1%"),
        (Fraction(25), "2,500.0%", "+2,500.0%"),
    ],
)
def test_percents_have_one_decimal(part: Fraction, plain: str, signed: str) -> None:
    assert format_percent(part) == plain
    assert format_percent(part, signed=True) == signed


def test_differences_of_rates_are_points() -> None:
    assert format_points(Fraction(9, 10), Fraction(93, 100)) == "+3.0 points"


def test_one_cent_or_one_job_of_difference_is_told() -> None:
    truth = Figure("database", 1000, 10)
    same, cent, job = Figure("cards", 1000, 10), Figure("charts", 999), Figure("table", 1000, 11)
    assert disagreeing([same, Figure("export", 1000)], truth) == ()
    assert disagreeing([same, cent, job], truth) == (cent, job)
