"""What jobs cost, as the database adds it up. Each answer is one value, so no row limit can truncate it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from supabase import Client

from genjobs.data.transport.answers import array, mapping
from genjobs.data.transport.translation import mapped
from genjobs.domain.cost_screen import CostFilters, Grouping
from genjobs.domain.costs import Amounts, CostSeries, HourOfWeek, Key, Recount, UnitCost, total
from genjobs.domain.periods import Bucket, Span
from genjobs.domain.ranking import Ranked, Ranking
from genjobs.domain.rows import Row

MOST_KEYS = 1000
REST = "other modes"


@dataclass(frozen=True)
class CostQuery:
    """Which jobs count: those created in `span`, of everyone or of the caller, that match the filters."""

    span: Span
    zone: str
    filters: CostFilters = field(default_factory=CostFilters)
    everyone: bool = False


@dataclass(frozen=True)
class CostPage:
    """One snapshot of a period: its series, its amounts in total and by mode, and its costs per job.

    `recount` is the sum of its jobs counted one by one; None if they include others' jobs or are too many.
    """

    series: CostSeries
    total: Amounts
    modes: dict[str, Amounts]
    unit_costs: tuple[UnitCost, ...]
    recount: Recount | None


def read_page(client: Client, query: CostQuery, bucket: Bucket, grouping: Grouping) -> CostPage:
    """The period by bucket, split by `grouping`. Raises InvalidInput for too many buckets."""
    arguments = {**_period(query), "p_bucket": bucket, "p_split": grouping}
    with mapped("read the costs"):
        answer = client.rpc("get_checked_cost_page", {**arguments, **_which(query)}, get=True).execute()
        checked = mapping(answer)
        return _page(checked["page"], Recount.from_row(checked["recount"]))


def read_modes(client: Client, query: CostQuery) -> dict[str, Amounts]:
    """The amounts of the `MOST_KEYS` costliest modes by mode."""
    with mapped("read the costs by mode"):
        return {key.key: amounts for key, amounts in _top(client, query, Grouping.MODE)}


def read_ranking(client: Client, query: CostQuery, before: Span | None, grouping: Grouping) -> Ranking:
    """The `MOST_KEYS` largest by spend, with their amounts in the span `before`, from one snapshot."""
    arguments = {
        **_span(query),
        **_span_before(before, query.zone),
        "p_split": grouping,
        "p_limit": str(MOST_KEYS),
        **_which(query),
    }
    with mapped(f"rank each {grouping} by spend"):
        return _ranking(mapping(client.rpc("get_cost_ranking", arguments, get=True).execute()))


def read_keys(client: Client, query: CostQuery, grouping: Grouping) -> list[Key]:
    """The modes, projects or people with costs, the costliest first."""
    with mapped(f"list each {grouping} with costs"):
        return [key for key, _ in _top(client, query, grouping)]


def read_hours(client: Client, query: CostQuery) -> list[HourOfWeek]:
    """The hours of the week in which jobs were created. Raises InvalidInput for more than about a year."""
    arguments = {**_period(query), **_which(query)}
    with mapped("read the costs by hour and weekday"):
        answer = array(client.rpc("get_cost_heatmap", arguments, get=True).execute())
        return [HourOfWeek(*row) for row in answer]


def read_daily(client: Client, query: CostQuery) -> CostSeries:
    """One cell for each local day."""
    arguments = {**_period(query), "p_bucket": Bucket.DAY, **_which(query)}
    with mapped("read the costs by day"):
        return CostSeries.from_row(mapping(client.rpc("get_cost_series", arguments, get=True).execute()))


def like(before: Mapping[str, Amounts], now: Mapping[str, Amounts]) -> dict[str, Amounts]:
    """An earlier period's amounts by the modes of `now`; modes that are not among them go into `REST`."""
    if REST not in now:
        return dict(before)
    known = {mode: amounts for mode, amounts in before.items() if mode in now}
    return {**known, REST: total(before.values()) - total(known.values())}


def _top(client: Client, query: CostQuery, grouping: Grouping) -> list[tuple[Key, Amounts]]:
    arguments = {**_span(query), "p_split": grouping, "p_limit": str(MOST_KEYS), **_which(query)}
    return _ranked(mapping(client.rpc("get_top_costs", arguments, get=True).execute()))


def _ranked(answer: Row) -> list[tuple[Key, Amounts]]:
    names = answer["amounts"]
    return [
        (Key.named(key, label), Amounts.from_values(names, values)) for key, label, values in answer["rows"]
    ]


def _ranking(answer: Row) -> Ranking:
    names, previous = answer["amounts"], answer["previous"]
    return Ranking(
        rows=tuple(
            Ranked(
                Key.named(key, label),
                Amounts.from_values(names, now),
                None if before is None else Amounts.from_values(names, before),
            )
            for key, label, now, before in answer["rows"]
        ),
        keys=answer["keys"],
        cents=answer["current"]["cents"],
        cents_before=None if previous is None else previous["cents"],
        jobs=answer["current"]["jobs"],
    )


def _page(answer: Row, recount: Recount | None) -> CostPage:
    series = CostSeries.from_row(answer["series"])
    totals = answer["totals"]
    in_all = Amounts.from_values(totals["amounts"], totals["current"])
    modes = {key.key: amounts for key, amounts in _ranked(answer["top_modes"])}
    rest = in_all - total(modes.values())
    return CostPage(
        series=series,
        total=in_all,
        modes={**modes, REST: rest} if rest != Amounts() else modes,
        unit_costs=_unit_costs(series, answer["percentiles"]["rows"]),
        recount=recount,
    )


def _unit_costs(series: CostSeries, rows: Sequence[Sequence[int]]) -> tuple[UnitCost, ...]:
    found = {place: values for place, *values in rows}
    return tuple(UnitCost(bucket, *found.get(place, ())) for place, bucket in enumerate(series.buckets))


def _span(query: CostQuery) -> dict[str, str]:
    return {"p_from": _moment(query.span.start, query.zone), "p_to": _moment(query.span.end, query.zone)}


def _span_before(span: Span | None, zone: str) -> dict[str, str]:
    if span is None:
        return {}
    return {"p_before_from": _moment(span.start, zone), "p_before_to": _moment(span.end, zone)}


def _moment(moment: datetime, zone: str) -> str:
    """A time by the clocks of `zone`, which the database reads by its own rules: they may differ from ours.

    In UTC where the clocks show it twice or not at all, and in a zone that is not known here.
    """
    try:
        local = moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return moment.isoformat()
    is_plain = local.utcoffset() == local.replace(fold=1).utcoffset()
    return f"{local:%Y-%m-%d %H:%M:%S.%f} {zone}" if is_plain else moment.isoformat()


def _period(query: CostQuery) -> dict[str, str]:
    return {**_span(query), "p_time_zone": query.zone}


def _which(query: CostQuery) -> dict[str, str]:
    """Only the filters that are set: a parameter that is left out does not filter."""
    lists: dict[str, Sequence[Any]] = {
        "p_project_ids": query.filters.projects,
        "p_modes": query.filters.modes,
        "p_statuses": query.filters.statuses,
        "p_user_ids": query.filters.people,
    }
    chosen = {name: _literal(values) for name, values in lists.items() if values}
    return {**chosen, "p_everyone": "true"} if query.everyone else chosen


def _literal(values: Sequence[Any]) -> str:
    """An array as PostgreSQL reads it from text: `{"a","b \\"c\\""}`."""
    escaped = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in escaped) + "}"
