"""The monthly budgets of the client's user."""

from __future__ import annotations

from postgrest import SyncSelectRequestBuilder
from supabase import Client

from genjobs.data.transport.answers import array, one_row, rows
from genjobs.data.transport.translation import mapped
from genjobs.domain.budgets import Budget
from genjobs.domain.errors import Conflict
from genjobs.domain.inputs import check_count, check_percent, check_text, check_uuid
from genjobs.domain.rows import Row

TABLE = "budgets"
TERMS = ("monthly_cents", "warn_percent", "time_zone", "is_hard")
UNIQUE_VIOLATION = "23505"


def read_budgets(client: Client) -> list[Budget]:
    """Each budget with what is spent of it this month, the person's own first, then projects by name."""
    with mapped("read the budgets"):
        return [Budget.from_row(row) for row in array(client.rpc("get_budgets", {}, get=True).execute())]


def save_budget(
    client: Client,
    *,
    user_id: str,
    project_id: str | None,
    monthly_cents: int,
    warn_percent: int,
    time_zone: str,
    is_hard: bool,
    expected: Budget | None,
) -> None:
    """Set the budget of this project, or of all the caller's jobs if `project_id` is None.

    `expected` is that budget as the caller last read it, None if there was none. Raises Conflict if it is
    another by now, InvalidInput for an invalid amount, level or zone, NotFound for someone else's project.
    """
    terms = {
        "monthly_cents": check_count("monthly_cents", monthly_cents),
        "warn_percent": check_percent("warn_percent", warn_percent),
        "time_zone": check_text("time_zone", time_zone),
        "is_hard": is_hard,
    }
    if expected:
        _change(client, terms, expected)
    else:
        project = None if project_id is None else check_uuid("project_id", project_id)
        _add(client, {"user_id": check_uuid("user_id", user_id), "project_id": project, **terms})


def _add(client: Client, row: Row) -> None:
    try:
        with mapped("save the budget", writes=True):
            one_row(client.table(TABLE).insert(row).execute(), "budget")
    except Conflict as error:
        if error.code == UNIQUE_VIOLATION:
            raise _conflict("set") from error
        raise


def _change(client: Client, terms: Row, expected: Budget) -> None:
    """Only if it still has the terms that its new ones replace: the caller has seen no others."""
    query = _unchanged(client.table(TABLE).update(terms), expected)
    with mapped("save the budget", writes=True):
        found = rows(query.execute())
    if not found:
        raise _conflict("changed or removed")


def _unchanged(query: SyncSelectRequestBuilder, expected: Budget) -> SyncSelectRequestBuilder:
    query = query.eq("id", check_uuid("budget_id", expected.id))
    for name in TERMS:
        query = query.eq(name, getattr(expected, name))
    return query


def _conflict(what: str) -> Conflict:
    return Conflict(
        f"This budget was {what} elsewhere after you opened Budgets. Your click changed nothing.",
        hint="Open Budgets again to see it as it is now.",
    )


def delete_budget(client: Client, expected: Budget) -> None:
    """Delete a budget as the caller last read it. Raises Conflict if it is another by now, or is gone."""
    query = _unchanged(client.table(TABLE).delete(), expected)
    with mapped("delete the budget", writes=True):
        found = rows(query.execute())
    if not found:
        raise _conflict("changed or removed")
