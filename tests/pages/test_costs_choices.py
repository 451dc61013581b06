"""What can be chosen and typed on the Costs page."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest


def a_range_of_days() -> None:
    from dataclasses import replace

    from genjobs.console.costs import controls, url_state

    days = url_state.read().screen.days
    assert days
    controls.days("Days", days, lambda was, days: replace(was, days=days))


def test_a_range_that_is_too_long_is_cut_and_says_so() -> None:
    test = AppTest.from_function(a_range_of_days)
    test.query_params.update({"range": "custom", "from": "2026-11-02", "to": "2026-11-03"})
    test.run().date_input[0].set_value((date(2018, 1, 1), date(2034, 1, 1))).run()
    assert not test.exception
    assert (test.query_params["from"], test.query_params["to"]) == ("2023-12-26", "2034-01-01")
    assert "at most 3,660 days" in test.toast[0].value


def interval(range_: str) -> None:
    from datetime import UTC, datetime

    from genjobs.console.costs import filters
    from genjobs.console.costs.reads import Choices
    from genjobs.domain.cost_screen import CostScreen
    from genjobs.domain.periods import Bucket, Preset

    now = datetime(2026, 11, 10, 12, tzinfo=UTC)
    screen = CostScreen("UTC", Preset(range_), bucket=Bucket.HOUR)
    filters._filters(screen, Choices([], [], []), now, analyst=False)


@pytest.mark.parametrize(("range_", "chosen"), [("this-month", "hour"), ("30-days", "")])
def test_the_interval_offered_is_one_that_the_charts_can_have(range_: str, chosen: str) -> None:
    test = AppTest.from_function(interval, args=(range_,)).run()
    assert not test.exception
    assert test.selectbox(key="costs-Interval").value == chosen


def opener(*filtered: str) -> None:
    from datetime import UTC, datetime

    from genjobs.console.costs import filters
    from genjobs.console.costs.reads import Choices
    from genjobs.domain.cost_screen import CostScreen

    now = datetime(2026, 11, 10, 12, tzinfo=UTC)
    filters._more(CostScreen("UTC"), Choices([], [], []), filtered, now, analyst=False)


def test_the_filters_stay_open_after_a_choice_as_their_button_keeps_its_name() -> None:
    nothing, two = (AppTest.from_function(opener, args=args).run() for args in ((), ("lifestyle", "a*b")))
    assert not two.exception
    assert nothing.get("popover")[0].proto.popover == two.get("popover")[0].proto.popover
    assert nothing.get("popover")[0].proto.id == two.get("popover")[0].proto.id
    assert (len(nothing.markdown), two.markdown[0].value) == (0, r":small[lifestyle, a\*b]")
