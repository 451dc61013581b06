"""One stack for all consoles of a home: it comes with the first and goes with the last."""

from __future__ import annotations

import dataclasses
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import psycopg
import pytest
from supabase import create_client

from genjobs.local import stack
from genjobs.local.home import Home
from genjobs.local.leases import any_held
from tests.local.consoles import console, family, gone, part, state, supervisor
from tests.local.waiting import until
from tests.presence import present
from tests.stacks import SMALL, new_user

AT_ONCE = dataclasses.replace(SMALL, linger_seconds=0)


def absent(path: Path) -> bool:
    return not path.exists()


def probed(home: Path) -> None:
    """Wait until the supervisor has looked at the leases once more, from the start to the end."""
    for number in range(2):
        ended = home / "leases" / f"ended-{number}"
        ended.touch()
        until(partial(absent, ended), "the supervisor has cleared an ended lease away")


def test_two_consoles_share_a_stack_that_ends_with_the_last(home: Path) -> None:
    with console(home, AT_ONCE) as first, console(home, AT_ONCE) as second:
        assert first.url() == second.url() != ""
        processes = family(home)
        first.kill()
        probed(home)
        assert stack.status(home) is not None
        second.kill()
        until(lambda: gone(processes), "every process of the stack is gone")
    assert not (home / "state.json").exists()
    assert not any_held(Home.at(home))


def test_consoles_that_start_at_the_same_moment_on_a_new_home_agree(new_home: Path) -> None:
    with console(new_home) as first, console(new_home) as second:
        assert first.url() == second.url() != ""
        assert len(list((new_home / "leases").iterdir())) == 2


def test_a_closed_terminal_ends_its_console_and_with_it_the_stack(home: Path) -> None:
    with console(home, AT_ONCE) as only:
        assert only.url()
        processes = family(home)
        supervisor(home).send_signal(signal.SIGHUP)
        probed(home)
        assert stack.status(home) is not None
        only.process.send_signal(signal.SIGHUP)
        until(lambda: gone(processes), "every process of the stack is gone")


def test_a_console_killed_while_starting_leaves_a_start_that_the_next_one_joins(home: Path) -> None:
    with console(home) as hasty:
        until((home / "progress.jsonl").exists, "the supervisor reports")
        hasty.kill()
    with console(home) as patient:
        assert patient.url()


def test_a_start_that_hangs_can_be_stopped(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = tmp_path / "postgrest"
    hanging.write_text("#!/bin/sh\nexec sleep 600\n")
    hanging.chmod(0o755)
    monkeypatch.setenv("POSTGREST_BIN", str(hanging))
    with console(home) as waiting:
        until(lambda: len(family_or_none(home)) > 2, "the parts have been started")
        processes = family_or_none(home)
        assert stack.stop(home) is True
        assert gone(processes)
        assert waiting.url() == ""


def family_or_none(home: Path) -> list[psutil.Process]:
    try:
        return family(home)
    except (OSError, psutil.Error):
        return []


def test_a_kept_stack_outlives_its_consoles(home: Path) -> None:
    script = (
        "import sys; from pathlib import Path; "
        "from genjobs.local import stack; from genjobs.local.options import StackOptions;"
    )
    start = "stack.ensure(home=Path(sys.argv[1]), keep=True, options=StackOptions.from_json(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", script + start, str(home), AT_ONCE.to_json()], check=True)
    probed(home)
    assert stack.status(home) is not None
    processes = family(home)
    assert stack.stop(home) is True
    assert gone(processes)
    assert stack.stop(home) is False


def test_a_running_stack_can_be_kept_later(home: Path) -> None:
    with console(home, AT_ONCE) as first:
        url = first.url()
        script = "import sys; from pathlib import Path; from genjobs.local import stack;"
        keep = "print(stack.ensure(home=Path(sys.argv[1]), keep=True).url)"
        kept = subprocess.run(
            [sys.executable, "-c", script + keep, str(home)], check=True, capture_output=True, text=True
        )
        assert kept.stdout.strip() == url
    probed(home)
    assert stack.status(home) is not None


def test_a_mark_to_keep_does_not_survive_the_stack_it_was_for(home: Path) -> None:
    (home / "kept").touch()
    with console(home, AT_ONCE) as only:
        assert only.url()
        processes = family(home)
    until(lambda: gone(processes), "every process of the stack is gone")


def test_data_accounts_and_sessions_survive_a_restart(home: Path) -> None:
    info = stack.ensure(home=home, options=SMALL)
    user_id, email, password = new_user(info)
    client = create_client(info.url, info.publishable_key)
    session = present(client.auth.sign_in_with_password({"email": email, "password": password}).session)
    client.table("projects").insert({"user_id": user_id, "name": "kept"}).execute()
    stack.stop(home)
    again = stack.ensure(home=home, options=SMALL)
    client = create_client(again.url, again.publishable_key)
    client.auth.set_session(session.access_token, session.refresh_token)
    assert client.table("projects").select("name").execute().data == [{"name": "kept"}]
    assert present(client.auth.refresh_session().user).id == user_id


def test_a_stack_that_was_stopped_under_its_console_starts_again(home: Path) -> None:
    stack.ensure(home=home, options=SMALL)
    stack.stop(home)
    assert stack.status(home) is None
    steps: list[str] = []
    info = stack.ensure(steps.append, home=home, options=SMALL)
    assert stack.status(home) == info
    assert "Starting PostgreSQL" in steps


def test_joining_brings_the_schema_up_to_date(home: Path) -> None:
    info = stack.ensure(home=home, options=SMALL)
    with psycopg.connect(info.database_url, autocommit=True) as connection:
        connection.execute(
            "delete from supabase_migrations.schema_migrations where version ="
            " (select max(version) from supabase_migrations.schema_migrations)"
        )
    steps: list[str] = []
    stack.ensure(steps.append, home=home)
    assert [step for step in steps if step.startswith("Applying")]


def test_reset_leaves_nothing_of_the_old_stack(home: Path) -> None:
    before = stack.ensure(home=home, options=SMALL)
    new_user(before, "ana@test.example")
    processes = family(home)
    stack.reset(home)
    assert gone(processes)
    left = {path.name for path in home.iterdir()} - {"starting.lock", "owner.lock"}
    assert left == {"leases", "logs"}
    after = stack.ensure(home=home, options=SMALL)
    assert before.secret_key != after.secret_key
    with psycopg.connect(after.database_url) as connection:
        assert connection.execute("select count(*) from auth.users").fetchone() == (0,)


@pytest.mark.parametrize("name", ["postgres", "postgrest"])
def test_parts_are_children_of_the_supervisor(home: Path, name: str) -> None:
    stack.ensure(home=home, options=SMALL)
    assert part(home, name).ppid() == state(home)["pid"]
