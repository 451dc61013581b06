from __future__ import annotations

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjobs.data import assets, jobs, projects, statistics
from genjobs.data.transport.client import http_pool
from genjobs.domain.errors import InvalidInput
from genjobs.local.stack import StackInfo
from tests.data.people import Person, owner

ROWS = 2500


@pytest.fixture(scope="module")
def crowd(stack: StackInfo, cast: tuple[Person, Person]) -> list[str]:
    """Ana's 2,500 jobs in an order of the database's own: many share a moment, down to the microsecond."""
    ana = cast[0]
    with owner(stack) as connection, connection.transaction():
        connection.execute("set local genjobs.loading = 'on'")
        connection.execute("delete from public.projects where user_id = %s", [ana.user_id])
        connection.execute(
            """
            with project as (
                insert into public.projects (user_id, name) values (%(user)s, 'Crowd') returning id
            )
            insert into public.generation_jobs (user_id, project_id, status, mode, cost_cents, created_at)
            select
                %(user)s, project.id, (array['queued', 'failed'])[1 + number %% 2], 'lifestyle', number,
                timestamptz '2026-03-01 12:00:00.123456+00' + (number %% 4) * interval '1 microsecond'
            from project, generate_series(1, %(rows)s) as number
            """,
            {"user": ana.user_id, "rows": ROWS},
        )
        found = connection.execute(
            "select id::text from public.generation_jobs where user_id = %s"
            " order by created_at desc, id desc",
            [ana.user_id],
        )
        return [row[0] for row in found]


@pytest.fixture
def ana(cast: tuple[Person, Person]) -> Person:
    return cast[0]


def test_a_long_list_is_complete_exact_and_in_order(ana: Person, crowd: list[str]) -> None:
    assert [job.id for job in jobs.list_jobs(ana.client, limit=ROWS + 1)] == crowd


@pytest.mark.parametrize("limit", [1, 999, 1000, 1001, 2499])
def test_a_list_ends_at_its_limit(ana: Person, crowd: list[str], limit: int) -> None:
    assert [job.id for job in jobs.list_jobs(ana.client, limit=limit)] == crowd[:limit]


def test_a_page_that_the_api_cuts_short_is_not_taken_for_the_last(ana: Person, crowd: list[str]) -> None:
    pages = list(jobs.iter_jobs(ana.client, page_size=2000))
    assert [len(page) for page in pages] == [1000, 1000, 500]
    assert [job.id for page in pages for job in page] == crowd


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(min_value=150, max_value=1100))
def test_no_page_size_leaves_out_or_repeats_a_row(ana: Person, crowd: list[str], size: int) -> None:
    assert [job.id for page in jobs.iter_jobs(ana.client, page_size=size) for job in page] == crowd


def test_filters_hold_on_every_page(ana: Person, crowd: list[str]) -> None:
    failed = jobs.list_jobs(ana.client, status="failed", limit=ROWS)
    assert len(failed) == ROWS // 2
    assert {job.status for job in failed} == {"failed"}
    assert [job.id for job in failed] == [job_id for job_id in crowd if job_id in {job.id for job in failed}]


def test_rows_deleted_between_two_pages_take_no_others_along(stack: StackInfo, bob: Person) -> None:
    project = bob.project()
    made = [bob.job(project).id for _ in range(5)][::-1]
    pages = jobs.iter_jobs(bob.client, page_size=2)
    assert [job.id for job in next(pages)] == made[:2]
    jobs.delete_job(bob.client, made[0])
    jobs.delete_job(bob.client, made[1])
    assert [job.id for page in pages for job in page] == made[2:]


def test_totals_come_from_the_database_and_not_from_the_first_thousand(ana: Person, crowd: list[str]) -> None:
    stats = statistics.get_statistics(ana.client)
    assert sum(row.count for row in stats) == len(crowd)
    assert statistics.total_cost_cents(stats) == ROWS * (ROWS + 1) // 2


def test_more_than_a_thousand_projects_and_assets_are_all_listed(stack: StackInfo, bob: Person) -> None:
    with owner(stack) as connection:
        connection.execute(
            """
            with project as (
                insert into public.projects (user_id, name)
                select %(user)s, 'p' || number from generate_series(1, 1100) as number returning id
            )
            insert into public.assets
                (user_id, project_id, kind, mode, prompt_version, prompt_payload, storage_path)
            select %(user)s, id, 'input', 'lifestyle', '1', '{}', 'in/' || id from project
            """,
            {"user": bob.user_id},
        )
        connection.execute(
            """
            insert into public.generation_jobs (user_id, project_id, mode)
            select user_id, id, 'lifestyle' from public.projects where user_id = %s
            """,
            [bob.user_id],
        )
    listed = projects.list_projects(bob.client)
    assert len({project.id for project in listed}) == 1100
    assert [project.name for project in listed] == sorted(project.name for project in listed)
    assert len({asset.id for asset in assets.list_assets(bob.client)}) == 1100
    summary = statistics.summary(bob.client)
    assert {row.project_id for row in summary} == {project.id for project in listed}


@pytest.mark.parametrize("wrong", [0, -1, True, 1.5])
def test_a_limit_or_page_size_that_is_no_count_is_refused(ana: Person, wrong: int) -> None:
    with pytest.raises(InvalidInput, match="limit"):
        jobs.list_jobs(ana.client, limit=wrong)
    with pytest.raises(InvalidInput, match="page_size"):
        jobs.iter_jobs(ana.client, page_size=wrong)


def test_a_short_list_takes_one_request(bob: Person) -> None:
    project = bob.project()
    sent: list[httpx.Request] = []
    hooks = http_pool().event_hooks
    http_pool().event_hooks = {**hooks, "request": [*hooks["request"], sent.append]}
    try:
        assert projects.list_projects(bob.client) == [project]
        assert assets.list_assets(bob.client, project.id) == []
    finally:
        http_pool().event_hooks = hooks
    assert len(sent) == 2
