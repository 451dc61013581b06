"""Small private files that are either whole or not there."""

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
    """Replace `path` with `content` in one step, readable by its owner alone."""
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
    """`path` to append to, each write at once; made when absent, and from now on its owner's alone."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "ab", buffering=0)


@contextmanager
def naming_full_disk(path: Path) -> Iterator[None]:
    """Turn "no space left" into an Unavailable that says where, and how much is free."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        raise full_disk(path) from error


def means_full_disk(error: Exception, path: Path) -> bool:
    """Whether `error` came of a full disk at `path`: it says so, or no log segment would fit there."""
    said = getattr(error, "errno", None) in NO_SPACE or "No space left on device" in str(error)
    return said or _free(path) < WAL_SEGMENT


def full_disk(path: Path) -> Unavailable:
    return Unavailable(
        f"The disk is full: {path} has {_free(path):,} bytes free.",
        hint="Free some space, or set GENJOBS_HOME to a folder on a roomier disk.",
    )


def require_space(path: Path, megabytes: int) -> None:
    """Raises Unavailable when less than `megabytes` are free where `path` is or will be."""
    free = _free(path)
    if free < megabytes * 1_000_000:
        raise Unavailable(
            f"Too little disk space for a local Supabase: {path} has {free:,} bytes free, "
            f"a first start needs {megabytes:,} MB.",
            hint="Free some space, or set GENJOBS_HOME to a folder on a roomier disk.",
        )


def _free(path: Path) -> int:
    existing = next(folder for folder in (path, *path.parents) if folder.exists())
    return shutil.disk_usage(existing).free
