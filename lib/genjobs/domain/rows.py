"""Rows as the API answers them, typed and frozen. Money is in cents, times are aware datetimes in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Self

from genjobs.domain.workflow import Status

KNOWN_MODES = ("main_white", "lifestyle", "feature_callout", "packaging")

Row = Mapping[str, Any]


EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
"""The range of times that Python can show in every time zone."""


def parse_time(value: str) -> datetime:
    """An ISO 8601 text with an offset, as PostgREST writes it, as an aware datetime in UTC.

    PostgreSQL also has years before Christ and after 9999, and infinity; they become `EARLIEST` or `LATEST`.
    """
    if value == "-infinity" or value.endswith(" BC"):
        return EARLIEST
    if value == "infinity" or value.partition("-")[0][4:].isdigit():
        return LATEST
    at = datetime.fromisoformat(value)
    return min(max(at, EARLIEST), LATEST).astimezone(UTC)


@dataclass(frozen=True)
class Project:
    """A row of `projects`."""

    id: str
    name: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Read a row with these four columns. Raises KeyError if one is missing."""
        return cls(row["id"], row["name"], parse_time(row["created_at"]), parse_time(row["updated_at"]))


@dataclass(frozen=True)
class Asset:
    """The columns of `assets` that the console shows."""

    id: str
    project_id: str
    kind: str
    mode: str
    storage_path: str
    created_at: datetime

    @property
    def name(self) -> str:
        """The display name: the last part of the storage path."""
        return self.storage_path.rstrip("/").rsplit("/", 1)[-1]

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Read a row with these columns. Raises KeyError if one is missing."""
        return cls(
            row["id"],
            row["project_id"],
            row["kind"],
            row["mode"],
            row["storage_path"],
            parse_time(row["created_at"]),
        )


@dataclass(frozen=True)
class Job:
    """A row of `generation_jobs`, all ten columns."""

    id: str
    user_id: str
    project_id: str
    status: Status
    mode: str
    input_asset_id: str | None
    error: str | None
    cost_cents: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Read a full row. Raises KeyError if a column is missing, ValueError for an unknown status."""
        return cls(
            id=row["id"],
            user_id=row["user_id"],
            project_id=row["project_id"],
            status=Status(row["status"]),
            mode=row["mode"],
            input_asset_id=row["input_asset_id"],
            error=row["error"],
            cost_cents=row["cost_cents"],
            created_at=parse_time(row["created_at"]),
            updated_at=parse_time(row["updated_at"]),
        )


@dataclass(frozen=True)
class RecentJob:
    """A row of `get_recent_jobs`."""

    id: str
    project_id: str
    status: Status
    mode: str
    cost_cents: int
    created_at: datetime

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Read a row with these six columns."""
        return cls(
            row["id"],
            row["project_id"],
            Status(row["status"]),
            row["mode"],
            row["cost_cents"],
            parse_time(row["created_at"]),
        )


@dataclass(frozen=True)
class StatusStatistics:
    """A row of `get_job_statistics`: the jobs of one status, their cost in cents, and the mean in cents."""

    status: Status
    count: int
    total_cost_cents: int
    avg_cost_cents: Decimal

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Read a row with these four columns."""
        return cls(
            Status(row["status"]), row["count"], row["total_cost_cents"], Decimal(str(row["avg_cost_cents"]))
        )


@dataclass(frozen=True)
class SummaryRow:
    """A row of the view `generation_job_summary`: one project and status of the caller's."""

    user_id: str
    project_id: str
    status: Status
    job_count: int
    total_cost_cents: int
    avg_cost_cents: Decimal
    first_job_at: datetime
    last_job_at: datetime

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Read a row with these eight columns."""
        return cls(
            user_id=row["user_id"],
            project_id=row["project_id"],
            status=Status(row["status"]),
            job_count=row["job_count"],
            total_cost_cents=row["total_cost_cents"],
            avg_cost_cents=Decimal(str(row["avg_cost_cents"])),
            first_job_at=parse_time(row["first_job_at"]),
            last_job_at=parse_time(row["last_job_at"]),
        )
