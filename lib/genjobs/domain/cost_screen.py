"""All choices on the Costs page, and how a click changes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from genjobs.domain.periods import (
    Against,
    Bucket,
    Comparison,
    Period,
    Preset,
    bucket_for,
    buckets_for,
    comparison,
    period_of,
)
from genjobs.domain.workflow import Status

MOST_NAMES = 100


class Grouping(StrEnum):
    """What the spend is split by, with the database's names."""

    MODE = "mode"
    PROJECT = "project"
    STATUS = "status"
    PERSON = "person"


@dataclass(frozen=True)
class CostFilters:
    """Which jobs count. An empty tuple means any; projects and people are ids."""

    projects: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    people: tuple[str, ...] = ()

    def of(self, grouping: Grouping) -> tuple[str, ...]:
        """The names that are chosen of one kind."""
        kinds: dict[Grouping, tuple[str, ...]] = {
            Grouping.MODE: self.modes,
            Grouping.PROJECT: self.projects,
            Grouping.STATUS: self.statuses,
            Grouping.PERSON: self.people,
        }
        return kinds[grouping]

    def toggled(self, grouping: Grouping, key: str) -> CostFilters:
        """With `key` as the only one of its kind, or without it if it already is."""
        return self.only(grouping, () if self.of(grouping) == (key,) else (key,))

    def only(self, grouping: Grouping, keys: Sequence[str]) -> CostFilters:
        """With `keys` alone of their kind, at most the first `MOST_NAMES`."""
        chosen = tuple(keys[:MOST_NAMES])
        if grouping is Grouping.STATUS:
            return replace(self, statuses=tuple(map(Status, chosen)))
        fields = {Grouping.MODE: "modes", Grouping.PROJECT: "projects", Grouping.PERSON: "people"}
        changed: dict[str, Any] = {fields[grouping]: chosen}
        return replace(self, **changed)


@dataclass(frozen=True)
class CostScreen:
    """One state of the page. A `bucket` of None means the one that fits the period.

    With `by_name`, a change of spend is explained by the names of the split instead of by causes. `days` are
    set only for a custom range, `against_days` only if `against` is a custom range.
    """

    zone: str
    preset: Preset = Preset.DAYS_30
    days: tuple[date, date] | None = None
    grouping: Grouping = Grouping.MODE
    bucket: Bucket | None = None
    everyone: bool = False
    filters: CostFilters = CostFilters()
    against: Against = Against.BEFORE
    against_days: tuple[date, date] | None = None
    by_name: bool = False

    def period(self, now: datetime) -> Period:
        """The local days that the screen shows at `now`."""
        zone = ZoneInfo(self.zone)
        return Period(*self.days, zone) if self.days else period_of(self.preset, now, zone)

    def comparison(self, now: datetime) -> Comparison | None:
        """What that period is compared with at `now`; None without a comparison."""
        own = Period(*self.against_days, ZoneInfo(self.zone)) if self.against_days else None
        return comparison(self.period(now), self.preset, self.against, now, own)

    def fitting_bucket(self, period: Period) -> Bucket:
        """The chosen bucket, or the one that fits the period if none is chosen or it is too fine."""
        return self.bucket if self.bucket in buckets_for(period) else bucket_for(period)

    def clicked(self, kind: Grouping, key: str, day: date, now: datetime) -> CostScreen:
        """The screen after a click at `now` on the bar of `key` that begins on `day`.

        The first click filters by the bar's name, the second also by its days. If the screen already shows
        only these days, the click removes the filter.
        """
        shown = self.period(now).until(now)
        if self.filters.of(kind) != (key,):
            return replace(self, filters=self.filters.toggled(kind, key))
        days = shown.stretch(day, self.fitting_bucket(shown))
        if days == shown:
            return replace(self, filters=self.filters.toggled(kind, key))
        return replace(self, preset=Preset.CUSTOM, days=(days.first, days.last))

    def to_query(self) -> dict[str, list[str]]:
        """The query of its URL. It always names the zone, as the reader of a link may be in another one."""
        chosen: dict[str, Sequence[str]] = {
            "zone": [self.zone],
            "range": [self.preset] if self.preset is not Preset.DAYS_30 else [],
            "from": [self.days[0].isoformat()] if self.days else [],
            "to": [self.days[1].isoformat()] if self.days else [],
            "against": [self.against] if self.against is not Against.BEFORE else [],
            "against-from": [self.against_days[0].isoformat()] if self.against_days else [],
            "against-to": [self.against_days[1].isoformat()] if self.against_days else [],
            "why": ["name"] if self.by_name else [],
            "by": [self.grouping] if self.grouping is not Grouping.MODE else [],
            "bucket": [self.bucket] if self.bucket else [],
            "everyone": ["yes"] if self.everyone else [],
            "project": [*self.filters.projects],
            "mode": [*self.filters.modes],
            "status": [*self.filters.statuses],
            "person": [*self.filters.people],
        }
        return {name: [str(value) for value in values] for name, values in chosen.items() if values}
