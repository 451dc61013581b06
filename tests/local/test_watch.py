"""The state of a stack is seen, and one that was killed comes back as it was."""

from __future__ import annotations

import dataclasses
import fcntl
import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from genjobs.domain.errors import Unavailable
from genjobs.local import leases, stack, watch
from genjobs.local.home import Home
from genjobs.local.options import StackOptions
from genjobs.local.orphans import has_ended
from genjobs.local.watch import Watch, state_of
from tests.local.consoles import console, family, gone, supervisor
from tests.local.waiting import until
from tests.stacks import SMALL


def kill(home: Path) -> None:
    """Kill the supervisor and wait until all of the stack is gone."""
    processes = family(home)
    supervisor(home).kill()
    until(lambda: gone(processes), "every process of the stack is gone")


def test_a_killed_stack_is_told_from_one_that_was_stopped(home: Path) -> None:
    info = stack.ensure(home=home, options=SMALL)
    assert state_of(info, home) == "here"
    assert state_of(dataclasses.replace(info, url="http://127.0.0.1:1"), home) == "other"
    kill(home)
    assert state_of(info, home) == "killed"
    info = stack.ensure(home=home)
    stack.stop(home)
    assert state_of(info, home) == "stopped"


def test_a_stack_that_was_stopped_after_it_was_killed_counts_as_stopped(home: Path) -> None:
    info = stack.ensure(home=home, options=SMALL)
    kill(home)
    assert stack.stop(home) is False
    assert state_of(info, home) == "stopped"


def test_a_stack_that_ends_with_its_last_console_is_wanted_no_more(home: Path) -> None:
    with console(home) as only:
        assert only.url()
        assert (home / "wanted.json").exists()
        ending = supervisor(home)
    until(lambda: has_ended(ending), "the stack has ended")
    assert not (home / "wanted.json").exists()


def test_a_killed_stack_comes_back_on_its_port_with_its_options(home: Path) -> None:
    info = stack.ensure(home=home, options=dataclasses.replace(SMALL, linger_seconds=0.25))
    kill(home)
    again = stack.ensure(home=home)
    assert (again.url, again.demo_people) == (info.url, ())
    assert '"linger_seconds": 0.25' in (home / "wanted.json").read_text()


def test_a_killed_stack_that_was_kept_is_kept_again(home: Path) -> None:
    keep = "import sys; from pathlib import Path; from genjobs.local import stack;"
    keep += "from genjobs.local.options import StackOptions;"
    keep += "stack.ensure(home=Path(sys.argv[1]), keep=True, options=StackOptions.from_json(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", keep, str(home), SMALL.to_json()], check=True)
    kill(home)
    with console(home) as only:
        assert only.url()
    assert (home / "kept").exists()


@pytest.mark.parametrize("spoilt", ["", '{"port": ', "[]", "{}", '{"auth": {}}', '{"auth": null, "x": 1}'])
def test_spoilt_options_count_as_none(spoilt: str) -> None:
    assert StackOptions.read(spoilt) is None


def test_options_are_read_as_they_were_written() -> None:
    assert StackOptions.read(SMALL.to_json()) == SMALL


def test_a_stack_of_an_edition_that_kept_no_options_is_joined(home: Path) -> None:
    info = stack.ensure(home=home, options=SMALL)
    state = json.loads((home / "state.json").read_text())
    del state["options"]
    (home / "state.json").write_text(json.dumps(state))
    assert stack.ensure(home=home).url == info.url


def test_what_was_stopped_is_not_started_again_unasked(home: Path) -> None:
    stack.ensure(home=home, options=SMALL)
    stack.stop(home)
    with pytest.raises(Unavailable, match="was stopped") as refused:
        stack.ensure(home=home, unless_stopped=True)
    assert "genjobs local start" in refused.value.hint
    assert stack.status(home) is None


def test_a_start_under_way_can_be_stopped_for_good(home: Path) -> None:
    with console(home) as starting:
        until(Home(home).has_owner, "a supervisor lives")
        assert stack.stop(home) is True
        assert starting.url() == ""
    assert not (home / "wanted.json").exists()


