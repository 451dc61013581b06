"""Small private files that are either complete or absent."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from genjobs.domain.errors import Unavailable

NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
WAL_SEGMENT = 16 * 1024 * 1024


def write_private(path: Path, content: bytes) -> None:
    """Replace `path` with `content` atomically, readable only by its owner."""
    with naming_full_disk(path):
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink()
            raise


def open_private(path: Path) -> BinaryIO:
    """Open `path` for unbuffered appending; creates it if absent, and makes it private to its owner."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "ab", buffering=0)


@contextmanager
def naming_full_disk(path: Path) -> Iterator[None]:
    """Turn "no space left" into an Unavailable that names the place and the free space."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        raise full_disk(path) from error


def means_full_disk(error: Exception, path: Path) -> bool:
    """Whether `error` is due to a full disk at `path`: it says so, or no log segment would fit there."""
    said = getattr(error, "errno", None) in NO_SPACE or "No space left on device" in str(error)
    return said or _free(path) < WAL_SEGMENT


def full_disk(path: Path) -> Unavailable:
    return Unavailable(
        f"The disk is full: {path} has {_free(path):,} bytes free.",
        hint="Free some space, or set GENJOBS_HOME to a folder on a larger disk.",
    )


def require_space(path: Path, megabytes: int) -> None:
    """Raises Unavailable if less than `megabytes` are free where `path` is or will be."""
    free = _free(path)
    if free < megabytes * 1_000_000:
        raise Unavailable(
            f"Too little disk space for a local Supabase: {path} has {free:,} bytes free, "
            f"a first start needs {megabytes:,} MB.",
            hint="Free some space, or set GENJOBS_HOME to a folder on a larger disk.",
        )


def _free(path: Path) -> int:
    existing = next(folder for folder in (path, *path.parents) if folder.exists())
    return shutil.disk_usage(existing).free
