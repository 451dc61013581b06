"""Times for people: how long ago, and exactly when in a named zone. All datetimes are aware."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_MONTH = 30 * _DAY
_YEAR = 365 * _DAY
_UNITS = ((_YEAR, "y"), (_MONTH, "mo"), (_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s"))
_SHORTEST = _MINUTE
_COUNTED = re.compile(r"[A-Za-z_]+(/[A-Za-z0-9_+-]+)*|[A-Z]{3}[0-9][A-Z]{3}")
"""What `genjobs.cost_buckets` takes for the name of a zone."""
_OTHERS = {"CET", "EET", "MET", "WET", "Factory", "localtime"}
"""To PostgreSQL, the first four are fixed offsets; the last two are no zones."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cache
def zone_names() -> tuple[str, ...]:
    """The zones by which days can be counted, by name: those of this machine that the database takes."""
    return tuple(sorted(name for name in available_timezones() - _OTHERS if _COUNTED.fullmatch(name)))


def named_zone(name: str | None) -> ZoneInfo:
    """The zone of an IANA name such as `Europe/Berlin`; UTC when there is no such zone on this machine."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


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
