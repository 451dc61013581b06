"""`genjobs totals` without a database URL: on the local stack, whose start mends totals made elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from genjobs.local import stack as stacks
from genjobs.local.stack import StackInfo
from tests.commands import genjobs
from tests.data.people import owner
from tests.stacks import SMALL, new_user, running_stack


def move(info: StackInfo) -> None:
    """As if the database had been restored here from another server."""
    with owner(info) as connection:
        connection.execute("update genjobs.totals_origins set cluster = 1")


def state(info: StackInfo) -> str:
    with owner(info) as connection:
        row = connection.execute("select genjobs.totals_state()").fetchone()
    assert row
    return str(row[0])


def test_the_local_stack_is_cared_for_where_nothing_is_configured(tmp_path: Path) -> None:
    with running_stack(tmp_path) as info:
        new_user(info)
        move(info)
        joined = genjobs("totals", "check", GENJOBS_HOME=str(tmp_path))
        assert joined.returncode == 0, joined.stdout + joined.stderr
        assert "The totals were made on another server" in joined.stderr
        assert "0 differences." in joined.stdout
        assert genjobs("totals", "rebuild", GENJOBS_HOME=str(tmp_path)).returncode == 0


@pytest.mark.parametrize("start", ["joined", "started"])
def test_the_next_start_makes_totals_anew_that_were_made_elsewhere(tmp_path: Path, start: str) -> None:
    steps: list[str] = []
    with running_stack(tmp_path) as info:
        move(info)
        assert state(info) == "moved"
        if start == "started":
            stacks.stop(tmp_path)
        info = stacks.ensure(steps.append, home=tmp_path, options=SMALL)
        assert state(info) == "complete"
    assert any("The totals were made on another server" in step for step in steps)
    assert "Totals: complete" in steps


def test_a_hosted_project_needs_its_database_url() -> None:
    configured = {"SUPABASE_URL": "http://127.0.0.1:9", "SUPABASE_KEY": "sb_publishable_x"}
    done = genjobs("totals", "check", **configured)
    assert done.returncode == 1
    assert "Hint: Set DATABASE_URL or give --database-url." in done.stderr
