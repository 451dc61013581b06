"""The contract, line by line: tables, columns, indexes, policies, functions, view and grants."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.people import Cast, acting, new_id, refusal

UUID, TIME = "uuid", "timestamp with time zone"
OWN = [
    ("id", UUID, True, "gen_random_uuid()"),
    ("user_id", UUID, True, None),
]
STAMPS = [("created_at", TIME, True, "now()"), ("updated_at", TIME, True, "now()")]
COLUMNS = {
    "projects": [*OWN, ("name", "text", True, None), *STAMPS],
    "assets": [
        *OWN,
        ("project_id", UUID, True, None),
        ("kind", "text", True, None),
        ("mode", "text", True, None),
        ("source_asset_id", UUID, False, None),
        ("prompt_version", "text", True, None),
        ("prompt_payload", "jsonb", True, None),
        ("width", "integer", False, None),
        ("height", "integer", False, None),
        ("mime_type", "text", False, None),
        ("storage_path", "text", True, None),
        *STAMPS,
    ],
    "generation_jobs": [
        *OWN,
        ("project_id", UUID, True, None),
        ("status", "text", True, "'queued'::text"),
        ("mode", "text", True, None),
        ("input_asset_id", UUID, False, None),
        ("error", "text", False, None),
        ("cost_cents", "integer", True, "0"),
        *STAMPS,
    ],
    "generation_job_summary": [
        ("user_id", UUID, False, None),
        ("project_id", UUID, False, None),
        ("status", "text", False, None),
        ("job_count", "bigint", False, None),
        ("total_cost_cents", "bigint", False, None),
        ("avg_cost_cents", "numeric", False, None),
        ("first_job_at", TIME, False, None),
        ("last_job_at", TIME, False, None),
    ],
}
KEYS = {
    "projects": {"PRIMARY KEY (id)", "FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE"},
    "assets": {
        "PRIMARY KEY (id)",
        "FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE",
        "FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE",
        "FOREIGN KEY (source_asset_id) REFERENCES assets(id) ON DELETE SET NULL",
    },
    "generation_jobs": {
        "PRIMARY KEY (id)",
        "FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE",
        "FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE",
        "FOREIGN KEY (input_asset_id) REFERENCES assets(id) ON DELETE SET NULL",
    },
}
INDEXES = {
    "idx_generation_jobs_user_id": "(user_id)",
    "idx_generation_jobs_project_id": "(project_id)",
    "idx_generation_jobs_status": "(status)",
    "idx_generation_jobs_input_asset_id": "(input_asset_id)",
    "idx_generation_jobs_created_at": "(created_at DESC)",
    "idx_generation_jobs_user_status": "(user_id, status)",
}
FUNCTIONS = {
    "get_job_statistics": (
        "p_user_id uuid DEFAULT NULL::uuid",
        "TABLE(status text, count bigint, total_cost_cents bigint, avg_cost_cents numeric)",
    ),
    "get_recent_jobs": (
        "p_limit integer DEFAULT 10",
        "TABLE(id uuid, project_id uuid, status text, mode text, cost_cents integer,"
        " created_at timestamp with time zone)",
    ),
    "transition_job_status": (
        "p_job_id uuid, p_new_status text, p_error text DEFAULT NULL::text",
        "boolean",
    ),
}
TABLES = ("projects", "assets", "generation_jobs")


@pytest.mark.parametrize("table", COLUMNS)
def test_columns(owner: psycopg.Connection, table: str) -> None:
    found = owner.execute(
        "select attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)"
        " from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum"
        " where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum",
        [f"public.{table}"],
    ).fetchall()
    assert found == COLUMNS[table]


@pytest.mark.parametrize("table", TABLES)
def test_keys(owner: psycopg.Connection, table: str) -> None:
    found = owner.execute(
        "select pg_get_constraintdef(oid) from pg_constraint"
        " where conrelid = %s::regclass and contype in ('p', 'f')",
        [f"public.{table}"],
    ).fetchall()
    assert {definition for (definition,) in found} == KEYS[table]


def test_the_six_indexes(owner: psycopg.Connection) -> None:
    found = owner.execute(
        "select indexname, substring(indexdef from '\\(.*') from pg_indexes"
        " where tablename = 'generation_jobs'"
    ).fetchall()
    assert dict(found) | INDEXES == dict(found)


@pytest.mark.parametrize(("table", "noun"), [(table, table.replace("_", " ")) for table in TABLES])
def test_one_policy_for_each_command(owner: psycopg.Connection, table: str, noun: str) -> None:
    own = "(( SELECT auth.uid() AS uid) = user_id)"
    found = owner.execute(
        "select policyname, cmd, roles::text[], qual, with_check from pg_policies where tablename = %s",
        [table],
    ).fetchall()
    assert {(name, command, *roles, reads, writes) for name, command, roles, reads, writes in found} == {
        (f"Users can view own {noun}", "SELECT", "authenticated", own, None),
        (f"Users can insert own {noun}", "INSERT", "authenticated", None, own),
        (f"Users can update own {noun}", "UPDATE", "authenticated", own, own),
        (f"Users can delete own {noun}", "DELETE", "authenticated", own, None),
    }


@pytest.mark.parametrize("table", TABLES)
def test_row_level_security_is_on(owner: psycopg.Connection, table: str) -> None:
    assert owner.execute(
        "select relrowsecurity from pg_class where oid = %s::regclass", [f"public.{table}"]
    ).fetchone() == (True,)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(owner: psycopg.Connection, name: str) -> None:
    found = owner.execute(
        "select pg_get_function_arguments(oid), pg_get_function_result(oid) from pg_proc where proname = %s",
        [name],
    ).fetchall()
    assert found == [FUNCTIONS[name]]


@pytest.mark.parametrize(
    ("role", "on_tables", "on_view"),
    [
        ("anon", set(), set()),
        ("authenticated", {"select", "insert", "update", "delete"}, {"select"}),
        ("service_role", {"select", "insert", "update", "delete"}, {"select"}),
    ],
)
def test_grants_by_name(owner: psycopg.Connection, role: str, on_tables: set[str], on_view: set[str]) -> None:
    expected = dict.fromkeys(TABLES, on_tables) | {"generation_job_summary": on_view}
    for relation, privileges in expected.items():
        held = owner.execute(
            "select p from unnest(%s::text[]) as p where has_table_privilege(%s, %s, p)",
            [
                ["select", "insert", "update", "delete", "truncate", "references", "trigger"],
                role,
                f"public.{relation}",
            ],
        ).fetchall()
        assert {privilege for (privilege,) in held} == privileges, relation


def test_the_private_schema_gives_nothing_to_anon_and_nothing_to_write(owner: psycopg.Connection) -> None:
    with refusal("42501"), acting(owner, "anon"):
        owner.execute("select * from genjobs.schema_versions")
    for role in ("authenticated", "service_role"):
        with refusal("42501"), acting(owner, role):
            owner.execute("insert into genjobs.schema_versions (version) values ('9')")
        with refusal("42501"), acting(owner, role):
            owner.execute("create table genjobs.mine (id int)")


def test_the_private_functions_are_closed_but_for_those_behind_public_ones(owner: psycopg.Connection) -> None:
    """A function that a public one calls for its callers is named here, so that no other is opened unseen."""
    found = owner.execute(
        "select proname, role from pg_proc"
        " cross join unnest(array['anon', 'authenticated', 'service_role']) as role"
        " where pronamespace = 'genjobs'::regnamespace"
        " and has_function_privilege(role, pg_proc.oid, 'execute')"
    ).fetchall()
    behind_public_ones = (
        "cancel_job",
        "checked_filters",
        "create_jobs",
        "list_openings",
        "list_parts",
        "list_rights",
        "list_routines",
        "list_tables",
        "own_functions",
        "queue_health",
        "someone_elses",
        "totals_health",
        "totals_mode",
        "try_again",
        "read_budgets",
        "read_cost_heatmap",
        "read_cost_percentiles",
        "read_cost_ranking",
        "read_cost_series",
        "read_cost_totals",
        "read_details",
        "read_top_costs",
    )
    of_workers = ("claim_jobs", "finish_jobs", "keep_leases", "limit_mode", "limit_person", "list_limits")
    assert set(found) == {
        (name, role) for name in behind_public_ones for role in ("authenticated", "service_role")
    } | {(name, "service_role") for name in of_workers}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("generation_jobs", "status", "lost"),
        ("assets", "kind", "sideways"),
        ("assets", "mode", "portrait"),
    ],
)
def test_only_the_listed_values(
    owner: psycopg.Connection, cast: Cast, table: str, column: str, value: str
) -> None:
    with refusal("23514"), acting(owner, "authenticated", cast.ana.id):
        owner.execute(
            f"update public.{table} set {column} = %s where user_id = %s".encode(), [value, cast.ana.id]
        )


def test_other_modes_of_jobs_are_allowed(owner: psycopg.Connection, cast: Cast) -> None:
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute(
            "insert into public.generation_jobs (user_id, project_id, mode) values (%s, %s, 'portrait')",
            [cast.ana.id, cast.ana.project],
        )


@pytest.mark.parametrize(
    ("table", "column"), [("projects", "name"), ("assets", "storage_path"), ("generation_jobs", "error")]
)
def test_updated_at_is_kept(owner: psycopg.Connection, cast: Cast, table: str, column: str) -> None:
    change = f"update public.{table} set {column} = 'new', updated_at = '2001-01-01' where user_id = %s"
    with acting(owner, "authenticated", cast.ana.id):
        cursor = owner.execute(f"{change} returning updated_at = now()".encode(), [cast.ana.id])
    assert set(cursor.fetchall()) == {(True,)}


def test_a_deleted_asset_leaves_its_jobs(owner: psycopg.Connection, cast: Cast) -> None:
    job = cast.ana.jobs["running"]
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute(
            "update public.generation_jobs set input_asset_id = %s where id = %s", [cast.ana.asset, job]
        )
        owner.execute("delete from public.assets where id = %s", [cast.ana.asset])
        assert owner.execute(
            "select input_asset_id from public.generation_jobs where id = %s", [job]
        ).fetchone() == (None,)


@pytest.mark.parametrize("gone", ["project", "user"])
def test_jobs_go_with_their_project_and_user(owner: psycopg.Connection, cast: Cast, gone: str) -> None:
    if gone == "project":
        with acting(owner, "authenticated", cast.ana.id):
            owner.execute("delete from public.projects where id = %s", [cast.ana.project])
    else:
        owner.execute("delete from auth.users where id = %s", [cast.ana.id])
    left = owner.execute("select distinct user_id::text from public.generation_jobs").fetchall()
    assert left == [(cast.bob.id,)]


def test_a_new_job_takes_the_defaults(owner: psycopg.Connection, cast: Cast) -> None:
    with acting(owner, "authenticated", cast.ana.id):
        made = owner.execute(
            "insert into public.generation_jobs (user_id, project_id, mode) values (%s, %s, 'lifestyle')"
            " returning status, cost_cents, error, input_asset_id, created_at = now(), updated_at = now()",
            [cast.ana.id, cast.ana.project],
        ).fetchone()
    assert made == ("queued", 0, None, None, True, True)


def test_the_view_sums_by_user_project_and_status(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("update public.generation_jobs set cost_cents = 250 where status = 'failed'")
    with acting(owner, "authenticated", cast.ana.id):
        found = owner.execute(
            "select user_id::text, project_id::text, status, job_count, total_cost_cents, avg_cost_cents::int"
            " from public.generation_job_summary order by status"
        ).fetchall()
    costs = {"failed": 250, "queued": 100, "running": 100, "succeeded": 100}
    assert found == [(cast.ana.id, cast.ana.project, status, 1, cost, cost) for status, cost in costs.items()]


def test_a_project_that_is_missing_answers_like_a_foreign_one_for_every_role(
    owner: psycopg.Connection, cast: Cast
) -> None:
    for role in ("authenticated", "service_role"):
        with refusal("23503"), acting(owner, role, cast.ana.id):
            owner.execute(
                "insert into public.generation_jobs (user_id, project_id, mode) values (%s, %s, 'lifestyle')",
                [cast.ana.id, new_id()],
            )
