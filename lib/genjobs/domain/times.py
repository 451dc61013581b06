"""Times for people: how long ago, and exactly when in a named zone. All datetimes are aware."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_MONTH = 30 * _DAY
_YEAR = 365 * _DAY
_UNITS = ((_YEAR, "y"), (_MONTH, "mo"), (_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s"))
_SHORTEST = _MINUTE
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cache
def zone_names() -> tuple[str, ...]:
    """UTC and the zones of places that this machine knows, such as `Europe/Berlin`, sorted.

    PostgreSQL takes names without a slash, such as `CET`, for a fixed offset, or does not know them.
    """
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def named_zone(name: str | None) -> ZoneInfo:
    """The zone of that name; UTC when it is not among `zone_names`."""
    return ZoneInfo(name if name in zone_names() else "UTC")


def relative(then: datetime, now: datetime) -> str:
    """The distance in its largest whole unit: `3 min ago`, `in 2 d`; under a minute it is `just now`."""
    distance = (now - then).total_seconds()
    if int(abs(distance)) < _SHORTEST:
        return "just now"
    amount = duration(abs(distance))
    return f"{amount} ago" if distance > 0 else f"in {amount}"


def duration(seconds: float) -> str:
    """A span of time in its largest whole unit, such as `42 s`, `12 min`, `3 h` or `2 d`."""
    whole = max(int(seconds), 0)
    size, unit = next(((size, unit) for size, unit in _UNITS if whole >= size), (1, "s"))
    return f"{whole // size} {unit}"


def exact(then: datetime, zone: ZoneInfo) -> str:
    """The moment to the second in `zone`, with the zone's name: `23 Nov 2026, 05:37:03 CET`.

    A zone whose abbreviation is only an offset is named by its place: `… 09:37:03 +04 (Asia/Dubai)`.
    """
    local = then.astimezone(zone)
    short = local.tzname() or zone.key
    named = short if short.isalpha() else f"{short} ({zone.key})"
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M:%S} {named}"


def clock(then: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The time of day in `zone` to the second, with the date if it is not that of `now`: `05:37:03`."""
    local = then.astimezone(zone)
    time = f"{local:%H:%M:%S}"
    if local.date() == now.astimezone(zone).date():
        return time
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {time}"
