"""An asset's project and source belong to its user, and the answer tells nobody what exists."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.people import Cast, acting, add_project, new_id, refusal

ROLES = ["authenticated", "service_role", "postgres"]
INSERT = """
    insert into public.assets
        (user_id, project_id, source_asset_id, kind, mode, prompt_version, prompt_payload, storage_path)
    values (%s, %s, %s, 'output', 'lifestyle', '1', '{}', 'out/shoe.png')
"""
MOVE = "update public.assets set project_id = %s where id = %s"
DERIVE = "update public.assets set source_asset_id = %s where id = %s"


def without_the_rule(connection: psycopg.Connection) -> None:
    for trigger in ("parent_of_new", "parent"):
        connection.execute(f'drop trigger "0_refuse_foreign_{trigger}" on public.assets'.encode())


@pytest.mark.parametrize("role", ROLES)
def test_no_asset_in_anothers_project(owner: psycopg.Connection, cast: Cast, role: str) -> None:
    with refusal("23503"), acting(owner, role, cast.ana.id):
        owner.execute(INSERT, [cast.ana.id, cast.bob.project, None])
    with refusal("23503"), acting(owner, role, cast.ana.id):
        owner.execute(MOVE, [cast.bob.project, cast.ana.asset])

    without_the_rule(owner)
    with acting(owner, role, cast.ana.id):
        owner.execute(INSERT, [cast.ana.id, cast.bob.project, None])
        assert owner.execute(MOVE, [cast.bob.project, cast.ana.asset]).rowcount == 1


@pytest.mark.parametrize("role", ROLES)
def test_no_asset_made_from_anothers(owner: psycopg.Connection, cast: Cast, role: str) -> None:
    with refusal("23503"), acting(owner, role, cast.ana.id):
        owner.execute(INSERT, [cast.ana.id, cast.ana.project, cast.bob.asset])
    with refusal("23503"), acting(owner, role, cast.ana.id):
        owner.execute(DERIVE, [cast.bob.asset, cast.ana.asset])

    without_the_rule(owner)
    with acting(owner, role, cast.ana.id):
        owner.execute(INSERT, [cast.ana.id, cast.ana.project, cast.bob.asset])


@pytest.mark.parametrize("role", ROLES)
def test_ones_own_are_welcome(owner: psycopg.Connection, cast: Cast, role: str) -> None:
    second = add_project(owner, cast.ana.id)
    with acting(owner, role, cast.ana.id):
        owner.execute(INSERT, [cast.ana.id, second, cast.ana.asset])
        assert owner.execute(MOVE, [second, cast.ana.asset]).rowcount == 1


@pytest.mark.parametrize("column", ["project_id", "source_asset_id"])
def test_a_missing_row_and_someone_elses_give_the_same_error(
    owner: psycopg.Connection, cast: Cast, column: str
) -> None:
    answers = set()
    for given in (new_id(), {"project_id": cast.bob.project, "source_asset_id": cast.bob.asset}[column]):
        own = {"project_id": cast.ana.project, "source_asset_id": cast.ana.asset} | {column: given}
        with pytest.raises(psycopg.Error) as met, acting(owner, "authenticated", cast.ana.id):
            owner.execute(INSERT, [cast.ana.id, own["project_id"], own["source_asset_id"]])
        said = met.value.diag
        answers.add((said.sqlstate, said.message_primary, said.message_detail, said.message_hint))
        assert said.constraint_name == f"assets_{column}_fkey"
    assert len(answers) == 1


def test_assets_of_before_stay_and_can_be_changed(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("alter table public.assets disable trigger user")
    owner.execute(MOVE, [cast.bob.project, cast.ana.asset])
    owner.execute("alter table public.assets enable trigger user")
    with acting(owner, "authenticated", cast.ana.id):
        changed = owner.execute(
            "update public.assets set width = 10, project_id = project_id where id = %s", [cast.ana.asset]
        )
        assert changed.rowcount == 1
