"""Names of downloaded files: content, period, time zone, filters, and the time of the data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

from genjobs.domain.periods import Period

LONGEST = 180
_WORD = re.compile(r"[^A-Za-z0-9.]+")


def file_name(what: str, period: Period, filters: Sequence[str], moment: datetime, ending: str) -> str:
    """`spend_2026-10-25_2026-11-23_Europe-Berlin_lifestyle_as-of-20261123T053741Z.csv`.

    Only letters, digits, dots, hyphens and underscores; filters that do not fit are counted instead of cut.
    """
    fixed = [what, period.first.isoformat(), period.last.isoformat(), period.zone.key]
    stamp = _stamp(moment)
    room = LONGEST - len("_".join(map(_plain, [*fixed, stamp, ending])))
    return "_".join([*map(_plain, fixed), *_fitting(list(map(_plain, filters)), room), stamp]) + f".{ending}"


def list_name(what: str, filters: Sequence[str], moment: datetime, ending: str) -> str:
    """`jobs_Spring-catalogue_failed_as-of-20261123T053741Z.csv`: the same, without a period."""
    stamp = _stamp(moment)
    room = LONGEST - len("_".join([what, stamp, ending]))
    return "_".join([what, *_fitting([_plain(one) for one in filters], room), stamp]) + f".{ending}"


def _stamp(moment: datetime) -> str:
    return f"as-of-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _fitting(filters: list[str], room: int) -> list[str]:
    if len("_".join(filters)) < room:
        return filters
    return [f"{len(filters)}-filters"]


def _plain(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _WORD.sub("-", ascii_only).strip("-.") or "x"
