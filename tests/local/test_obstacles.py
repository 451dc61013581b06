"""What can prevent a start is handled, or reported with what to do."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from genjobs.domain.errors import SettingsError, Unavailable
from genjobs.local import files, leases, postgrest, stack, supervisor
from genjobs.local.home import Home
from genjobs.local.options import JOBS_A_DAY
from genjobs.local.ports import listening_socket
from tests.stacks import SMALL

FULL_DISK = """
import sys
import threading
from pathlib import Path
from typing import Any
from genjobs.domain.errors import ConsoleError
from genjobs.local import stack
from genjobs.local.options import StackOptions
try:
    stack.ensure(home=Path(sys.argv[1]), options=StackOptions.from_json(sys.argv[2]))
except ConsoleError as error:
    print(error.message)
"""

AS_ORDINARY_USER = """
import os, sys
from pathlib import Path
from typing import Any
import psutil
from genjobs.local import stack
from genjobs.local.options import StackOptions
home = Path(sys.argv[1])
stack.ensure(home=home, options=StackOptions.from_json(sys.argv[2]))
postmaster = int((home / "data" / "postmaster.pid").read_text().split()[0])
print(os.geteuid(), psutil.Process(postmaster).uids().effective)
stack.stop(home)
"""


def refusal(home: Path, **changes: Any) -> Unavailable:
    with pytest.raises(Unavailable) as refused:
        stack.ensure(home=home, options=dataclasses.replace(SMALL, **changes))
    assert stack.status(home) is None
    assert not (home / "leases").exists() or not leases.any_held(Home(home))
    return refused.value


def test_a_half_made_data_directory_is_made_anew(new_home: Path) -> None:
    half = new_home / "data.draft-0000" / "base"
    half.mkdir(parents=True)
    (new_home / "data.draft-0000.log").touch()
    stack.ensure(home=new_home, options=SMALL)
    assert sorted(path.name for path in new_home.glob("data*")) == ["data"]


def test_a_data_directory_that_is_none_is_named(new_home: Path) -> None:
    (new_home / "data").mkdir(parents=True)
    refused = refusal(new_home)
    assert str(new_home / "data") in refused.message
    assert "genjobs local reset" in refused.hint


def test_data_of_another_version_is_named(home: Path) -> None:
    (home / "data" / "PG_VERSION").write_text("17\n")
    refused = refusal(home)
    assert "made by PostgreSQL 17, but this is PostgreSQL 18" in refused.message
    assert "Dump it with PostgreSQL 17" in refused.hint


@pytest.mark.parametrize("written", [b"", b"\n", b"\xff\xfe", b"eighteen"])
def test_a_version_file_that_names_none_is_damage(home: Path, written: bytes) -> None:
    (home / "data" / "PG_VERSION").write_bytes(written)
    refused = refusal(home)
    assert refused.message == f"The database in {home / 'data'} is damaged: PG_VERSION contains no version."
    assert "backup" in refused.hint
    assert "genjobs local reset" in refused.hint


def test_a_missing_control_file_is_damage(home: Path) -> None:
    (home / "data" / "global" / "pg_control").unlink()
    refused = refusal(home)
    assert refused.message == f"The database in {home / 'data'} is damaged: global/pg_control is missing."
    assert "backup" in refused.hint


def test_a_postgres_that_ends_while_starting_leads_to_its_log(home: Path) -> None:
    (home / "data" / "postgresql.conf").write_text("no such setting = 1\n")
    refused = refusal(home)
    assert "PostgreSQL ended while starting" in refused.message
    assert str(home / "logs" / "postgres.log") in refused.hint


def test_lost_and_spoilt_secrets_are_named(home: Path) -> None:
    (home / "secrets.json").write_text('{"half": ')
    assert f"{home / 'secrets.json'} cannot be read" in refusal(home).message
    (home / "secrets.json").unlink()
    refused = refusal(home)
    assert f"{home / 'secrets.json'} is gone" in refused.message
    assert "genjobs local reset" in refused.hint


def test_a_system_that_it_does_not_run_on_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "os", SimpleNamespace(name="nt"))
    assert "WSL" in refusal(home).hint


def test_a_taken_port_gives_way_to_the_next(home: Path) -> None:
    with listening_socket(range(55000, 60000)) as taken:
        port = taken.getsockname()[1]
        info = stack.ensure(home=home, options=dataclasses.replace(SMALL, port=port))
    assert port < int(info.url.rsplit(":", 1)[1]) <= port + 10


def test_what_a_crash_left_behind_is_no_obstacle(home: Path) -> None:
    (home / "state.json").write_text(json.dumps({"url": "http://127.0.0.1:1"}))
    for name in ("starting.lock", "owner.lock", "leases/99999-dead"):
        (home / name).touch()
    (home / "progress.jsonl").write_text('{"error": "old", "hint": ""}\n')
    assert stack.status(home) is None
    assert stack.ensure(home=home, options=SMALL).url != "http://127.0.0.1:1"


def test_too_little_space_is_named_before_anything_is_made(new_home: Path) -> None:
    refused = refusal(new_home, free_megabytes=10**9)
    assert f"{new_home} has " in refused.message
    assert "bytes free" in refused.message
    assert "GENJOBS_HOME" in refused.hint
    assert not (new_home / "data").exists()


def on_small_disk(folder: Path, megabytes: int, options: str) -> subprocess.CompletedProcess[str]:
    """Start a stack on a disk of `megabytes`, which is gone with the command."""
    mount = f'mount -t tmpfs -o size={megabytes}m tmpfs "$0" && exec "$@"'
    command = ["unshare", "--mount", "sh", "-c", mount, str(folder)]
    program = [sys.executable, "-c", FULL_DISK, str(folder / "home"), options]
    return subprocess.run([*command, *program], capture_output=True, text=True)


@pytest.mark.parametrize(("megabytes", "demo"), [(2, False), (20, False), (75, True)])
def test_a_disk_that_fills_up_is_named(tmp_path: Path, megabytes: int, demo: bool) -> None:
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("only root can mount a small disk to fill")
    options = dataclasses.replace(SMALL, free_megabytes=1, demo=demo, demo_jobs_a_day=JOBS_A_DAY).to_json()
    said = on_small_disk(tmp_path, megabytes, options)
    if "permission denied" in said.stderr.lower():
        pytest.skip(f"this machine lets nobody mount: {said.stderr}")
    assert f"The disk is full: {tmp_path / 'home'}" in said.stdout, said
    assert "bytes free" in said.stdout


def test_an_ordinary_user_needs_no_detour(home: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("every other test shows it when the tests run as an ordinary user")
    ordinary = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
    program = [sys.executable, "-c", AS_ORDINARY_USER, str(home), SMALL.to_json()]
    shown = subprocess.run([*ordinary, *program], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["1000", "1000"]


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot use") as refused:
        stack.ensure(home=tmp_path / "file" / "home")
    assert "GENJOBS_HOME" in refused.value.hint


def test_a_download_is_in_the_thread_that_a_stop_ends(
    new_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signals reach only the main thread, and it could not end while another downloads."""

    def downloads(*_: object) -> None:
        raise Unavailable(threading.current_thread().name)

    monkeypatch.setattr(supervisor, "gather", downloads)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    home = Home.at(new_home)
    assert supervisor.run(home, SMALL) == 1
    assert json.loads(home.progress.read_text())["error"] == threading.main_thread().name


