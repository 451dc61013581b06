"""What the Costs page remembers, and how its parts are drawn for made-up figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from genjobs.charts.picture import Picture
from genjobs.console.costs.budgets import on_the_screen
from genjobs.console.costs.captions import shown
from genjobs.console.costs.cards import _points, parts
from genjobs.console.costs.chart_card import _data, _hint
from genjobs.console.costs.chart_panels import Panel, Setting, change, spend
from genjobs.console.costs.data_files import _about, _name
from genjobs.console.costs.filters import told
from genjobs.console.costs.reads import Choices, Figures
from genjobs.console.costs.url_state import allowed
from genjobs.console.kit import browser
from genjobs.domain.budgets import Budget
from genjobs.domain.cost_screen import CostFilters, CostScreen, Grouping
from genjobs.domain.costs import Amounts, CostSeries, Recount
from genjobs.domain.periods import Against, Bucket, Comparison, Period, Preset, comparison

PROJECT = "5f0c6a3e-0000-4000-8000-000000000001"


def opening(analyst: bool) -> None:
    import streamlit as st

    from genjobs.console.costs import url_state

    screen = url_state.begin(analyst=analyst).screen
    url_state.write(screen)
    st.text(f"{screen.preset} {screen.everyone}")


def opened(test: AppTest) -> str:
    test.run()
    assert not test.exception
    text: str = test.text[0].value
    return text


def test_an_analyst_begins_with_everyone_and_others_with_their_own() -> None:
    assert opened(AppTest.from_function(opening, args=(True,))) == "30-days True"
    assert opened(AppTest.from_function(opening, args=(False,))) == "30-days False"


def test_what_was_chosen_outlives_a_visit_to_another_page_and_a_link_wins() -> None:
    test = AppTest.from_function(opening, args=(True,))
    test.query_params["range"] = "last-month"
    assert opened(test) == "last-month False"
    test.query_params.clear()
    assert opened(test) == "last-month False"
    assert test.query_params["range"] == "last-month"
    test.query_params.clear()
    test.query_params["range"] = "today"
    assert opened(test) == "today False"


def test_the_first_screen_leaves_the_address_alone_and_back_leads_to_it_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    test = AppTest.from_function(opening, args=(True,))
    assert opened(test) == "30-days True"
    assert not test.query_params
    test.query_params["range"] = "last-month"
    assert opened(test) == "last-month False"
    test.query_params.clear()
    monkeypatch.setattr(browser, "went_back", lambda: True)
    assert opened(test) == "30-days True"
    assert not test.query_params


def test_back_to_a_visit_from_the_menu_leads_to_what_it_showed(monkeypatch: pytest.MonkeyPatch) -> None:
    test = AppTest.from_function(opening, args=(False,))
    test.query_params["range"] = "last-month"
    opened(test)
    test.query_params.clear()
    opened(test)
    test.query_params["range"] = "today"
    opened(test)
    test.query_params.clear()
    monkeypatch.setattr(browser, "went_back", lambda: True)
    assert opened(test) == "last-month False"


def choosing() -> None:
    from dataclasses import replace

    import streamlit as st

    from genjobs.console.costs import controls, url_state

    screen = url_state.begin(analyst=True).screen
    url_state.write(screen)
    controls.toggle("By name", screen.by_name, lambda was, value: replace(was, by_name=value), "")
    st.text(str(screen.everyone))


def test_the_first_choice_changes_nothing_else_of_the_first_screen() -> None:
    test = AppTest.from_function(choosing).run()
    assert opened(test) == "True"
    test.toggle[0].set_value(True)
    assert opened(test) == "True"
    assert test.query_params["why"] == "name"


def test_back_from_jobs_test_leads_to_what_was_seen_and_a_new_link_to_what_it_says() -> None:
    test = AppTest.from_function(opening, args=(False,))
    test.query_params["range"] = "today"
    assert opened(test) == "today False"
    test.query_params.clear()
    test.query_params["project"] = PROJECT
    assert opened(test) == "today False"
    assert "project" not in test.query_params

    linked = AppTest.from_function(opening, args=(False,))
    linked.query_params["project"] = PROJECT
    assert opened(linked) == "30-days False"
    assert linked.query_params["project"] == PROJECT


def cards(jobs: int, cents: int, compared: bool, of_every_status: bool) -> None:
    from genjobs.console.costs import cards
    from genjobs.domain.costs import Amounts

    before = Amounts(jobs=20, cents=1000, ever_failed_cents=100) if compared else None
    now = Amounts(jobs=jobs, cents=cents, ever_failed_jobs=jobs, ever_failed_cents=cents // 10)
    cards.draw(now, before, of_every_status=of_every_status)


def drawn(
    jobs: int, cents: int, compared: bool = True, of_every_status: bool = True
) -> dict[str, tuple[str, str, str]]:
    """Value, change and colour by the card's label."""
    test = AppTest.from_function(cards, args=(jobs, cents, compared, of_every_status)).run()
    assert not test.exception
    return {one.label: (one.value, one.delta, one.color) for one in test.metric}


