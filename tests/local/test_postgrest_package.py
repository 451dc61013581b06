"""Where PostgREST comes from, and what is said when it comes from nowhere."""

from __future__ import annotations

import json
import os
import platform
import sys
import sysconfig
from pathlib import Path

import pytest

from genjobs.domain.errors import SettingsError, Unavailable
from genjobs.local import postgrest, postgrest_package

NOISE = "echo 'npm error A complete log of this run can be found in: /log' >&2"
LINUX = sys.platform == "linux" and platform.machine() == "x86_64"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty cache and nothing of use on the PATH; gives the folder that is the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.delenv("POSTGREST_BIN", raising=False)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(folder))
    return folder


def program(path: Path, script: str = "exit 0") -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def said(code: str, summary: str) -> str:
    return json.dumps({"error": {"code": code, "summary": summary, "detail": ""}})


def found() -> Path:
    return postgrest.binary(lambda _: None)


def test_the_named_binary_comes_first(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "postgrest")
    named = program(tmp_path / "mine")
    monkeypatch.setenv("POSTGREST_BIN", str(named))
    assert found() == named


def test_a_named_binary_that_is_none_is_refused(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare / "text").touch()
    for name in ("text", "absent", "."):
        monkeypatch.setenv("POSTGREST_BIN", str(bare / name))
        with pytest.raises(SettingsError, match="POSTGREST_BIN is"):
            found()


def test_the_path_comes_next(bare: Path) -> None:
    ours = program(bare / "postgrest")
    assert found() == ours


@pytest.mark.skipif(not LINUX, reason="the pinned package is for Linux on x86_64")
def test_the_package_is_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSTGREST_BIN", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    steps: list[str] = []
    fetched = postgrest.binary(steps.append)
    assert os.access(fetched, os.X_OK)
    assert len(steps) == 1
    assert [path.name for path in fetched.parent.iterdir()] == ["postgrest"]
    monkeypatch.setenv("PATH", "")
    assert postgrest.binary(steps.append) == fetched
    assert len(steps) == 1


@pytest.mark.parametrize(
    ("system", "machine"), [("darwin", "arm64"), ("linux", "riscv64"), ("win32", "AMD64")]
)
def test_where_there_is_no_package_every_way_is_named(
    bare: Path, monkeypatch: pytest.MonkeyPatch, system: str, machine: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    with pytest.raises(Unavailable, match="no verified PostgREST package") as refusal:
        found()
    for way in ("PATH", "brew install postgrest", "POSTGREST_BIN", "SUPABASE_URL"):
        assert way in refusal.value.hint


@pytest.mark.skipif(not LINUX, reason="the pinned package is for Linux on x86_64")
def test_without_any_npm_every_way_is_named(bare: Path) -> None:
    with pytest.raises(Unavailable, match="npm is not installed") as refusal:
        found()
    assert refusal.value.hint == postgrest_package.WAYS


@pytest.mark.skipif(not LINUX, reason="the pinned package is for Linux on x86_64")
def test_what_npm_says_is_passed_on(bare: Path, tmp_path: Path) -> None:
    program(bare / "npm", "echo 'npm warn of something' >&2; echo 'no route to the registry' >&2; exit 1")
    with pytest.raises(Unavailable, match="no route to the registry") as refusal:
        found()
    assert refusal.value.hint == postgrest_package.WAYS
    assert "npm warn" not in refusal.value.message
    assert list((tmp_path / "cache" / "genjobs").glob("*/*")) == []


@pytest.mark.skipif(not LINUX, reason="the pinned package is for Linux on x86_64")
def test_of_what_npm_says_one_sentence_is_passed_on(bare: Path) -> None:
    program(bare / "npm", f"echo '{said('ETARGET', 'No matching version found.')}'; {NOISE}; exit 1")
    with pytest.raises(Unavailable) as refusal:
        found()
    assert refusal.value.message.endswith(
        f"could not be downloaded: {bare / 'npm'}: No matching version found."
    )


@pytest.mark.skipif(not LINUX, reason="the pinned package is for Linux on x86_64")
def test_without_a_network_that_is_what_is_said(bare: Path) -> None:
    program(bare / "npm", f"echo '{said('EAI_AGAIN', 'getaddrinfo failed')}'; {NOISE}; exit 1")
    with pytest.raises(Unavailable, match="there may be no network") as refusal:
        found()
    assert "npm error" not in refusal.value.message


@pytest.mark.skipif(not LINUX, reason="the pinned package is for Linux on x86_64")
def test_an_npm_of_two_names_is_asked_once(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "asked"
    program(bare / "npm", f"echo asked >> {asked}; exit 1")
    (tmp_path / "same").symlink_to(bare)
    monkeypatch.setenv("PATH", f"{tmp_path / 'same'}:{bare}")
    with pytest.raises(Unavailable):
        found()
    assert asked.read_text().splitlines() == ["asked"]


@pytest.mark.skipif(not LINUX, reason="the pinned package is for Linux on x86_64")
def test_a_package_that_is_not_the_pinned_one_is_refused(bare: Path, tmp_path: Path) -> None:
    program(bare / "npm", "echo forged > forged.tgz")
    with pytest.raises(Unavailable, match="is not the pinned package"):
        found()
    assert list((tmp_path / "cache" / "genjobs").glob("*/*")) == []