def test_a_watch_tells_until_it_is_ended(home: Path) -> None:
    info = stack.ensure(home=home, options=SMALL)
    told: list[str] = []
    watch = Watch(home, lambda: info, told.append)
    until(lambda: "here" in told, "the watch has looked")
    kill(home)
    until(lambda: "killed" in told, "the watch has noticed")
    watch.end()
    until(lambda: "stack-watch" not in {thread.name for thread in threading.enumerate()}, "it has ended")


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"[]", b"\xff", b'{"pid": "x"}'])
def test_a_state_that_cannot_be_read_counts_as_none(new_home: Path, spoilt: bytes) -> None:
    home = Home.at(new_home)
    home.state.write_bytes(spoilt)
    with (home.root / "owner.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert home.has_owner()
        assert home.read_state() is None


def test_a_killed_supervisor_whose_threads_still_hold_the_lock_counts_as_gone(new_home: Path) -> None:
    home = Home.at(new_home)
    with subprocess.Popen(["true"]) as killed, (home.root / "owner.lock").open("wb") as lock:
        until(lambda: has_ended(psutil.Process(killed.pid)), "it has ended, and nobody has asked how")
        home.write_state({"pid": killed.pid})
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert home.has_owner()
        assert home.read_state() is None


def test_a_killed_supervisor_whose_threads_still_hold_the_lock_is_not_stopped_again(new_home: Path) -> None:
    home = Home.at(new_home)
    command = [sys.executable, "-c", "import sys, time; print(flush=True); time.sleep(600)", str(home.root)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as killed,
        ThreadPoolExecutor(1) as beside,
        (home.root / "owner.lock").open("wb") as lock,
    ):
        assert killed.stdout is not None
        killed.stdout.readline()
        killed.kill()
        until(lambda: has_ended(psutil.Process(killed.pid)), "it has ended, and nobody has asked how")
        home.pid.write_text(str(killed.pid))
        home.wanted.touch()
        fcntl.flock(lock, fcntl.LOCK_EX)
        stopping = beside.submit(stack.stop, home.root)
        until(lambda: not home.wanted.exists(), "it has begun to stop")
        assert not stopping.done(), "it waits for the lock"
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert stopping.result() is False


def test_a_watch_reads_the_state_only_when_it_was_written_anew(
    new_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.at(new_home)
    told: list[str] = []
    looks: list[stack.StackInfo] = []
    info = stack.StackInfo("url", "", "", "", "", "", (), new_home, StackOptions())

    def state(known: stack.StackInfo, _home: Path) -> str:
        looks.append(known)
        return "here"

    monkeypatch.setattr(watch, "state_of", state)

    def has_looked() -> None:
        so_far = len(told)
        until(lambda: len(told) > so_far + 1, "the watch has looked twice")

    with (home.root / "owner.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        home.write_state({"pid": 1})
        watching = Watch(new_home, lambda: info, told.append)
        for times in (1, 2):
            has_looked()
            assert (len(looks), set(told)) == (times, {"here"})
            home.write_state({"pid": 1})
        fcntl.flock(lock, fcntl.LOCK_UN)
        has_looked()
        assert len(looks) > 3, "nobody owns it any more"
    watching.end()


def test_a_watch_outlives_a_look_that_failed(home: Path) -> None:
    told: list[str] = []
    looks = iter([OSError("as told"), KeyError("url")])

    def known() -> stack.StackInfo:
        if error := next(looks, None):
            raise error
        return stack.StackInfo("", "", "", "", "", "", (), home, SMALL)

    watch = Watch(home, known, told.append)
    until(lambda: bool(told), "it looks again")
    watch.end()


def test_a_lease_can_be_given_back_by_another_thread(new_home: Path) -> None:
    home = Home.at(new_home)
    taking = threading.Thread(target=leases.take, args=(home,))
    taking.start()
    taking.join()
    assert leases.any_held(home)
    leases.give_back(home)
    assert not leases.any_held(home)