def test_a_change_is_red_or_green_only_beyond_one_percent_and_ten_jobs() -> None:
    dear, chance = drawn(20, 1500), drawn(10, 1500)
    assert dear["Wasted spend"][1] == chance["Wasted spend"][1] == "+50.0%"
    assert dear["Wasted spend"][2] != chance["Wasted spend"][2]
    assert drawn(20, 1010)["Wasted spend"][2] == chance["Wasted spend"][2] == dear["Spend"][2]


def test_jobs_of_chosen_statuses_have_no_success_rate() -> None:
    assert drawn(20, 1500)["Success rate"][0] == r"0\.0%"
    assert drawn(20, 1500, of_every_status=False)["Success rate"][:2] == ("–", "")


def test_without_a_comparison_nothing_changed() -> None:
    assert {change for _, change, _ in drawn(20, 1500, compared=False).values()} == {""}


def test_a_change_that_cannot_be_seen_is_none_and_little_money_shows_its_change() -> None:
    assert drawn(20, 1000)["Spend"][1] == ""
    now = drawn(20, 1030)["Cost per job"]
    assert now[:2] == (r"\$0\.515", "+3.0%")


def test_points_are_the_difference_of_what_is_shown() -> None:
    assert _points(Fraction(95249, 100_000), Fraction(93850, 100_000)) == "-1.3 points"
    assert _points(Fraction(9521, 10_000), Fraction(9519, 10_000)) is None


def test_money_that_does_not_fit_is_short() -> None:
    assert drawn(20, 2_000_000_000)["Spend"][0] == r"\$20\.0M"


def test_nothing_is_said_of_what_is_not_there() -> None:
    assert parts(Amounts(jobs=3, cents=300)) == ""
    assert parts(Amounts(jobs=3, cents=300, queued_jobs=1, queued_cents=100)) == (
        "Of the spend, $1.00 on 1 job queued or running."
    )


def test_a_budgets_notice_speaks_of_what_is_on_the_screen() -> None:
    def budget(project: str | None) -> Budget:
        return Budget("b", project, project, 1, 80, "UTC", False, date(2026, 11, 1), 2, 0)

    held = [budget(None), budget("a"), budget("b")]
    assert on_the_screen(held, CostScreen("UTC")) == held
    assert on_the_screen(held, CostScreen("UTC", filters=CostFilters(projects=("a",)))) == held[:2]
    assert on_the_screen(held, CostScreen("UTC", everyone=True)) == []


def test_the_button_of_the_filters_says_what_is_chosen() -> None:
    assert told([]) == ""
    assert told(["everyone", "lifestyle"]) == "Everyone, lifestyle"
    assert told(["lifestyle", "packaging", "feature_callout"]) == "lifestyle and 2 more"
    assert len(told(["x" * 200])) <= 24


def test_a_long_name_is_cut_even_where_it_has_no_space() -> None:
    assert told(["product_photography_lifestyle"]) == "product_photography_lif…"
    assert told(["a long name of a project", "x"]) == "a long name of a project and 1 more"


def at(screen: CostScreen, first: date, last: date, *filtered: str) -> Setting:
    period = Period(first, last, ZoneInfo("UTC"))
    bucket = screen.fitting_bucket(period)
    return Setting(screen, period, bucket, Choices([], [], []), filtered, "light")


def test_the_days_of_a_range_are_those_that_have_begun_or_all_to_come() -> None:
    period = Period(MONDAY, SUNDAY, ZoneInfo("UTC"))
    tuesday, earlier = datetime(2026, 11, 3, 12, tzinfo=UTC), datetime(2026, 11, 1, 23, tzinfo=UTC)
    assert "2 Nov – 3 Nov 2026. Days" in shown(period, tuesday, None).replace("\\", "")
    assert "2 Nov – 8 Nov 2026. Days" in shown(period, earlier, None).replace("\\", "")


def test_days_that_are_not_over_are_not_compared_with_whole_ones_without_a_word() -> None:
    period, tuesday = Period(MONDAY, SUNDAY, ZoneInfo("UTC")), datetime(2026, 11, 3, 12, tzinfo=UTC)
    own = comparison(period, Preset.CUSTOM, Against.OWN, tuesday, period.previous())
    unlike = "That period counts in full, although the days shown are not over"
    assert unlike in shown(period, tuesday, own)
    assert unlike not in shown(period, datetime(2026, 11, 9, tzinfo=UTC), own)
    assert unlike not in shown(period, tuesday, None)
    assert unlike not in shown(period, tuesday, comparison(period, Preset.CUSTOM, Against.BEFORE, tuesday))


