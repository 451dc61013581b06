"""`genjobs roles` as a person runs it, over the API and over SQL, against a real stack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from genjobs import roles
from genjobs.auth.roles import AuthRoles
from genjobs.auth.server import AuthServer
from genjobs.data.transport.client import http_pool
from genjobs.domain.errors import (
    Conflict,
    ConsoleError,
    Forbidden,
    InvalidInput,
    NotFound,
    SettingsError,
    Unavailable,
)
from genjobs.domain.people import RoleHolder, RoleKeeper
from genjobs.local.stack import StackInfo
from genjobs.roles.database import DatabaseRoles
from genjobs.settings.connection import Connection
from tests.commands import genjobs
from tests.data.people import Person, newcomer, owner
from tests.stacks import running_stack


def keeper(stack: StackInfo, road: str) -> RoleKeeper:
    if road == "database":
        return DatabaseRoles(stack.database_url)
    return AuthRoles(stack.url, stack.secret_key, http_pool())


def role_at_next_token(stack: StackInfo, person: Person) -> str | None:
    server = AuthServer(Connection(stack.url, stack.publishable_key), http_pool())
    return server.sign_in(person.email, person.password).console_role


def kept(stack: StackInfo, person: Person) -> dict[str, object]:
    with owner(stack) as connection:
        row = connection.execute(
            "select raw_app_meta_data from auth.users where id = %s", [person.user_id]
        ).fetchone()
    assert row
    return dict(row[0])


@pytest.mark.parametrize("road", ["database", "secret key"])
def test_a_role_comes_and_goes_and_what_else_is_kept_stays(stack: StackInfo, road: str) -> None:
    person, by = newcomer(stack), keeper(stack, road)
    before = kept(stack, person)
    assert before["provider"] == "email"
    assert roles.revoke(by, person.email) == f"{person.email} has no role."

    said = roles.grant(by, person.email.upper(), "analyst")
    assert said == f"{person.email} is analyst now. {roles.IN_EFFECT}"
    assert role_at_next_token(stack, person) == "analyst"
    assert kept(stack, person) == before | {"console_role": "analyst"}
    assert roles.grant(by, person.email, "analyst") == f"{person.email} is already analyst."
    assert f"{person.email}  analyst" in roles.listed(by)

    assert "is admin now (was analyst)" in roles.grant(by, person.email, "admin")
    assert "(was admin)" in roles.revoke(by, person.email)
    assert role_at_next_token(stack, person) is None
    assert kept(stack, person) == before
    assert not any(person.email in line for line in roles.listed(by))


@pytest.mark.parametrize("road", ["database", "secret key"])
def test_who_or_what_is_not_known_is_named(stack: StackInfo, ana: Person, road: str) -> None:
    by = keeper(stack, road)
    with pytest.raises(NotFound, match=r"nobody@test\.example"):
        roles.grant(by, "nobody@test.example", "analyst")
    with pytest.raises(InvalidInput, match="'owner'"):
        roles.grant(by, ana.email, "owner")
    assert role_at_next_token(stack, ana) is None


class Accounts(DatabaseRoles):
    """Accounts without an e-mail address, as anonymous ones are, and one whose address resembles another."""

    def people(self) -> list[RoleHolder]:
        return [RoleHolder("1", "", None), RoleHolder("2", "strasse@test.example", None)]

    def give(self, user_id: str, role: str | None) -> None:
        pytest.fail(f"{user_id} is {role} now")


class Twins(DatabaseRoles):
    """Two of one address."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url)
        self.given: list[tuple[str, str | None]] = []

    def people(self) -> list[RoleHolder]:
        return [RoleHolder(one, "ana@test.example", "analyst") for one in ("2", "1")]

    def give(self, user_id: str, role: str | None) -> None:
        self.given.append((user_id, role))


@pytest.mark.parametrize("email", ["", "  "])
def test_no_address_is_nobodys_also_where_an_account_has_none(email: str) -> None:
    with pytest.raises(InvalidInput, match="No e-mail address is given"):
        roles.grant(Accounts(""), email, "admin")
    with pytest.raises(InvalidInput, match="No e-mail address is given"):
        roles.revoke(Accounts(""), email)


