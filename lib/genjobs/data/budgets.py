"""The monthly budgets of the client's user."""

from __future__ import annotations

from supabase import Client

from genjobs.data.transport.answers import array, one_row
from genjobs.data.transport.translation import mapped
from genjobs.domain.budgets import Budget
from genjobs.domain.inputs import check_count, check_percent, check_text, check_uuid

TABLE = "budgets"


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
) -> None:
    """Set the budget of this project, or of all the caller's jobs if `project_id` is None.

    Raises InvalidInput for an invalid amount, level or zone, NotFound for someone else's project.
    """
    row = {
        "user_id": check_uuid("user_id", user_id),
        "project_id": None if project_id is None else check_uuid("project_id", project_id),
        "monthly_cents": check_count("monthly_cents", monthly_cents),
        "warn_percent": check_percent("warn_percent", warn_percent),
        "time_zone": check_text("time_zone", time_zone),
        "is_hard": is_hard,
    }
    query = client.table(TABLE).upsert(row, on_conflict="user_id,project_id")
    with mapped("save the budget", writes=True):
        one_row(query.execute(), "budget")


def delete_budget(client: Client, budget_id: str) -> None:
    """Delete a budget. Raises NotFound if it is not one of the caller's."""
    query = client.table(TABLE).delete().eq("id", check_uuid("budget_id", budget_id))
    with mapped("delete the budget", writes=True):
        one_row(query.execute(), f"budget {budget_id}")