PAGE = cast(
    Any,
    SimpleNamespace(recount=Recount(0, 0), series=SimpleNamespace(as_of=datetime(2026, 11, 2, tzinfo=UTC))),
)
SPEND = Panel("spend", "Spend", Picture({}, {}), pd.DataFrame(), Grouping.MODE)
MONDAY, TUESDAY, SUNDAY = date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 8)


@pytest.mark.parametrize(
    ("last", "bucket", "again"),
    [
        (MONDAY, Bucket.HOUR, "remove the filter"),
        (MONDAY, Bucket.DAY, "remove the filter"),
        (TUESDAY, Bucket.HOUR, "show only its day"),
        (SUNDAY, Bucket.DAY, "show only its day"),
        (SUNDAY, Bucket.WEEK, "remove the filter"),
        (date(2026, 11, 9), Bucket.WEEK, "show only its week"),
    ],
)
def test_the_hint_says_what_the_next_click_does(last: date, bucket: Bucket, again: str) -> None:
    screen = CostScreen("UTC", Preset.CUSTOM, (MONDAY, last), bucket=bucket)
    filtered = replace(screen, filters=CostFilters(modes=("a",)))
    clicked = filtered.clicked(Grouping.MODE, "a", MONDAY, datetime(2026, 12, 1, tzinfo=UTC))
    assert (clicked.filters.modes == ()) is (again == "remove the filter")
    assert _hint(SPEND, at(filtered, MONDAY, last)) == f"Click a bar to {again}."
    assert _hint(SPEND, at(screen, MONDAY, last)).endswith(f"filter by its mode, again to {again}.")


def test_the_data_of_the_month_bear_its_days_and_not_those_of_the_range() -> None:
    setting = at(CostScreen("UTC"), MONDAY, MONDAY)
    month = replace(SPEND, period=Period(date(2026, 10, 1), date(2026, 10, 31), ZoneInfo("UTC")))
    assert "1 Oct – 31 Oct 2026" in _about(_data(month, PAGE), setting)
    assert _name(_data(month, PAGE), setting, "csv").startswith("spend_2026-10-01_2026-10-31")


def test_why_spend_changed_says_what_is_compared() -> None:
    spent = {"a": Amounts(jobs=1, cents=5)}
    found = cast(Figures, SimpleNamespace(before=spent, page=SimpleNamespace(modes=spent)))
    setting = at(CostScreen("UTC"), MONDAY, MONDAY)
    before = Period(TUESDAY, TUESDAY, ZoneInfo("UTC"))
    panel = change(found, setting, Comparison(before, before.span, is_cut=True))
    assert panel
    assert "2 Nov 2026, UTC, compared with 3 Nov 2026, up to the same time" in _about(
        _data(panel, PAGE), setting
    )
    assert "compared with" in str(panel.chart.spec)


def test_names_of_filters_are_no_markdown_above_the_data_of_a_chart() -> None:
    setting = at(CostScreen("UTC"), MONDAY, MONDAY, "$5 to $10", "x] *y*")
    assert r"\$5 to \$10, x\] \*y\*" in _about(_data(SPEND, PAGE), setting)


def test_only_everyones_totals_are_split_and_filtered_by_person() -> None:
    people = CostFilters(modes=("a",), people=("p",))
    everyone = CostScreen("UTC", grouping=Grouping.PERSON, everyone=True, filters=people)
    own = CostScreen("UTC", filters=CostFilters(modes=("a",)))
    assert allowed(everyone, analyst=True) == everyone
    assert allowed(replace(everyone, everyone=False), analyst=True) == own
    assert allowed(everyone, analyst=False) == own


def test_keys_that_the_database_added_up_are_drawn_with_the_others_and_filter_nothing() -> None:
    """Their key, which holds NUL, is in no file and in no filter."""
    row = {
        "as_of": "2026-11-02T12:00:00+00:00",
        "bucket": "day",
        "time_zone": "UTC",
        "buckets": [
            {
                "start": "2026-11-02T00:00:00+00:00",
                "end": "2026-11-03T00:00:00+00:00",
                "label": "2026-11-02T00:00:00",
            }
        ],
        "keys": [{"key": f"m{n}", "label": f"m{n}"} for n in range(9)],
        "others": 30,
        "rows": [*([0, f"m{n}", [1]] for n in range(9)), [0, None, [5]]],
        "amounts": ["cents"],
        "complete": True,
    }
    found = SimpleNamespace(page=SimpleNamespace(series=CostSeries.from_row(row)))
    panel = spend(cast(Figures, found), at(CostScreen("UTC"), MONDAY, MONDAY))
    assert panel.others == ("m7", "m8")
    assert list(panel.frame["key"]) == [*(f"m{n}" for n in range(9)), ""]
    assert list(panel.frame["name"])[-1] == "30 others"
    drawn = {one["name"]: one["cents"] for one in panel.chart.tables["bars"].to_pylist()}
    assert (drawn["32 others"], len(drawn)) == (7, 8)