def test_a_postgrest_that_is_no_program_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGREST_BIN", "/nowhere/postgrest")
    refused = refusal(home)
    assert "POSTGREST_BIN is /nowhere/postgrest" in refused.message
    assert "PATH" in refused.hint


def test_a_postgrest_that_dies_at_once_is_named(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "postgrest"
    program.write_text("#!/bin/sh\necho 'not on this machine'\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("POSTGREST_BIN", str(program))
    refused = refusal(home)
    assert "PostgREST ended while starting: not on this machine" in refused.message
    assert f"POSTGREST_BIN, which is {program}" in refused.hint


def test_a_port_that_is_taken_from_postgrest_gives_way_to_another(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the search for a free port and the start, any program may take it."""
    program, tried = tmp_path / "postgrest", tmp_path / "tried"
    taken = "echo 'postgrest: Network.Socket.bind: resource busy (Address in use)'; exit 1"
    real = postgrest.binary(lambda _: None)
    program.write_text(f'#!/bin/sh\n[ -e {tried} ] || {{ touch {tried}; {taken}; }}\nexec {real} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("POSTGREST_BIN", str(program))
    assert stack.ensure(home=home, options=SMALL)
    assert tried.exists()


def test_a_program_that_is_no_postgrest_leads_to_its_setting(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGREST_BIN", "/bin/false")
    refused = refusal(home)
    assert "PostgREST ended while starting" in refused.message
    assert "POSTGREST_BIN, which is /bin/false, is PostgREST 12 or newer" in refused.hint


def test_settings_meant_for_other_servers_do_not_reach_ours(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGRST_JWT_AUD", "somebody else")
    monkeypatch.setenv("PGSSLMODE", "require")
    stack.ensure(home=home, options=SMALL)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        files.write_private(tmp_path / "folder", b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "kept"]
    files.write_private(tmp_path / "kept", b"new")
    assert (tmp_path / "kept").read_text() == "new"
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o600
