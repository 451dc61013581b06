"""What a database reports of its totals: their state, what waits to be folded, what was set aside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from genjobs.domain.totals import TotalsHealth, checks
from tests.clusters import Database
from tests.sql.histories import ask
from tests.sql.people import acting, add_job, introduce, refusal
from tests.sql.test_cost_totals import fold


@pytest.fixture
def kept(database: Database) -> Iterator[psycopg.Connection]:
    with database.connect() as connection:
        yield connection


def health(connection: psycopg.Connection, user: str) -> TotalsHealth:
    return TotalsHealth.from_row(ask(connection, user, "get_totals_health"))


def test_what_waits_is_counted_with_the_time_of_the_first(kept: psycopg.Connection) -> None:
    ana = introduce(kept).ana
    found = health(kept, ana.id)
    first = kept.execute("select min(at) from public.generation_job_events").fetchone()
    assert (found.waiting, found.histograms_waiting, (found.waiting_since,)) == (8, 8, first)
    fold(kept)
    assert (health(kept, ana.id).waiting, health(kept, ana.id).histograms_waiting) == (0, 8)
    fold(kept, histogram=True)
    add_job(kept, ana.id, ana.project)
    assert (health(kept, ana.id).waiting, health(kept, ana.id).histograms_waiting) == (1, 1)


def test_counting_stops(owner: psycopg.Connection) -> None:
    introduce(owner)
    row = owner.execute("select genjobs.totals_health(5)").fetchone()
    assert row
    assert (row[0]["waiting"], row[0]["histograms_waiting"], row[0]["most"]) == (5, 5, 5)


STATES = [
    ("select", "complete"),
    ("update genjobs.fold_state set complete = false", "filling"),
    ("update genjobs.totals_origins set cluster = 1", "moved"),
    ("insert into genjobs.totals_origins (cluster) select cluster from genjobs.totals_origins", "moved"),
    ("delete from genjobs.totals_origins", "moved"),
    ("delete from genjobs.fold_state", "moved"),
    ("update genjobs.fold_state set transaction_id = '9000000000'", "moved"),
    ("update genjobs.fold_state set histogram_transaction_id = '9000000000'", "moved"),
    ("select genjobs.doubt_totals()", "doubted"),
]


@pytest.mark.parametrize(("deed", "state"), STATES)
def test_the_state_is_told_and_figures_are_right_in_any(
    kept: psycopg.Connection, deed: str, state: str
) -> None:
    ana = introduce(kept).ana
    kept.execute(deed.encode())
    assert health(kept, ana.id).state == state
    answer = ask(kept, ana.id, "get_cost_totals", "2000-01-01Z", "2100-01-01Z", "UTC")
    assert (answer["current"][:2], answer["complete"]) == ([4, 400], state == "complete")
    kept.execute("select genjobs.rebuild_cost_totals()")
    assert health(kept, ana.id).state == "complete"
    assert kept.execute("select * from genjobs.compare_cost_totals()").fetchall() == []


def test_everybody_who_is_signed_in_may_ask_and_nobody_else(owner: psycopg.Connection) -> None:
    with refusal("42501"), acting(owner, "anon"):
        owner.execute("select public.get_totals_health()")
    for role in ("authenticated", "service_role"):
        with acting(owner, role):
            owner.execute("select public.get_totals_health()")


PRIVATE: list[Any] = [
    "select * from genjobs.set_aside_events",
    "select * from genjobs.totals_origins",
    "select genjobs.doubt_totals()",
    "select genjobs.begin_totals()",
    "select genjobs.renumber_events(1)",
    "select genjobs.fold_next(1, false)",
    "select genjobs.has_missed_events()",
    "select genjobs.totals_state()",
    "select genjobs.logged_cents(null, null, null, null, null)",
]


@pytest.mark.parametrize("statement", PRIVATE)
@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_the_rest_is_for_the_owner_of_the_tables(
    owner: psycopg.Connection, role: str, statement: str
) -> None:
    with refusal("42501"), acting(owner, role):
        owner.execute(statement.encode())


def test_every_query_of_the_checks_runs_in_the_sql_editor(owner: psycopg.Connection) -> None:
    ana = introduce(owner).ana
    for check in checks(health(owner, ana.id)):
        owner.execute(check.sql)
