from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from genjobs.console.costs import budgets
from genjobs.domain.budgets import Budget, Level
from genjobs.domain.cost_screen import CostFilters, CostScreen
from genjobs.domain.workflow import Status

SPRING = "5f0c6a3e-0000-4000-8000-000000000001"
OWN = Budget("b1", None, None, 1001, 80, "Europe/Berlin", False, date(2026, 11, 1), 0, 0)
OF_SPRING = replace(OWN, id="b2", project_id=SPRING, project="Spring", monthly_cents=500, is_hard=True)
SCREEN = CostScreen("Europe/Berlin")


@pytest.mark.parametrize(
    ("spent", "level"),
    [
        (0, Level.WITHIN),
        (800, Level.WITHIN),
        (801, Level.WARNING),
        (1001, Level.WARNING),
        (1002, Level.BEYOND),
    ],
)
def test_the_level_changes_at_the_very_cent(spent: int, level: Level) -> None:
    assert OWN.warn_cents == 801
    assert replace(OWN, spent_cents=spent).level is level


@pytest.mark.parametrize(
    ("spent", "title"),
    [
        (1000, "The budget of All my jobs has reached its warning level"),
        (1001, "The budget of All my jobs is used up"),
        (1002, "Over budget: All my jobs"),
    ],
)
def test_the_notice_tells_what_is_reached_from_what_is_used_up(spent: int, title: str) -> None:
    assert budgets._title(replace(OWN, spent_cents=spent)) == title


def test_a_row_is_read_and_a_budget_has_a_name() -> None:
    row = {name: getattr(OF_SPRING, name) for name in Budget.__dataclass_fields__} | {"month": "2026-11-01"}
    assert Budget.from_row(row) == OF_SPRING
    assert (OWN.name, OF_SPRING.name) == ("All my jobs", "Spring")
    assert replace(OF_SPRING, project=None).name == "project 5f0c6a3e"
    assert replace(OF_SPRING, project="all my jobs ").name == "“all my jobs ”"
    assert replace(OWN, spent_cents=2002).part == Fraction(2)


def drawn(screen: CostScreen) -> list[tuple[str, int]]:
    return [(line.label, line.cents) for line in budgets.lines([OWN, OF_SPRING], screen)]


def test_a_line_is_drawn_only_where_the_screen_shows_what_it_limits() -> None:
    assert drawn(SCREEN) == [("Budget $10.01", 1001), ("Warning $8.01", 801)]
    of_spring = replace(SCREEN, filters=CostFilters(projects=(SPRING,)))
    assert drawn(of_spring) == [("Hard limit $5.00", 500), ("Warning $4.00", 400)]
    for filters in (
        CostFilters(projects=(SPRING, OWN.id)),
        CostFilters(modes=("lifestyle",)),
        CostFilters(statuses=(Status.FAILED,)),
        CostFilters(people=(SPRING,)),
    ):
        assert drawn(replace(SCREEN, filters=filters)) == []
    assert drawn(replace(SCREEN, everyone=True)) == []


def test_a_line_names_the_zone_where_it_is_another() -> None:
    assert drawn(replace(SCREEN, zone="UTC"))[0] == ("Budget $10.01, Europe/Berlin", 1001)


def test_a_warning_level_at_the_limit_has_no_line_of_its_own() -> None:
    assert [line.cents for line in budgets.lines([replace(OWN, warn_percent=100)], SCREEN)] == [1001]
