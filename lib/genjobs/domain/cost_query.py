"""The Costs page's choices as the query of its URL: a link reproduces the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from genjobs.domain.cost_screen import MOST_NAMES, CostFilters, CostScreen, Grouping
from genjobs.domain.periods import LONGEST_PERIOD_DAYS, Against, Bucket, Preset
from genjobs.domain.times import zone_names
from genjobs.domain.workflow import Status

T = TypeVar("T")
Query = Mapping[str, Sequence[str]]

LONGEST_NAME = 200
UNUSABLE_DAYS = f"(it needs a first and a last day in this order, and at most {LONGEST_PERIOD_DAYS:,} days)"


@dataclass(frozen=True)
class Read:
    """The screen that a query asks for, and the parameters that were invalid and ignored, by their names."""

    screen: CostScreen
    ignored: tuple[str, ...]


def read_query(query: Query, zone: str) -> Read:
    """The screen of a query; `zone` is the reader's own, used if the query names none.

    It is UTC instead if days cannot be counted by the reader's.
    """
    reading = _Reading(query)
    preset, days = _range(reading)
    against, against_days = _against(reading)
    screen = CostScreen(
        zone=reading.one("zone", _known_zone, zone if zone in zone_names() else "UTC"),
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
    """Two days without a range are a range of one's own."""
    preset = reading.one("range", Preset, Preset.CUSTOM if reading.has("from", "to") else Preset.DAYS_30)
    if preset is not Preset.CUSTOM:
        return preset, None
    days = _days(reading, "from", "to")
    if days is not None:
        return preset, days
    reading.ignore_days("range", "from", "to")
    return Preset.DAYS_30, None


def _against(reading: _Reading) -> tuple[Against, tuple[date, date] | None]:
    against = reading.one("against", Against, Against.BEFORE)
    if against is not Against.OWN:
        return against, None
    days = _days(reading, "against-from", "against-to")
    if days is not None:
        return against, days
    reading.ignore_days("against", "against-from", "against-to")
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

    def has(self, *names: str) -> bool:
        """Whether the query has a value of each name."""
        return all(self._query.get(name) for name in names)

    def ignore_days(self, name: str, *ends: str) -> None:
        """Note a range that cannot be used, unless a day of it was already noted."""
        if not set(ends) & set(self.ignored):
            self.ignored.append(f"{name} {UNUSABLE_DAYS}")

    def one(self, name: str, parse: Callable[[str], T], default: T) -> T:
        """The last value of that name."""
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
    """Any text that a job's mode can be, which includes emoji of several characters and line breaks."""
    if not 0 < len(text) <= LONGEST_NAME or "\x00" in text:
        raise ValueError(text)
    text.encode()
    return text
