"""The guide's problems, made on a real database, are recognised by what its SQL editor would print."""

from __future__ import annotations

import psycopg
import pytest

from genjobs.setup.troubleshooting import ENTRIES, Entry, for_text
from tests.clusters import Database

EXISTS = "The relation, policy, trigger or function already exists"
MISSING = "The function update_updated_at_column or another part does not exist"
DENIED = ["Permission denied", "Row-level security hides rows or refuses a write"]
AS_USER = (
    'set role authenticated; set request.jwt.claims = \'{"sub": "00000000-0000-4000-8000-000000000000"}\';'
)
USER = "00000000-0000-4000-8000-00000000000a"

TROUBLES = [
    ("create table public.generation_jobs (id uuid)", [EXISTS]),
    (
        'create policy "Users can view own projects" on public.projects for select using (true)',
        [EXISTS],
    ),
    (
        "create function public.get_recent_jobs(p_limit integer) returns int language sql as 'select 1'",
        [EXISTS],
    ),
    (
        "create trigger again before update on public.projects"
        " for each row execute function update_updated_at_colum()",
        [MISSING],
    ),
    ("select * from public.generation_job", [MISSING]),
    ("set role anon; select * from public.generation_jobs", DENIED),
    (f"{AS_USER} insert into public.projects (user_id, name) values ('{USER}', 'x')", DENIED),
]


def printed(database: Database, statement: str) -> str:
    """What the SQL editor shows when the statement fails."""
    with database.connect() as connection, pytest.raises(psycopg.Error) as caught:
        connection.execute(statement)
    return f"Failed to run sql query: ERROR:  {caught.value.sqlstate}: {caught.value}\nLINE 1: …"


@pytest.mark.parametrize(("statement", "titles"), TROUBLES)
def test_a_real_trouble_is_recognised_from_what_is_printed(
    database: Database, statement: str, titles: list[str]
) -> None:
    assert [entry.title for entry in for_text(printed(database, statement))] == titles


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.sql], ids=lambda entry: entry.title)
def test_every_cure_in_sql_runs_in_the_sql_editor(database: Database, entry: Entry) -> None:
    with database.connect() as connection:
        connection.execute(entry.sql)
