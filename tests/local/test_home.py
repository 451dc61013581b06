"""What lies in a home, and who may read it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from genjobs.local import outbox, stack
from genjobs.local.home import Home
from genjobs.local.keys import Keys
from genjobs.local.options import AuthOptions, RateLimit, StackOptions
from genjobs.local.stack import StackInfo
from tests.commands import PROGRAM
from tests.local.consoles import supervisor
from tests.stacks import new_user, running_stack

PRIVATE = ("secrets.json", "state.json", "outbox.jsonl")


@pytest.fixture(scope="module")
def root(info: StackInfo) -> Path:
    """The running stack's home, with a mail in it."""
    have_mail_sent(info)
    return info.outbox.parent


def test_secrets_are_their_owners_alone(root: Path) -> None:
    assert {name: oct((root / name).stat().st_mode & 0o777) for name in PRIVATE} == dict.fromkeys(
        PRIVATE, "0o600"
    )
    assert oct(root.stat().st_mode & 0o777) == "0o700"
    assert oct((root / "data").stat().st_mode & 0o777) == "0o700"


def test_no_secret_stands_in_a_log_or_a_command_line(info: StackInfo, root: Path) -> None:
    kept = json.loads((root / "secrets.json").read_text())
    secrets = [kept["superuser_password"], *kept["role_passwords"].values(), kept["legacy_secret"]]
    secrets += [kept["secret_key"], kept["service_role_key"], kept["signing_key"].splitlines()[1]]
    processes = [supervisor(root), *supervisor(root).children(recursive=True)]
    shown = [" ".join(process.cmdline()) for process in processes]
    shown += [log.read_text(errors="replace") for log in (root / "logs").iterdir()]
    assert len(shown) > 5
    assert not [secret for secret in secrets for text in shown if secret in text]
    assert not [secret for secret in secrets if secret in repr(info)]


def test_all_that_a_stack_writes_is_its_owners_alone(home: Path) -> None:
    """Also what an earlier edition left for all to read."""
    for name in ("supervisor.pid", "postgrest.pid", "progress.jsonl", "outbox.jsonl", "logs/supervisor.log"):
        (home / name).touch()
        (home / name).chmod(0o644)
    with running_stack(home) as info:
        have_mail_sent(info)
        files = [path for path in home.rglob("*") if home / "data" not in path.parents]
        modes = {path.name: oct(mode & 0o777) for path in files if stat.S_ISREG(mode := mode_of(path))}
    assert {"supervisor.log", "postgres.log", "postgrest.log", "outbox.jsonl"} <= set(modes)
    assert set(modes.values()) == {"0o600"}


def mode_of(path: Path) -> int:
    """Type and permissions; 0 if it has gone: a lease or a lock ends with who held it."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return 0


def have_mail_sent(info: StackInfo) -> None:
    _, email, _ = new_user(info)
    httpx.post(
        f"{info.url}/auth/v1/recover", json={"email": email}, headers={"apikey": info.anon_key}, timeout=10
    ).raise_for_status()


def test_what_is_written_reaches_the_disk(info: StackInfo) -> None:
    with psycopg.connect(info.database_url) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            assert connection.execute(f"show {setting}").fetchone() == ("on",)


def test_no_two_homes_share_a_secret(tmp_path: Path) -> None:
    one, other = (Keys.of(Home.at(tmp_path / name)) for name in ("one", "other"))
    for name, value in vars(one).items():
        assert value != getattr(other, name), name


def test_a_home_keeps_its_keys(tmp_path: Path) -> None:
    assert Keys.of(Home.at(tmp_path)) == Keys.of(Home.at(tmp_path))


def test_the_home_is_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENJOBS_HOME", str(tmp_path / "chosen"))
    assert Home.at().root == tmp_path / "chosen"
    monkeypatch.delenv("GENJOBS_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert Home.at().root == tmp_path / "data" / "genjobs"


def test_asking_after_a_stack_that_never_was(tmp_path: Path) -> None:
    assert stack.status(tmp_path / "nothing") is None
    assert stack.stop(tmp_path / "nothing") is False
    stack.reset(tmp_path / "nothing")


def test_options_travel_as_json() -> None:
    options = StackOptions(
        demo=False, port=0, auth=AuthOptions(autoconfirm=False, token_limit=RateLimit(1, 2.0, 3))
    )
    assert StackOptions.from_json(options.to_json()) == options


def mail(to: str, code: str) -> outbox.Mail:
    return outbox.Mail(to, "magiclink", "subject", "text", code, "hash", datetime.now(UTC))


def test_mails_are_read_newest_first_and_by_address(tmp_path: Path) -> None:
    box = tmp_path / "outbox.jsonl"
    assert outbox.read(box) == []
    sent = [mail("ana@test.example", "1"), mail("bob@test.example", "2"), mail("ana@test.example", "3")]
    for each in sent:
        outbox.send(box, each)
    assert outbox.read(box) == sent[::-1]
    assert [each.code for each in outbox.read(box, " Ana@test.example ")] == ["3", "1"]


def test_a_mail_that_is_being_written_is_not_read_yet(tmp_path: Path) -> None:
    box = tmp_path / "outbox.jsonl"
    outbox.send(box, mail("ana@test.example", "1"))
    with box.open("a") as file:
        file.write('{"to": "bob@test.exa')
    assert [each.code for each in outbox.read(box)] == ["1"]


def test_old_mails_are_forgotten(tmp_path: Path) -> None:
    box = tmp_path / "outbox.jsonl"
    for number in range(outbox.KEPT_MAILS + 5):
        outbox.send(box, mail("ana@test.example", str(number)))
    outbox.trim(box)
    codes = [each.code for each in outbox.read(box)]
    assert (len(codes), codes[0], codes[-1]) == (outbox.KEPT_MAILS, str(outbox.KEPT_MAILS + 4), "5")


def test_the_stacks_mails_are_read_through_its_info(info: StackInfo, root: Path) -> None:
    newest = stack.read_outbox(info)[0]
    assert stack.read_outbox(info, newest.to)[0] == newest
    assert psutil.pid_exists(supervisor(root).pid)


ORDINARY = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]


@pytest.mark.parametrize("command", ["start", "stop"])
def test_a_home_that_cannot_be_written_to_is_named(tmp_path: Path, command: str) -> None:
    for name in ("leases", "logs"):
        (tmp_path / name).mkdir()
    tmp_path.chmod(0o500)
    program = [sys.executable, "-c", PROGRAM, "local", command]
    shown = subprocess.run(
        [*ORDINARY, *program] if os.geteuid() == 0 else program,
        capture_output=True,
        text=True,
        env=os.environ | {"GENJOBS_HOME": str(tmp_path)},
    )
    error, hint = shown.stderr.splitlines()
    assert (shown.returncode, f"cannot use {tmp_path}" in error, "GENJOBS_HOME" in hint) == (1, True, True)
