"""`genjobs verify` as a person runs it: against real stacks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from genjobs.local.demo import PEOPLE
from genjobs.local.stack import StackInfo
from tests.commands import genjobs
from tests.data.people import Person, newcomer, owner
from tests.stacks import SMALL, running_stack


def verify(*options: str, **chosen: str) -> CompletedProcess[str]:
    return genjobs("verify", *options, **chosen)


def hosted(info: StackInfo, person: Person) -> dict[str, str]:
    return {
        "SUPABASE_URL": info.url,
        "SUPABASE_KEY": info.publishable_key,
        "GENJOBS_EMAIL": person.email,
        "GENJOBS_PASSWORD": person.password,
    }


def sessions_of(info: StackInfo, person: Person) -> int:
    with owner(info) as connection:
        found = connection.execute("select count(*) from auth.sessions where user_id = %s", [person.user_id])
        [[sessions]] = found.fetchall()
        return int(sessions)


def test_a_whole_project_passes_and_every_line_says_what_was_found(
    stack: StackInfo, ana: Person, bob: Person
) -> None:
    bob.job(bob.project())
    before = sessions_of(stack, ana)
    done = verify(**hosted(stack, ana))
    assert sessions_of(stack, ana) == before
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{stack.url} as {ana.email}" in done.stdout
    assert "0 of 13 checks failed, 0 differences from the schema, 0 of " in done.stdout
    assert "  As the database's own functions report it." in done.stdout
    assert "  ok        Row-level security: on" in done.stdout
    assert "  refused   Delete another person's job [delete]: Nothing was reached." in done.stdout
    assert "attempts prove nothing" in done.stdout
    assert ana.password not in done.stdout + done.stderr


def test_what_is_missing_and_what_is_reached_is_named_and_ends_with_one(
    stack: StackInfo, tmp_path: Path
) -> None:
    with running_stack(tmp_path) as info:
        eve, victim = newcomer(info), newcomer(info)
        victim.job(victim.project())
        with owner(info) as connection:
            connection.execute("drop index public.idx_generation_jobs_status")
            connection.execute("alter table public.generation_jobs disable row level security")
            connection.execute("update genjobs.totals_origins set cluster = 1")
            connection.execute(
                "insert into genjobs.set_aside_events (user_id, histogram, job_id, event_id, code, reason)"
                " values (gen_random_uuid(), false, gen_random_uuid(), 1, '54000', 'too long')"
            )
            connection.execute("drop trigger refuse_move on public.generation_jobs")
        done = verify(**hosted(info, eve))
        direct = verify("--database-url", info.database_url, **hosted(info, eve))
        elsewhere = verify("--database-url", stack.database_url, **hosted(info, eve))
        with owner(info) as connection:
            connection.execute("drop function public.get_console_setup()")
            connection.execute(
                "delete from supabase_migrations.schema_migrations where version = '20261127132700'"
            )
        behind = verify("--database-url", info.database_url, **hosted(info, eve))
    assert (done.returncode, direct.returncode) == (1, 1)
    assert (
        "by the catalogue of 127.0.0.1\n  nothing\n\nReported by the project, but not in" in elsewhere.stdout
    )
    assert "  MISSING   trigger refuse_move of public.generation_jobs" in elsewhere.stdout
    assert ("3 differences from the schema" in elsewhere.stdout, elsewhere.returncode) == (True, 1)
    assert "Reported by the project" not in direct.stdout
    assert (behind.stdout, behind.returncode) == ("Missing 20261127132700_console_setup.sql\n", 1)
    assert "Hint: Apply the missing migrations: genjobs migrate --database-url …" in behind.stderr
    assert "\nDifferences from the schema, by the catalogue of 127.0.0.1\n" in direct.stdout
    for told in (done.stdout, direct.stdout):
        assert "  MISSING   trigger refuse_move of public.generation_jobs" in told
        assert "4 of 13 checks failed, 3 differences from the schema, " in told
    assert "expected: ALTER TABLE public.generation_jobs ENABLE" in direct.stdout
    assert "expected: ALTER" not in done.stdout
    assert "  MISSING   Indexes: missing: idx_generation_jobs_status (expected: " in done.stdout
    assert "  MISSING   Row-level security: off" in done.stdout
    assert "  WARNING   Totals: made on another server or from other data" in done.stdout
    assert "  WARNING   Events set aside: 1 (54000)" in done.stdout
    assert (
        "  REACHED   Reach others' rows of generation_jobs [table select]: 1 rows were reached."
        in done.stdout
    )


def test_on_the_local_stack_a_demo_person_is_signed_in(tmp_path: Path) -> None:
    with running_stack(tmp_path, replace(SMALL, demo=True)):
        first = verify(GENJOBS_HOME=str(tmp_path))
        other = verify("--email", PEOPLE[1].email, GENJOBS_HOME=str(tmp_path))
    for done, person in ((first, PEOPLE[0]), (other, PEOPLE[1])):
        assert done.returncode == 0, done.stdout + done.stderr
        assert f" as {person.email}" in done.stdout
        assert "prove nothing" not in done.stdout


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:9/other", ""])
def test_a_database_is_not_checked_by_another_ones_api(tmp_path: Path, url: str) -> None:
    """Nothing is configured, so the API would be the local stack's."""
    done = verify("--database-url", url, GENJOBS_HOME=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert "no project" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"GENJOBS_PASSWORD": "wrong"}, "Hint: "),
        ({"GENJOBS_PASSWORD": ""}, "is missing.\nHint: Set GENJOBS_PASSWORD, or give --password."),
        ({"GENJOBS_EMAIL": ""}, "Hint: Set GENJOBS_EMAIL and GENJOBS_PASSWORD"),
        ({"SUPABASE_URL": "http://127.0.0.1:9"}, "cannot be reached"),
    ],
)
def test_a_project_that_cannot_be_asked_is_told_in_two_lines(
    stack: StackInfo, ana: Person, change: dict[str, str], words: str
) -> None:
    done = verify(**(hosted(stack, ana) | change))
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
