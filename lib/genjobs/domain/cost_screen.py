"""Everything that is chosen on the Costs page, as the query of its address: a link reproduces the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from genjobs.domain.periods import (
    LONGEST_PERIOD_DAYS,
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

T = TypeVar("T")
Query = Mapping[str, Sequence[str]]

MOST_NAMES = 100
LONGEST_NAME = 200


class Grouping(StrEnum):
    """What the spend is split by, as the database names it."""

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
        """With `key` as the only one of its kind, or without it where it is that already."""
        chosen = () if self.of(grouping) == (key,) else (key,)
        if grouping is Grouping.STATUS:
            return replace(self, statuses=tuple(map(Status, chosen)))
        fields = {Grouping.MODE: "modes", Grouping.PROJECT: "projects", Grouping.PERSON: "people"}
        changed: dict[str, Any] = {fields[grouping]: chosen}
        return replace(self, **changed)


@dataclass(frozen=True)
class CostScreen:
    """One state of the page. A `bucket` of None is what fits.

    With `by_name`, a change of spend is explained by what the spend is split by instead of by its causes.
    `days` are set for a custom range only, `against_days` only where `against` is a range of one's own.
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
        """The local days that it shows at `now`."""
        zone = ZoneInfo(self.zone)
        return Period(*self.days, zone) if self.days else period_of(self.preset, now, zone)

    def comparison(self, now: datetime) -> Comparison | None:
        """What that period is compared with at `now`; None for nothing."""
        own = Period(*self.against_days, ZoneInfo(self.zone)) if self.against_days else None
        return comparison(self.period(now), self.preset, self.against, now, own)

    def fitting_bucket(self, period: Period) -> Bucket:
        """The chosen bucket, or what fits the period where none is chosen or would cut it too finely."""
        return self.bucket if self.bucket in buckets_for(period) else bucket_for(period)

    def to_query(self) -> dict[str, list[str]]:
        """The query of its address. The zone always stands there: the reader of a link may sit elsewhere."""
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


@dataclass(frozen=True)
class Read:
    """A screen as a query asks for it, and the names of the parts that made no sense and were left out."""

    screen: CostScreen
    ignored: tuple[str, ...]


def read_query(query: Query, zone: str) -> Read:
    """The screen of a query; `zone` is the reader's own, for an address that names none."""
    reading = _Reading(query)
    preset, days = _range(reading)
    against, against_days = _against(reading)
    screen = CostScreen(
        zone=reading.one("zone", _known_zone, zone),
        preset=preset,
        days=days,
        grouping=reading.one("by", Grouping, Grouping.MODE),
        bucket=reading.one("bucket", Bucket, None),
        everyone=reading.one("everyone", {"yes": True, "no": False}.__getitem__, False),
        filters=CostFilters(
            projects=reading.several("project", _uuid),
            modes=reading.several("mode", _name),
            statuses=reading.several("status", Status),
            people=reading.several("person", _uuid),
        ),
        against=against,
        against_days=against_days,
        by_name=reading.one("why", {"name": True, "cause": False}.__getitem__, False),
    )
    return Read(screen, tuple(dict.fromkeys(reading.ignored)))


def _range(reading: _Reading) -> tuple[Preset, tuple[date, date] | None]:
    preset = reading.one("range", Preset, Preset.DAYS_30)
    if preset is not Preset.CUSTOM:
        return preset, None
    days = _days(reading, "from", "to")
    if days is not None:
        return preset, days
    reading.ignored.append("range")
    return Preset.DAYS_30, None


def _against(reading: _Reading) -> tuple[Against, tuple[date, date] | None]:
    against = reading.one("against", Against, Against.BEFORE)
    if against is not Against.OWN:
        return against, None
    days = _days(reading, "against-from", "against-to")
    if days is not None:
        return against, days
    reading.ignored.append("against")
    return Against.BEFORE, None


def _days(reading: _Reading, first_name: str, last_name: str) -> tuple[date, date] | None:
    first, last = reading.one(first_name, _day, None), reading.one(last_name, _day, None)
    if first is None or last is None or not 0 <= (last - first).days < LONGEST_PERIOD_DAYS:
        return None
    return first, last


class _Reading:
    """Takes values out of a query and notes what cannot be used."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self.ignored: list[str] = []

    def one(self, name: str, parse: Callable[[str], T], default: T) -> T:
        """The last value of that name, as browsers' own forms would have it."""
        values = self._parsed(name, self._query.get(name, ())[-1:], parse)
        return values[0] if values else default

    def several(self, name: str, parse: Callable[[str], T]) -> tuple[T, ...]:
        """All values of that name, each once, in the order given."""
        values = self._query.get(name, ())
        if len(values) > MOST_NAMES:
            self.ignored.append(name)
        return tuple(dict.fromkeys(self._parsed(name, values[:MOST_NAMES], parse)))

    def _parsed(self, name: str, values: Sequence[str], parse: Callable[[str], T]) -> list[T]:
        found = []
        for value in values:
            try:
                found.append(parse(value))
            except (ValueError, KeyError):
                self.ignored.append(name)
        return found


@cache
def zone_names() -> tuple[str, ...]:
    """The zones there are on this machine, by name."""
    return tuple(sorted(available_timezones()))


def _known_zone(name: str) -> str:
    if name not in zone_names():
        raise ValueError(name)
    return name


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if not 1970 <= day.year <= 2999:
        raise ValueError(text)
    return day


def _uuid(text: str) -> str:
    return str(UUID(text))


def _name(text: str) -> str:
    if not 0 < len(text) <= LONGEST_NAME or not text.isprintable():
        raise ValueError(text)
    return text
