"""Counts and costs, added up in the database, never from fetched rows, which the API truncates."""

from __future__ import annotations

from collections.abc import Iterable

from supabase import Client

from genjobs.data.transport.answers import rows
from genjobs.data.transport.paging import Key, pages
from genjobs.data.transport.translation import mapped
from genjobs.domain.inputs import check_count, check_uuid
from genjobs.domain.rows import RecentJob, StatusStatistics, SummaryRow

SUMMARY = "generation_job_summary"


def get_statistics(client: Client, user_id: str | None = None) -> list[StatusStatistics]:
    """One row for each status that occurs, at most four; `user_id` None means the caller.

    For another person's id the database returns no rows, unless the client acts as the service role.
    """
    arguments = {} if user_id is None else {"p_user_id": check_uuid("user_id", user_id)}
    with mapped("read the statistics"):
        answer = client.rpc("get_job_statistics", arguments, get=True).execute()
        return [StatusStatistics.from_row(row) for row in rows(answer)]


def project_statistics(client: Client, project_id: str) -> list[StatusStatistics]:
    """The same for one of the caller's projects."""
    columns = "status,count:job_count,total_cost_cents,avg_cost_cents"
    query = client.table(SUMMARY).select(columns).eq("project_id", check_uuid("project_id", project_id))
    with mapped("read the project's statistics"):
        return [StatusStatistics.from_row(row) for row in rows(query.execute())]


def total_cost_cents(stats: Iterable[StatusStatistics]) -> int:
    """The cost of all jobs in cents."""
    return sum(row.total_cost_cents for row in stats)


def recent_jobs(client: Client, limit: int = 10) -> list[RecentJob]:
    """The caller's newest jobs first; the database caps the limit."""
    arguments = {"p_limit": check_count("limit", limit)}
    with mapped("read the recent jobs"):
        answer = client.rpc("get_recent_jobs", arguments, get=True).execute()
        return [RecentJob.from_row(row) for row in rows(answer)]


def summary(client: Client) -> list[SummaryRow]:
    """All of the caller's jobs, summed by project and status, and ordered by these two."""
    read = pages(
        lambda: client.table(SUMMARY).select("*"),
        "read the summary",
        key=Key("project_id", "status", descending=False),
    )
    return [SummaryRow.from_row(row) for page in read for row in page]
