"""The charts of the Costs page, each with its texts, its data, and a name for its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pandas as pd

from genjobs.charts import frames, heat_map, month, over_time, unit_cost, why_changed
from genjobs.charts.colours import Theme, name_palette, status_palette
from genjobs.charts.picture import Picture
from genjobs.charts.style import Words
from genjobs.charts.time_labels import UNITS, day_label, period_label
from genjobs.console.costs import captions, colour_memory, controls, month_card
from genjobs.console.costs.filters import SPLITS, names
from genjobs.console.costs.reads import Choices, Figures
from genjobs.console.kit.wording import distinct, plain
from genjobs.domain.cost_screen import CostScreen, Grouping
from genjobs.domain.costs import OTHER, CostSeries
from genjobs.domain.money import format_cents
from genjobs.domain.periods import Bucket, Comparison, Period, month_of
from genjobs.domain.ranking import Ranking, movers
from genjobs.domain.waterfall import waterfall
from genjobs.forecast.month import MonthForecast

DELETED_UNFINISHED = "Deleted unfinished jobs count elsewhere on this page under the status that they had."
CAUSES = (
    "Volume: more or fewer jobs that did not fail. Mix: a different mix of modes. Unit cost: the same "
    "mode at a different cost. Failures: more or less spent on failed jobs than before at the same volume."
)


@dataclass(frozen=True)
class Panel:
    """A chart with its data; its file names start with `name`, and a click on it filters by `clicks`.

    `choice` draws the chart's options above it; `others` are the listed keys that are drawn together as one.
    `period` is what it shows if it is not the range of the screen, and `when` how that is called if not by
    its days.
    """

    name: str
    title: str
    chart: Picture
    frame: pd.DataFrame
    clicks: Grouping | None = None
    note: str = ""
    choice: Callable[[], None] | None = None
    others: tuple[str, ...] = ()
    period: Period | None = None
    when: str = ""


@dataclass(frozen=True)
class Setting:
    """Settings that all charts of one screen share."""

    screen: CostScreen
    period: Period
    bucket: Bucket
    choices: Choices
    filtered: tuple[str, ...]
    theme: Theme

    def words(self, title: str, when: str = "") -> Words:
        """The title, with the period and the active filters as its subtitle."""
        return Words(title, ", ".join([when or period_label(self.period), *self.filtered]))

    @property
    def each(self) -> str:
        """The name of the bucket, as the title of an axis."""
        return UNITS[self.bucket].capitalize()


def spend(found: Figures, at: Setting) -> Panel:
    """Spend over time, stacked by the current split."""
    split = SPLITS[at.screen.grouping]
    title = f"Spend by {split.lower()}, per {UNITS[at.bucket]}"
    labels = _labels(at)
    series = found.page.series
    frame = frames.series(series, labels, at.bucket, at.period.zone)
    palette = _palette(series, labels, at)
    drawn = frames.fold_rest(frame, palette, series.others)
    chart = over_time.spend(drawn, palette, at.words(title), at.each, split, at.theme)
    told = frame.assign(key=frame["key"].replace(OTHER, ""))  # the key holds NUL, which no file may
    return Panel(
        "spend",
        title,
        chart,
        told,
        at.screen.grouping,
        _dearest(frame, at),
        others=_without_colour(frame, palette),
    )


def _without_colour(frame: pd.DataFrame, palette: Mapping[str, str]) -> tuple[str, ...]:
    """The keys that are drawn as one, but for those that the database has added up, which have no key."""
    is_rest = ~frame["name"].isin(list(palette)) & (frame["key"] != OTHER)
    return tuple(frame.loc[is_rest, "key"].unique())


def jobs(found: Figures, at: Setting) -> Panel:
    """Jobs over time by status."""
    title = f"Jobs by status, per {UNITS[at.bucket]}"
    frame = frames.statuses(found.page.series, at.bucket, at.period.zone)
    chart = over_time.jobs(frame, at.words(title), at.each, at.theme)
    note = DELETED_UNFINISHED if (frame["name"] == frames.DELETED).any() else ""
    return Panel("jobs", title, chart, frame, Grouping.STATUS, note)


def unit_costs(found: Figures, at: Setting) -> Panel:
    """Cost per job, with its band."""
    title = f"Cost of a job, per {UNITS[at.bucket]}: mean and band"
    frame = frames.unit_costs(found.page.unit_costs, at.bucket, at.period.zone)
    note = "Line: mean. Band: median to 95th percentile, accurate to 3%."
    chart = unit_cost.cost_per_job(frame, at.words(title), at.each, at.theme)
    return Panel("cost-per-job", title, chart, frame, note=note)


def this_month(found: Figures, at: Setting, budgets: Sequence[month.BudgetLine]) -> Panel:
    """The month so far, and its forecast."""
    title = "Spend this month, with its forecast"
    forecast = found.month.forecast
    ahead = forecast.days if isinstance(forecast, MonthForecast) else ()
    frame = frames.month(found.month.days, ahead)
    whole = month_of(found.month.days[-1][0], at.period.zone)
    labels = [day_label(whole.first + timedelta(place), year=False) for place in range(whole.days)]
    words = at.words(title, period_label(whole))
    near = month.in_sight(frame, budgets)
    far = "; ".join(line.label for line in budgets if line not in near)
    note = f"{_forecast_note(found)} Above the chart: {far}." if far else _forecast_note(found)
    chart = month.cumulative(frame, labels, near, words, at.theme)
    return Panel("month", title, chart, frame, note=plain(note), period=whole)


def hours(found: Figures, at: Setting) -> Panel | None:
    """Spend by hour and weekday; None for a period that is too long for it."""
    if found.hours is None:
        return None
    title = "When the money is spent: hour by weekday"
    frame = frames.heat(found.hours)
    return Panel("hours", title, heat_map.hours_of_week(frame, at.words(title), at.theme), frame)


def change(found: Figures, at: Setting, compared: Comparison | None) -> Panel | None:
    """Why spend changed against the comparison period; None without a comparison."""
    if found.before is None or compared is None:
        return None
    when = captions.both(at.period, compared)
    choice = None if at.screen.grouping is Grouping.STATUS else partial(_choose_why, at.screen)
    moved = movers(found.ranking, labels_of(found.ranking, at)) if choice and at.screen.by_name else None
    if moved:
        title, note = f"Why spend changed, by {at.screen.grouping}", "The largest changes first."
        frame = frames.movers(moved)
    else:
        title, note = "Why spend changed", CAUSES
        frame = frames.change(waterfall(found.before, found.page.modes))
    chart = why_changed.waterfall(frame, at.words(title, when), at.theme)
    return Panel("why", title, chart, frame, note=note, choice=choice, when=when)


def labels_of(ranking: Ranking, at: Setting) -> dict[str, str]:
    """Labels of a ranking's rows by key, no two alike."""
    known = _labels(at)
    return distinct({row.key.key: known.get(row.key.key, row.key.label) for row in ranking.rows})


