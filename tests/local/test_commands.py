"""`genjobs local …` as a person types it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from genjobs import cli
from genjobs.local import stack
from tests.commands import PROGRAM, genjobs_process
from tests.local.consoles import family, frozen, gone, part
from tests.local.waiting import until


def genjobs(home: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return genjobs_process("local", *arguments, typed=typed, GENJOBS_HOME=str(home))


def test_a_stack_from_start_to_stop(home: Path) -> None:
    started = genjobs(home, "start", "--no-demo", "--port", "0")
    assert started.returncode == 0, started.stderr
    info = stack.status(home)
    assert info is not None
    assert info.url in started.stdout
    asked = genjobs(home, "status")
    assert (asked.returncode, asked.stdout.count(" answers ")) == (0, 3)
    printed = genjobs(home, "env").stdout.splitlines()
    assert printed == [
        f"SUPABASE_URL={info.url}",
        f"SUPABASE_KEY={info.publishable_key}",
        f"SUPABASE_SECRET_KEY={info.secret_key}",
        f"SUPABASE_ANON_KEY={info.anon_key}",
        f"SUPABASE_SERVICE_ROLE_KEY={info.service_role_key}",
        f"DATABASE_URL={info.database_url}",
    ]
    processes = family(home)
    assert genjobs(home, "stop").stdout == "Ended.\n"
    assert gone(processes)


def test_a_part_that_is_down_is_shown(home: Path) -> None:
    assert genjobs(home, "start", "--no-demo", "--port", "0").returncode == 0
    with frozen(part(home, "postgrest")):
        asked = genjobs(home, "status")
    assert asked.returncode == 1
    assert "PostgREST    DOWN" in asked.stdout
    until(lambda: genjobs(home, "status").returncode == 0, "every part answers again")


def test_the_home_of_the_settings_file_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENJOBS_HOME", "")
    monkeypatch.setattr(cli, "settings_folder", lambda: tmp_path)
    (tmp_path / ".env").write_text(f"GENJOBS_HOME={tmp_path / 'chosen'}\n")
    assert CliRunner().invoke(cli.app, ["local", "status"]).exit_code == 1
    assert (tmp_path / "chosen").is_dir()


def test_what_is_said_when_nothing_runs(home: Path) -> None:
    asked = genjobs(home, "status")
    assert (asked.returncode, "genjobs local start" in asked.stdout) == (1, True)
    printed = genjobs(home, "env")
    assert (printed.returncode, printed.stdout) == (1, "")
    assert "genjobs local start" in printed.stderr
    assert genjobs(home, "stop").stdout == "It was not running.\n"


def test_nothing_is_deleted_without_a_yes(home: Path) -> None:
    assert genjobs(home, "reset", typed="n\n").returncode == 1
    assert (home / "data").exists()
    assert genjobs(home, "reset", "--yes").returncode == 0
    assert not (home / "data").exists()


def test_a_start_that_fails_says_why_in_two_lines(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGREST_BIN", "/nowhere")
    failed = genjobs(home, "start", "--no-demo", "--port", "0")
    assert failed.returncode == 1
    assert [line.split(":")[0] for line in failed.stderr.splitlines()] == ["Error", "Hint"]


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_what_is_no_port_is_refused_before_anything_starts(tmp_path: Path, port: str) -> None:
    failed = genjobs(tmp_path / "home", "start", "--port", port)
    assert (failed.returncode, failed.stdout) == (2, "")
    assert "Invalid value for '--port'" in failed.stderr


def test_without_the_extra_the_other_commands_work_and_this_one_names_it(tmp_path: Path) -> None:
    without = "import sys; sys.modules['psutil'] = None; " + PROGRAM
    command = [sys.executable, "-c", without]
    assert subprocess.run([*command, "migrate", "--help"], capture_output=True).returncode == 0
    asked = subprocess.run([*command, "local", "status"], capture_output=True, text=True, cwd=tmp_path)
    assert asked.returncode == 1
    assert 'pip install -e ".[local]"' in asked.stderr
