"""A bootstrapped database is what a hosted project starts from, on PostgreSQL 18 and 15."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection

from tests.clusters import BLANK, BLANK_WITH_GRANTS, Cluster, Database

ROLES = """
select rolname, rolcanlogin, rolinherit, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication, rolsuper
from pg_roles where rolname = any(%s) order by rolname
"""
USER = "00000000-0000-4000-8000-000000000001"


@pytest.fixture(scope="module", params=["cluster", "cluster15"])
def any_cluster(request: pytest.FixtureRequest) -> Cluster:
    made: Cluster = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def blank(any_cluster: Cluster) -> Iterator[Database]:
    with any_cluster.copy_of(BLANK) as database:
        yield database


@pytest.fixture
def owner(blank: Database) -> Iterator[Connection]:
    """A connection as `postgres`."""
    with blank.connect() as connection:
        yield connection


def test_roles_may_do_what_theirs_may_on_hosted(owner: Connection) -> None:
    names = ["anon", "authenticated", "authenticator", "postgres", "service_role", "supabase_auth_admin"]
    assert owner.execute(ROLES, [names]).fetchall() == [
        ("anon", False, True, False, False, False, False, False),
        ("authenticated", False, True, False, False, False, False, False),
        ("authenticator", True, False, False, False, False, False, False),
        ("postgres", True, True, True, True, True, True, False),
        ("service_role", False, True, True, False, False, False, False),
        ("supabase_auth_admin", True, False, False, False, False, False, False),
    ]


def test_api_roles_have_hosted_time_outs(owner: Connection) -> None:
    found = owner.execute(
        "select rolname, rolconfig from pg_roles where rolname in ('anon', 'authenticated', 'authenticator')"
        " order by rolname"
    ).fetchall()
    assert found == [
        ("anon", ["statement_timeout=3s"]),
        ("authenticated", ["statement_timeout=8s"]),
        ("authenticator", ["statement_timeout=8s", "lock_timeout=8s"]),
    ]


def test_the_owner_of_the_database_is_postgres(owner: Connection) -> None:
    sql = "select datdba::regrole::text from pg_database where datname = current_database()"
    assert owner.execute(sql).fetchone() == ("postgres",)
    assert owner.execute("show search_path").fetchone() == ('"$user", public, extensions',)


def test_users_have_the_hosted_columns(owner: Connection) -> None:
    columns = owner.execute(
        "select count(*), count(*) filter (where attnotnull), count(*) filter (where attgenerated = 's')"
        " from pg_attribute where attrelid = 'auth.users'::regclass and attnum > 0"
    ).fetchone()
    assert columns == (35, 3, 1)
    assert owner.execute(
        "select pg_get_userbyid(relowner), relrowsecurity from pg_class where oid = 'auth.users'::regclass"
    ).fetchone() == ("supabase_auth_admin", True)


def test_an_address_is_unique_among_those_without_single_sign_on(owner: Connection) -> None:
    insert = "insert into auth.users (id, email, is_sso_user) values (gen_random_uuid(), 'a@b.test', %s)"
    owner.execute(insert, [False])
    owner.execute(insert, [True])
    with pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute(insert, [False])


def test_what_postgres_may_do_to_users(owner: Connection) -> None:
    owner.execute("create table public.thing (user_id uuid references auth.users on delete cascade)")
    owner.execute("insert into auth.users (id, email) values (gen_random_uuid(), 'a@b.test')")
    owner.execute(
        "create function public.greet() returns trigger language plpgsql as 'begin return new; end';"
        "create trigger greet after insert on auth.users for each row execute function public.greet()"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "alter table auth.users add column mine text",
        "create index on auth.users (created_at)",
        "create policy mine on auth.users using (true)",
        "create function auth.mine() returns int language sql as 'select 1'",
        "create table auth.mine (id int)",
        "set role supabase_auth_admin",
        "create event trigger mine on ddl_command_end execute function extensions.pgrst_ddl_watch()",
    ],
)
def test_what_postgres_may_not_do(owner: Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(statement)


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_api_roles_cannot_read_users(owner: Connection, role: str) -> None:
    owner.execute(f"set role {role}")
    for table in ("users", "sessions", "refresh_tokens", "one_time_tokens", "identities", "mfa_amr_claims"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute(f"select * from auth.{table}")


def test_functions_say_who_is_asking(owner: Connection) -> None:
    asked = "select auth.uid()::text, auth.role(), auth.email(), auth.jwt() ->> 'extra'"
    assert owner.execute(asked).fetchone() == (None, None, None, None)
    claims = {"sub": USER, "role": "authenticated", "email": "a@b.test", "extra": "x"}
    owner.execute("set role authenticated")
    owner.execute("select set_config('request.jwt.claims', %s, false)", [json.dumps(claims)])
    assert owner.execute(asked).fetchone() == (USER, "authenticated", "a@b.test", "x")
    owner.execute("select set_config('request.jwt.claims', '', false)")
    assert owner.execute(asked).fetchone() == (None, None, None, None)


def test_nobody_but_the_owner_makes_temporary_objects(any_cluster: Cluster, owner: Connection) -> None:
    """The stack's own database. A copy of it starts with PostgreSQL's default, as a hosted project does."""
    may = "select rolname from pg_roles where has_database_privilege(rolname, %s, 'temporary')"
    here, elsewhere = (
        {role for (role,) in owner.execute(may, [name])}
        & {"anon", "authenticated", "service_role", "postgres"}
        for name in (any_cluster.database("postgres").name, owner.info.dbname)
    )
    assert here == {"postgres"}
    assert elsewhere == {"anon", "authenticated", "service_role", "postgres"}


@pytest.mark.parametrize("template", [BLANK, BLANK_WITH_GRANTS])
def test_functions_that_look_names_up_do_so_in_pg_catalog_first(any_cluster: Cluster, template: str) -> None:
    with any_cluster.copy_of(template) as database, database.connect() as connection:
        found = connection.execute(
            "select proconfig from pg_proc where pronamespace = 'extensions'::regnamespace"
        ).fetchall()
    assert found == [(["search_path=pg_catalog, pg_temp"],)] * 2


@pytest.mark.parametrize(("template", "granted"), [(BLANK, False), (BLANK_WITH_GRANTS, True)])
def test_default_grants_are_off_unless_asked_for(any_cluster: Cluster, template: str, granted: bool) -> None:
    with any_cluster.copy_of(template) as database, database.connect() as connection:
        connection.execute("create table public.thing (id int); create sequence public.numbers")
        connection.execute("create function public.act() returns int language sql as 'select 1'")
        connection.execute("revoke execute on function public.act() from public")
        for role in ("anon", "authenticated", "service_role"):
            found = connection.execute(
                "select has_table_privilege(%(role)s, 'public.thing', 'delete'),"
                " has_sequence_privilege(%(role)s, 'public.numbers', 'usage'),"
                " has_function_privilege(%(role)s, 'public.act()', 'execute')",
                {"role": role},
            ).fetchone()
            assert found == (granted,) * 3


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("create table public.thing (id int)", True),
        ("comment on schema public is 'x'", True),
        ("create temporary table thing (id int)", False),
        ("select 1", False),
    ],
)
def test_postgrest_is_told_of_changes(owner: Connection, statement: str, told: bool) -> None:
    owner.execute("listen pgrst")
    owner.execute(statement)
    owner.execute("notify pgrst, 'end'")
    heard = [notice.payload for notice in _until_end(owner)]
    assert heard == (["reload schema", "end"] if told else ["end"])


def test_postgrest_is_told_of_drops(owner: Connection) -> None:
    owner.execute("create table public.thing (id int)")
    owner.execute("listen pgrst")
    owner.execute("drop table public.thing")
    owner.execute("notify pgrst, 'end'")
    assert "reload schema" in [notice.payload for notice in _until_end(owner)]


def _until_end(connection: Connection) -> Iterator[psycopg.Notify]:
    for notice in connection.notifies(timeout=30):
        yield notice
        if notice.payload == "end":
            return


def test_passwords_never_stand_in_a_setting_that_others_read(any_cluster: Cluster, blank: Database) -> None:
    guess = secrets.token_urlsafe(8)
    with blank.connect() as connection:
        shown = connection.execute(
            "select coalesce(current_setting('bootstrap.postgres_password', true), %s)", [guess]
        ).fetchone()
    assert shown == (guess,)
