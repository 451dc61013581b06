"""A job's project and input asset belong to its user, and the answer tells nobody what exists."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.people import Cast, acting, add_project, new_id, refusal

ROLES = ["authenticated", "service_role", "postgres"]
INSERT = (
    "insert into public.generation_jobs (user_id, project_id, mode, input_asset_id)"
    " values (%s, %s, 'lifestyle', %s)"
)
CHANGES = {
    "project_id": "update public.generation_jobs set project_id = %s where id = %s",
    "input_asset_id": "update public.generation_jobs set input_asset_id = %s where id = %s",
}


def without_the_rule(connection: psycopg.Connection) -> None:
    for trigger in ("0_check_new_job", "0_refuse_foreign_project", "0_refuse_foreign_asset"):
        connection.execute(f'drop trigger "{trigger}" on public.generation_jobs'.encode())


@pytest.mark.parametrize("role", ROLES)
def test_no_job_in_anothers_project(owner: psycopg.Connection, cast: Cast, role: str) -> None:
    job = cast.ana.jobs["queued"]
    with refusal("23503"), acting(owner, role, cast.ana.id):
        owner.execute(INSERT, [cast.ana.id, cast.bob.project, None])
    with refusal("23503"), acting(owner, role, cast.ana.id):
        owner.execute(CHANGES["project_id"], [cast.bob.project, job])

    without_the_rule(owner)
    with acting(owner, role, cast.ana.id):
        owner.execute(INSERT, [cast.ana.id, cast.bob.project, None])
        assert owner.execute(CHANGES["project_id"], [cast.bob.project, job]).rowcount == 1


@pytest.mark.parametrize("role", ROLES)
def test_no_job_with_anothers_asset(owner: psycopg.Connection, cast: Cast, role: str) -> None:
    job = cast.ana.jobs["queued"]
    with refusal("23503"), acting(owner, role, cast.ana.id):
        owner.execute(INSERT, [cast.ana.id, cast.ana.project, cast.bob.asset])
    with refusal("23503"), acting(owner, role, cast.ana.id):
        owner.execute(CHANGES["input_asset_id"], [cast.bob.asset, job])

    without_the_rule(owner)
    with acting(owner, role, cast.ana.id):
        owner.execute(INSERT, [cast.ana.id, cast.ana.project, cast.bob.asset])
        assert owner.execute(CHANGES["input_asset_id"], [cast.bob.asset, job]).rowcount == 1


@pytest.mark.parametrize("role", ROLES)
def test_ones_own_are_welcome(owner: psycopg.Connection, cast: Cast, role: str) -> None:
    second = add_project(owner, cast.ana.id)
    with acting(owner, role, cast.ana.id):
        owner.execute(INSERT, [cast.ana.id, second, cast.ana.asset])
        assert owner.execute(CHANGES["project_id"], [second, cast.ana.jobs["failed"]]).rowcount == 1
        assert (
            owner.execute(CHANGES["input_asset_id"], [cast.ana.asset, cast.ana.jobs["failed"]]).rowcount == 1
        )


def test_a_project_made_in_the_same_statement_counts(owner: psycopg.Connection, cast: Cast) -> None:
    with acting(owner, "authenticated", cast.ana.id):
        made = owner.execute(
            "with made as ("
            "insert into public.projects (user_id, name) values (%s, 'new') returning id, user_id"
            ") insert into public.generation_jobs (user_id, project_id, mode)"
            " select user_id, id, 'lifestyle' from made",
            [cast.ana.id],
        )
    assert made.rowcount == 1


def told(error: psycopg.Error) -> tuple[str | None, ...]:
    diag = error.diag
    return (
        error.sqlstate,
        diag.message_primary,
        diag.message_detail,
        diag.message_hint,
        diag.constraint_name,
        diag.column_name,
    )


@pytest.mark.parametrize("column", CHANGES)
def test_missing_and_foreign_answer_alike(owner: psycopg.Connection, cast: Cast, column: str) -> None:
    foreign = cast.bob.project if column == "project_id" else cast.bob.asset
    answers = set()
    for target in (foreign, new_id()):
        project, asset = (target, None) if column == "project_id" else (cast.ana.project, target)
        with pytest.raises(psycopg.Error) as met, acting(owner, "authenticated", cast.ana.id):
            owner.execute(INSERT, [cast.ana.id, project, asset])
        answers.add(told(met.value))
        with pytest.raises(psycopg.Error) as met, acting(owner, "authenticated", cast.ana.id):
            owner.execute(CHANGES[column], [target, cast.ana.jobs["queued"]])
        answers.add(told(met.value))
    assert len(answers) == 1


def test_the_answer_would_differ_if_the_rule_came_after_the_keys(
    owner: psycopg.Connection, cast: Cast
) -> None:
    owner.execute('alter trigger "0_check_new_job" on public.generation_jobs rename to refuse_foreign')
    answers = set()
    for target in (cast.bob.project, new_id()):
        with pytest.raises(psycopg.Error) as met, acting(owner, "authenticated", cast.ana.id):
            owner.execute(INSERT, [cast.ana.id, target, None])
        answers.add(told(met.value))
    assert len(answers) == 2


def test_a_job_is_not_given_to_someone_who_lacks_its_project(owner: psycopg.Connection, cast: Cast) -> None:
    give = "update public.generation_jobs set user_id = %s where id = %s"
    with refusal("23503"), acting(owner, "service_role"):
        owner.execute(give, [cast.bob.id, cast.ana.jobs["queued"]])
    owner.execute(
        "update public.generation_jobs set user_id = %s, project_id = %s where id = %s",
        [cast.bob.id, cast.bob.project, cast.ana.jobs["queued"]],
    )


def test_nor_to_someone_who_lacks_its_asset(owner: psycopg.Connection, cast: Cast) -> None:
    job = cast.ana.jobs["queued"]
    owner.execute(CHANGES["input_asset_id"], [cast.ana.asset, job])
    with refusal("23503"), acting(owner, "service_role"):
        owner.execute(
            "update public.generation_jobs set user_id = %s, project_id = %s where id = %s",
            [cast.bob.id, cast.bob.project, job],
        )