@pytest.mark.parametrize("change", [lambda by, who: roles.grant(by, who, "admin"), roles.revoke])
def test_an_address_of_two_accounts_is_nobodys_and_an_id_is_one_ones(
    change: Callable[[RoleKeeper, str], str],
) -> None:
    """Accounts by single sign-on may repeat the address of another account."""
    by = Twins("")
    with pytest.raises(Conflict, match=r"^2 accounts have the address ana@test\.example: 1, 2\.$") as met:
        change(by, "Ana@test.example")
    assert "id" in met.value.hint
    assert by.given == []
    change(by, "2")
    assert [user_id for user_id, _ in by.given] == ["2"]


def test_an_address_that_only_looks_like_another_is_not_that_one() -> None:
    with pytest.raises(NotFound):
        roles.grant(Accounts(""), "stra\u00dfe@test.example", "admin")


def test_nobody_is_listed_where_nobody_has_a_role() -> None:
    class Empty(DatabaseRoles):
        def people(self) -> list[RoleHolder]:
            return [RoleHolder("1", "ana@test.example", None)]

    assert roles.listed(Empty("")) == ["Nobody has a role."]


def test_what_cannot_be_reached_is_told_apart(stack: StackInfo) -> None:
    with pytest.raises(Unavailable, match="cannot be used"):
        DatabaseRoles("postgresql://postgres@127.0.0.1:1/postgres").people()
    with pytest.raises(ConsoleError) as met:
        AuthRoles(stack.url, stack.publishable_key, http_pool()).people()
    assert met.value.code in ("not_admin", "no_authorization", "key_refused")
    with owner(stack) as connection:
        connection.execute("create role roleless login password 'roleless'")
    stranger = stack.database_url.split("@")[1]
    with pytest.raises(Forbidden, match="permission denied"):
        DatabaseRoles(f"postgresql://roleless:roleless@{stranger}").people()


def test_a_secret_key_that_the_project_refuses_is_named_and_not_the_publishable_one(
    stack: StackInfo, ana: Person
) -> None:
    project = {"SUPABASE_URL": stack.url, "SUPABASE_KEY": stack.publishable_key}
    done = genjobs("roles", "list", **project, SUPABASE_SECRET_KEY="sb_secret_wrong")
    assert done.returncode == 1
    error = ["Error: The project does not accept the secret key.", "Hint: Check SUPABASE_SECRET_KEY."]
    assert done.stderr.splitlines()[1:] == error
    with pytest.raises(SettingsError, match="does not accept the secret key"):
        AuthRoles(stack.url, "sb_secret_wrong", http_pool()).give(ana.user_id, "admin")


def test_the_command_takes_either_key_to_the_accounts_and_shows_neither(
    stack: StackInfo, ana: Person
) -> None:
    project = {"SUPABASE_URL": stack.url, "SUPABASE_KEY": stack.publishable_key}
    with_secret = project | {"SUPABASE_SECRET_KEY": stack.secret_key}
    granted = genjobs("roles", "grant", ana.email, "analyst", **with_secret)
    assert (granted.returncode, granted.stderr) == (0, f"On {stack.url}:\n")
    assert f"{ana.email} is analyst now" in granted.stdout
    listed = genjobs("roles", "list", DATABASE_URL=stack.database_url)
    assert f"{ana.email}  analyst" in listed.stdout.splitlines()
    assert listed.stderr == "In the database on 127.0.0.1:\n"
    revoked = genjobs("roles", "revoke", ana.email, "--database-url", stack.database_url)
    assert f"{ana.email} no longer has a role (was analyst)" in revoked.stdout

    alone = genjobs("roles", "list", **project)
    assert alone.returncode == 1
    assert "Set DATABASE_URL or SUPABASE_SECRET_KEY" in alone.stderr
    unknown = genjobs("roles", "grant", "nobody@test.example", "analyst", **with_secret)
    assert unknown.returncode == 1
    assert "Nobody has signed up as nobody@test.example." in unknown.stderr
    for done in (granted, listed, revoked, alone, unknown):
        assert stack.secret_key not in done.stdout + done.stderr


def test_without_any_setting_the_local_stack_is_asked_and_only_the_answer_is_output(tmp_path: Path) -> None:
    with running_stack(tmp_path):
        listed = genjobs("roles", "list", GENJOBS_HOME=str(tmp_path))
    assert (listed.returncode, listed.stdout) == (0, "Nobody has a role.\n")
