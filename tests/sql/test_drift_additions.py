"""Objects that others added: unrelated ones are not reported, additions to ours warn, open access fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import psycopg
import pytest

from genjobs import migrations
from genjobs.migrations import catalogue
from genjobs.migrations.schema import Difference, Kind, compare, failures
from tests.clusters import BLANK, BLANK_WITH_GRANTS, Cluster, Database
from tests.sql.people import acting, introduce, new_id

EXPECTED = migrations.expected_schema()
HOSTED = [
    "do $$ begin create role dashboard_user; exception when duplicate_object then null; end $$",
    "grant all on all tables in schema public, genjobs to dashboard_user",
    "grant all on all functions in schema public, genjobs to dashboard_user",
    "grant all on schema genjobs to dashboard_user",
    "create extension pg_trgm with schema public",
    "create schema graphql_public",
    "create table public.customers (id uuid primary key, email text unique)",
    "alter table public.customers enable row level security",
    "create policy everybody on public.customers using (true)",
    "create function public.handle_new_user() returns trigger language plpgsql as 'begin return new; end'",
    "create trigger on_auth_user_created after insert on auth.users"
    " for each row execute function public.handle_new_user()",
    "create trigger touch before update on public.customers"
    " for each row execute function public.update_updated_at_column()",
    "create view public.emails as select email from public.customers",
    "create type public.mood as enum ('good', 'bad')",
    "create publication supabase_realtime for table public.generation_jobs",
]


@contextmanager
def project_in_use(server: Cluster) -> Iterator[Database]:
    """A project whose new objects are granted to everybody by default, with things of its own."""
    with server.copy_of(BLANK_WITH_GRANTS) as made:
        migrations.apply(made.postgres_dsn)
        with psycopg.connect(made.admin_dsn) as admin:
            for statement in HOSTED:
                admin.execute(statement.encode())
        yield made


@pytest.fixture(scope="module")
def template(cluster: Cluster) -> Iterator[str]:
    with project_in_use(cluster) as made:
        cluster.templates.add(made.name)
        yield made.name


@pytest.fixture
def hosted(cluster: Cluster, template: str) -> Iterator[Database]:
    with cluster.copy_of(template) as made:
        yield made


def differences(connection: psycopg.Connection) -> list[Difference]:
    return compare(EXPECTED, catalogue.read(connection))


@pytest.mark.parametrize("template", [BLANK, BLANK_WITH_GRANTS])
def test_a_new_project_has_no_difference(server: Cluster, template: str) -> None:
    with server.copy_of(template) as made:
        migrations.apply(made.postgres_dsn)
        assert migrations.differences(made.postgres_dsn) == []


def test_what_a_hosted_project_has_of_its_own_is_no_difference(server: Cluster) -> None:
    with project_in_use(server) as hosted:
        assert migrations.differences(hosted.postgres_dsn) == []


def test_a_repair_leaves_other_peoples_things_alone(hosted: Database) -> None:
    with hosted.connect() as connection:
        before = {one.key: one.text for one in catalogue.read(connection)}
        connection.execute("drop function public.update_updated_at_column() cascade")
        connection.execute("drop trigger refuse_move on public.generation_jobs")
        assert migrations.repair(hosted.postgres_dsn) == []
        after = {one.key: one.text for one in catalogue.read(connection)}
    lost = {key for key in before if before[key] != after.get(key)}
    assert {str(key) for key in lost} == {"trigger touch of public.customers"}
    assert after.keys() <= before.keys()


ADDITIONS = {
    "index mine of public.generation_jobs": "create index mine on public.generation_jobs (mode)",
    "column mine of public.projects": "alter table public.projects add column mine text",
    "constraint mine of public.projects": "alter table public.projects"
    " add constraint mine check (name <> 'x')",
    "trigger mine of public.assets": "create trigger mine before update on public.assets"
    " for each row execute function public.update_updated_at_column()",
    "comment of public.projects": "comment on table public.projects is 'ours'",
    "storage of public.projects": "alter table public.projects set (fillfactor = 90)",
    "rule mine of public.projects": "create rule mine as on update to public.projects"
    " where false do instead nothing",
    "table genjobs.mine": "create table genjobs.mine (id int primary key)",
    "function genjobs.mine()": "create function genjobs.mine() returns int language sql as 'select 1'",
    "function public.get_recent_jobs(text)": "create function public.get_recent_jobs(text) returns int"
    " language sql as 'select 1'",
    "view genjobs.peek": "create view genjobs.peek as select 1 as one",
}


@pytest.mark.parametrize("name", ADDITIONS)
def test_an_addition_is_a_note_and_stays(hosted: Database, name: str) -> None:
    with hosted.connect() as connection:
        connection.execute(ADDITIONS[name].encode())
        assert {(str(one), one.kind, one.fails) for one in differences(connection)} == {
            (name, Kind.EXTRA, False)
        }
        assert migrations.repair(hosted.postgres_dsn) == []
        assert [str(one) for one in differences(connection)] == [name]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("genjobs.amounts", "alter type genjobs.amounts drop attribute excluded_jobs"),
        ("genjobs.cost_totals", "alter table genjobs.cost_totals alter column cents drop not null"),
    ],
)
def test_functions_of_other_peoples_survive_a_new_type_of_their_argument(
    hosted: Database, name: str, damage: str
) -> None:
    """With their grants and comments; those that name the schema in their body, and those that do not."""
    with hosted.connect() as connection:
        for number, body in enumerate(["select 1", "select count(*)::int from genjobs.job_queue"]):
            function = f"public.mine_{number}({name})"
            connection.execute(
                f"create function {function} returns int language sql as '{body}';"
                f" revoke all on function {function} from public, anon;"
                f" comment on function {function} is 'ours'".encode()
            )
        before = {one.key: one.text for one in catalogue.read(connection) if ".mine_" in one.key.object}
        connection.execute(damage.encode())
        assert migrations.repair(hosted.postgres_dsn) == []
        assert failures(differences(connection)) == []
        assert before == {one.key: one.text for one in catalogue.read(connection) if one.key in before}


def test_what_other_people_built_on_a_table_of_ours_is_named_and_not_dropped_with_it(
    hosted: Database,
) -> None:
    with hosted.connect() as connection:
        connection.execute("create schema reports")
        connection.execute("create materialized view reports.jobs as select jobs from genjobs.cost_totals")
        connection.execute("alter table genjobs.cost_totals alter column cents drop not null")
        [left] = migrations.repair(hosted.postgres_dsn)
        assert "materialized view reports.jobs depends on table genjobs.cost_totals" in left.reason
        assert connection.execute("select * from reports.jobs").fetchall() == []
        connection.execute("drop materialized view reports.jobs")
    assert migrations.repair(hosted.postgres_dsn) == []


def test_a_column_of_peoples_that_may_have_been_renamed_is_not_made_anew(hosted: Database) -> None:
    """A second one, with a default, would look as if every job had cost nothing."""
    rename = "alter table public.generation_jobs rename column {} to {}"
    with hosted.connect() as connection:
        connection.execute(rename.format("cost_cents", "price").encode())
        left = {str(one.difference): one.reason for one in migrations.repair(hosted.postgres_dsn)}
        told = left["column cost_cents of public.generation_jobs"]
        assert f"{rename.format('price', 'cost_cents')};" in told
        connection.execute(rename.format("price", "cost_cents").encode())
        assert migrations.repair(hosted.postgres_dsn) == []
        assert differences(connection) == []


SETTINGS = ["quote_all_identifiers = on", "standard_conforming_strings = off", "client_encoding = latin1"]


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_databases_own_settings_make_no_difference(cluster: Cluster, setting: str) -> None:
    with cluster.copy_of(BLANK) as made:
        with psycopg.connect(made.admin_dsn, autocommit=True) as admin:
            admin.execute(f"alter database {made.name} set {setting}".encode())
        migrations.apply(made.postgres_dsn)
        assert migrations.differences(made.postgres_dsn) == []


OPEN_DOORS = {
    "policy everybody of public.projects": "create policy everybody on public.projects for select"
    " to authenticated using (true)",
    "policy workers of public.projects": "create policy workers on public.projects as restrictive"
    " to service_role using (false)",
    "owner of public.get_recent_jobs(integer)": "alter function public.get_recent_jobs(integer)"
    " owner to supabase_admin",
    "owner of genjobs.cost_totals": "alter table genjobs.cost_totals owner to supabase_auth_admin",
    "trigger twice of public.generation_jobs": "create trigger twice after insert on public.generation_jobs"
    " for each row execute function genjobs.record_change()",
    "trigger twice of auth.users": "create trigger twice after delete on auth.users"
    " for each row execute function genjobs.erase_person()",
    "function public.transition_job_status(uuid, text)": "create function public.transition_job_status("
    "p_job_id uuid, p_to text) returns void language sql as 'select genjobs.queue_due()'",
    "function genjobs.begin_totals(integer)": "create function genjobs.begin_totals(p_batch int) returns int"
    " language sql as 'select 1'",
    "grants of genjobs.fold_state": "grant update (complete) on genjobs.fold_state to authenticated",
    "grants public.generation_job_events_id_seq of public.generation_job_events": "grant usage"
    " on sequence public.generation_job_events_id_seq to anon",
    "grants of genjobs": "grant create on schema genjobs to authenticated",
    "row security of public.projects": "alter table public.projects disable row level security",
    "open view public.everything of public.generation_jobs": "set role postgres;"
    " create view public.everything as select * from public.generation_jobs",
    'open view reports."Spend" of public.budgets': "set role postgres; create schema reports;"
    " grant usage on schema reports to anon;"
    " create view reports.inner as select * from public.budgets;"
    ' create view reports."Spend" as select sum(monthly_cents) as cents from reports.inner;'
    ' grant select (cents) on reports."Spend" to anon',
    "open view public.kept of public.projects": "set role postgres; create materialized view public.kept"
    " with (fillfactor = 90) as select name from public.projects",
    "open view public.kept_again of public.assets": "set role postgres;"
    " create view public.inner with (security_invoker = on) as select * from public.assets;"
    " create materialized view public.kept_again as select mime_type from public.inner",
    "open view public.renamer of public.assets": "set role postgres;"
    " create view public.renamer as select id, mime_type from public.assets;"
    " revoke all on public.renamer from public, anon, authenticated;"
    " grant update on public.renamer to authenticated",
}


@pytest.mark.parametrize("name", OPEN_DOORS)
def test_an_open_door_is_a_failure_and_is_shut(hosted: Database, name: str) -> None:
    with psycopg.connect(hosted.admin_dsn, autocommit=True) as admin:
        admin.execute(OPEN_DOORS[name].encode())
    with hosted.connect() as connection:
        assert [str(one) for one in failures(differences(connection))] == [name]
        with member(hosted) if "supabase_a" in OPEN_DOORS[name] else nullcontext():
            assert migrations.repair(hosted.postgres_dsn) == []
        assert differences(connection) == []


CLOSED = [
    *(
        f"create view public.own with (security_invoker = {yes}) as select * from public.generation_jobs;"
        " create view public.owns as select * from public.own"
        for yes in ("true", "on", "t", "1")
    ),
    "create view public.sums as select * from public.generation_job_summary",
    "create view public.team as select * from public.generation_jobs;"
    " revoke all on public.team from public, anon, authenticated",
    "create schema bi; create view bi.jobs as select * from public.generation_jobs;"
    " grant select on bi.jobs to authenticated",
    "create view public.modes as select mode from public.customers_of_old",
    "create function public.touched() returns trigger language plpgsql security definer"
    " as 'begin perform from public.generation_jobs; return null; end'",
    "create function public.own_count() returns bigint language sql"
    " as 'select count(*) from public.generation_jobs'",
    "create function public.jobs_of_team() returns bigint language sql security definer"
    " as 'select count(*) from public.generation_jobs'; revoke all on function public.jobs_of_team()"
    " from public, anon, authenticated",
]


@pytest.mark.parametrize("statements", CLOSED)
def test_what_shows_nobody_elses_rows_is_no_open_door(hosted: Database, statements: str) -> None:
    with hosted.connect() as connection:
        connection.execute("create table public.customers_of_old (mode text)")
        connection.execute(statements.encode())
        assert differences(connection) == []


def test_a_view_whose_owner_reads_as_anybody_does_is_no_open_door(hosted: Database) -> None:
    """Policies apply to it."""
    with psycopg.connect(hosted.admin_dsn, autocommit=True) as admin:
        admin.execute("grant select on public.projects to supabase_auth_admin")
        admin.execute("create view public.few as select * from public.projects")
        admin.execute("alter view public.few owner to supabase_auth_admin")
        admin.execute("grant select on public.few to anon")
    with hosted.connect() as connection:
        assert [str(one) for one in differences(connection)] == []


FILTERED = [
    "select * from public.generation_jobs where user_id = auth.uid()",
    "select * from public.generation_jobs where user_id::text = (auth.jwt() ->> 'sub')",
    "select * from public.generation_jobs where user_id::text = current_setting('request.jwt.claim.sub')",
    "select mode from (select * from public.mine) as mine",
]


@pytest.mark.parametrize("query", FILTERED)
def test_a_view_that_asks_who_is_calling_is_named(hosted: Database, query: str) -> None:
    with hosted.connect() as connection:
        inner = "select * from public.generation_jobs where user_id = auth.uid()"
        connection.execute(f"create view public.mine as {inner}".encode())
        connection.execute("revoke all on public.mine from public, anon, authenticated")
        connection.execute(f"create view public.filtered as {query}".encode())
        name = "filtered view public.filtered of public.generation_jobs"
        assert [(str(one), one.fails) for one in differences(connection)] == [(name, False)]
        assert migrations.repair(hosted.postgres_dsn) == []
        assert [str(one) for one in differences(connection)] == [name]


def test_what_only_its_owner_can_close_is_left_with_the_statement(hosted: Database) -> None:
    with psycopg.connect(hosted.admin_dsn, autocommit=True) as admin:
        admin.execute("create view public.of_another as select * from public.projects")
        admin.execute("grant select on public.of_another to anon")
        [left] = migrations.repair(hosted.postgres_dsn)
        assert left.reason == (
            "Its owner must run: REVOKE ALL ON public.of_another FROM PUBLIC, anon, authenticated;"
        )
        admin.execute("drop view public.of_another")


def test_an_open_view_shows_others_rows_and_one_that_is_not_named_does_not(hosted: Database) -> None:
    """What the names promise, by PostgreSQL itself."""
    with hosted.connect() as connection:
        introduce(connection)
        seen = "with (security_invoker = on) as select id from public.generation_jobs"
        connection.execute("create view public.open as select id from public.generation_jobs")
        connection.execute(f"create view public.own {seen}".encode())
        connection.execute("create view public.owns as select id from public.own")
        connection.execute("create materialized view public.kept as select id from public.own")
        named = {one.key.part for one in differences(connection)}
        assert named == {"public.open", "public.kept"}
        with acting(connection, "authenticated", new_id()):
            for view in ("open", "own", "owns", "kept"):
                rows = connection.execute(f"select * from public.{view}".encode()).fetchall()
                assert bool(rows) == (f"public.{view}" in named), view


@pytest.mark.parametrize(
    "body",
    [
        "as 'select count(*) from public.generation_jobs'",
        "return (select count(*) from public.generation_jobs)",
    ],
)
def test_a_function_that_runs_as_its_owner_is_named(hosted: Database, body: str) -> None:
    """It may leave out what is not the caller's: nobody can tell that from outside."""
    with hosted.connect() as connection:
        connection.execute(
            f"create function public.count_all() returns bigint language sql security definer {body}".encode()
        )
        name = "open function public.count_all() of public.generation_jobs"
        assert [(str(one), one.fails) for one in differences(connection)] == [(name, False)]
        assert migrations.repair(hosted.postgres_dsn) == []
        assert [str(one) for one in differences(connection)] == [name]


@contextmanager
def member(database: Database) -> Iterator[None]:
    """The owner of the tables may take something back only from a role that it is a member of."""
    with psycopg.connect(database.admin_dsn, autocommit=True) as admin:
        admin.execute("grant supabase_admin, supabase_auth_admin to postgres")
        try:
            yield
        finally:
            admin.execute("revoke supabase_admin, supabase_auth_admin from postgres")