def _choose_why(screen: CostScreen) -> None:
    options = {"cause": "Cause", "name": SPLITS[screen.grouping]}
    controls.one_of_few(
        "Explained by",
        options,
        "name" if screen.by_name else "cause",
        lambda was, value: replace(was, by_name=value == "name"),
    )


def _labels(at: Setting) -> dict[str, str]:
    kinds = {Grouping.PROJECT: at.choices.projects, Grouping.PERSON: at.choices.people}
    return names(kinds.get(at.screen.grouping, []))


def _palette(series: CostSeries, labels: Mapping[str, str], at: Setting) -> dict[str, str]:
    """Colours of the largest names in the range; a name keeps its colour during the session."""
    if at.screen.grouping is Grouping.STATUS:
        return status_palette(at.theme)
    kept = colour_memory.places(at.screen.grouping, [key.key for key in series.keys])
    named = {key.key: labels.get(key.key, key.label) for key in series.keys}
    return name_palette({named[key]: place for key, place in kept.items()})


def _dearest(frame: pd.DataFrame, at: Setting) -> str:
    """The bar that cost most, by name: `Worst day: 26 Nov, $31.92.`"""
    sums = frames.totals(frame)
    dearest = max(sums, key=lambda one: one.cents, default=None)
    if len(sums) < 2 or not dearest or not dearest.cents:
        return ""
    return plain(f"Worst {UNITS[at.bucket]}: {dearest.bucket}, {format_cents(dearest.cents)}.")


def _forecast_note(found: Figures) -> str:
    forecast = found.month.forecast
    return month_card.reliability(forecast.tested) if isinstance(forecast, MonthForecast) else forecast.reason
