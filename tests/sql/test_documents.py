"""Every SQL example of the documents runs, as the role that it names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

import psycopg
import pytest

from tests.clusters import Database
from tests.documents import GUIDE, REFERENCE, Example, examples
from tests.sql.histories import differences
from tests.sql.people import Cast, acting, add_job, add_user, new_id
from tests.sql.schema import paste, snapshot
from tests.sql.test_attempts import fail
from tests.sql.test_job_queue import flaws
from tests.sql.test_pasting import FILES
from tests.sql.workers import claim

VOID = 2278  # the oid of a type that has no value
NAMED = examples(REFERENCE, "sql")
LOG = """
select id, job_id, kind, old_status, new_status, old_cost_cents, new_cost_cents
from generation_job_events
where kind <> 'excluded'
order by id
"""
CREATE = "select outcome from create_generation_jobs(%s)"
HELD = (
    *("job_queue", "job_delays", "job_leases", "lost_leases"),
    *("job_attempts", "job_options", "job_keys", "job_progress"),
)


def ran(connection: psycopg.Connection, text: str) -> psycopg.Cursor:
    """All statements of the text in one message; the cursor is at the last answer, of any before `commit`."""
    cursor = connection.execute(text.encode())
    cursor.set_result(-2 if text.endswith("commit;\n") else -1)
    return cursor


@pytest.fixture
def values(owner: psycopg.Connection, cast: Cast) -> dict[str, object]:
    """What the examples' placeholders stand for."""
    ana, worker = cast.ana, new_id()
    owner.execute("update generation_jobs set created_at = created_at - interval '1 minute'")
    with acting(owner, "service_role"):
        [(held, token)] = owner.execute(
            "select id, lease_token from claim_generation_jobs(%s, p_project_ids => array[%s]::uuid[])",
            [worker, ana.project],
        )
    jobs = ana.jobs | {"queued": add_job(owner, ana.id, ana.project)}
    last = {"its created_at": "infinity", "its id": held, "age": "0 hours"}
    names = {f"{status} job": job for status, job in jobs.items()}
    given = {"person": ana.id, "project": ana.project, "asset": ana.asset}
    return names | given | {"held job": held, "token": token, "worker": worker} | last


@pytest.mark.parametrize("example", NAMED, ids=lambda one: one.title.replace(" ", "-"))
def test_an_example_of_the_reference_does_something(
    owner: psycopg.Connection, values: dict[str, object], example: Example
) -> None:
    speaking: dict[str, AbstractContextManager[None]] = {
        "-- as a signed-in person": acting(owner, "authenticated", str(values["person"])),
        "-- as service_role": acting(owner, "service_role"),
        "-- as the owner": nullcontext(),
    }
    with speaking[example.text.partition("\n")[0]]:
        cursor = ran(owner, example.filled(values).removesuffix("commit;\n"))  # the stage is all tests'
        assert cursor.rowcount != 0, "no row was read or changed"
        if cursor.description and cursor.description[0].type_code != VOID:
            assert cursor.fetchall() not in ([(None,)], [(False,)]), "nothing was found or done"


@pytest.fixture
def reader(empty_database: Database) -> Iterator[psycopg.Connection]:
    """The SQL editor of an empty project: each query is sent as a whole."""
    with empty_database.connect() as connection:
        yield connection


def test_a_reader_of_the_guide_ends_where_it_ends(
    reader: psycopg.Connection, owner: psycopg.Connection
) -> None:
    order = [line.partition("[")[2].partition("]")[0] for line in GUIDE.read_text("utf-8").splitlines()]
    by_name = {file.name: file for file in FILES}
    paste(reader, *(by_name[name] for name in order if name in by_name))
    assert snapshot(reader) == snapshot(owner)
    values: dict[str, object] = {"person": new_id()}
    add_user(reader, str(values["person"]))
    steps = examples(GUIDE, "sql")
    for step in steps[:-2]:
        cursor = ran(reader, step.filled(values))
        rows = cursor.fetchall()
        if step.answer:
            columns = tuple(column.name for column in cursor.description or ())
            assert (columns, *(tuple(map(shown, row)) for row in rows)) == step.answer, step.text
        else:
            values["job" if "project" in values else "project"] = rows[0][0]
    ran(reader, steps[-2].text)
    paste(reader, *FILES)
    assert snapshot(reader) == snapshot(owner), "after the last resort"


def test_who_starts_over_by_the_guide_keeps_only_the_log_of_the_lost_jobs(
    owner: psycopg.Connection, cast: Cast
) -> None:
    drop, remove = examples(GUIDE, "sql")[-2:]
    request = {"user_id": cast.ana.id, "project_id": cast.ana.project, "mode": "lifestyle", "key": "shoe"}
    requests = [json.dumps([request, request | {"key": "hat", "not_before": "2100-01-01T00:00:00Z"}])]

    def create() -> list[str]:
        with acting(owner, "service_role"):
            return [outcome for (outcome,) in owner.execute(CREATE, requests)]

    fail(owner, claim(owner)[0])
    assert create() == ["created", "created"]
    lost = owner.execute("select id, status, cost_cents from generation_jobs order by id").fetchall()
    before = owner.execute(LOG).fetchall()
    ran(owner, drop.text)
    paste(owner, *FILES)
    assert differences(owner)
    assert flaws(owner)
    assert create() == ["existing", "existing"], "the keys find lost jobs"

    ran(owner, remove.text)
    assert (differences(owner), flaws(owner)) == ([], [])
    assert [name for name in HELD if owner.execute(f"select from genjobs.{name}".encode()).rowcount] == []
    log = owner.execute(LOG).fetchall()
    assert log[: len(before)] == before
    added = [row[1:] for row in log[len(before) :]]
    assert sorted(added) == [(job, "known", status, None, cents, None) for job, status, cents in lost]
    assert create() == ["created", "created"]
    assert (differences(owner), flaws(owner)) == ([], [])


def shown(value: object) -> str:
    """As the SQL editor shows it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
