"""A claim and a finish find their jobs by key, however the statistics of the tables are."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from tests.sql.functions import without
from tests.sql.people import Cast
from tests.sql.workers import MANY, claim, finish

BY_STATUS = "select pg_stat_get_xact_numscans('public.idx_generation_jobs_status'::regclass)"
QUEUE = "select pg_stat_get_xact_numscans('genjobs.job_queue'::regclass)"
LEASES = "select pg_stat_get_xact_numscans('genjobs.job_leases'::regclass)"


def scans(connection: psycopg.Connection, counted: str, act: Callable[[], object]) -> int:
    """How often `act` reads by the index or the whole table that `counted` counts."""
    [(before,)] = connection.execute(counted.encode()).fetchall()
    act()
    [(after,)] = connection.execute(counted.encode()).fetchall()
    return int(after - before)


def indexed_by_status(connection: psycopg.Connection, function: str, status: str) -> None:
    compared = f"job.status = '{status}'"
    without(connection, function, f"({compared}) is true", compared)


def without_key(connection: psycopg.Connection) -> None:
    """Where no job had the status lately, its index seems as good as the key; without a key, always."""
    connection.execute("alter table public.generation_jobs drop constraint generation_jobs_pkey cascade")
    connection.execute("drop index public.idx_generation_jobs_user_created_at")


@pytest.mark.parametrize("rule", [True, False])
def test_a_job_is_never_looked_for_among_all_that_are_queued(
    owner: psycopg.Connection, cast: Cast, rule: bool
) -> None:
    if not rule:
        indexed_by_status(owner, "genjobs.pick_jobs", "queued")
    without_key(owner)
    assert (scans(owner, BY_STATUS, lambda: claim(owner, 1)) == 0) is rule


@pytest.mark.parametrize("rule", [True, False])
def test_who_notes_the_turn_does_not_look_among_all_that_are_queued(
    owner: psycopg.Connection, cast: Cast, rule: bool
) -> None:
    if not rule:
        indexed_by_status(owner, "genjobs.note_turn", "queued")
    without_key(owner)
    noting = scans(owner, BY_STATUS, lambda: owner.execute("select genjobs.note_turn()"))
    assert (noting == 0) is rule


@pytest.mark.parametrize("rule", [True, False])
def test_an_ending_is_never_looked_for_among_all_that_run(
    owner: psycopg.Connection, cast: Cast, rule: bool
) -> None:
    if not rule:
        indexed_by_status(owner, "genjobs.judge_endings", "running")
    without_key(owner)
    held = claim(owner, 1)
    assert (scans(owner, BY_STATUS, lambda: finish(owner, held)) == 0) is rule


@pytest.mark.parametrize("rule", [True, False])
def test_a_claim_does_not_read_the_whole_queue(owner: psycopg.Connection, cast: Cast, rule: bool) -> None:
    if not rule:
        claiming = "genjobs.claim_jobs(uuid, integer, integer, text[], uuid[])"
        owner.execute(f"alter function {claiming} reset enable_seqscan".encode())
    owner.execute(MANY, [cast.ana.id, cast.ana.project, 100])
    owner.execute("analyze genjobs.job_queue")
    assert (scans(owner, QUEUE, lambda: claim(owner, 1)) == 0) is rule


@pytest.mark.parametrize("rule", [True, False])
def test_a_finish_does_not_read_all_leases(owner: psycopg.Connection, cast: Cast, rule: bool) -> None:
    if not rule:
        finishing = "genjobs.finish_jobs(uuid[], uuid[], text[], integer[], text[], boolean[], integer[])"
        owner.execute(f"alter function {finishing} reset enable_seqscan".encode())
    held = claim(owner, 2)
    owner.execute("analyze genjobs.job_leases")
    assert (scans(owner, LEASES, lambda: finish(owner, held)) == 0) is rule
