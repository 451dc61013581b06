"""Runs PostgreSQL, which refuses root, as root: in a user namespace that maps root to an ordinary user.

Files still belong to root, so this weakens no permission.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess

from genjobs.domain.errors import Unavailable

_UNSHARE = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]


@functools.cache
def command_prefix() -> tuple[str, ...]:
    """The prefix for a PostgreSQL command line: empty for an ordinary user.

    Raises Unavailable for root if user namespaces are not permitted.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return ()
    if shutil.which("unshare") and _permitted():
        return tuple(_UNSHARE)
    raise Unavailable(
        "PostgreSQL refuses to run as root, and this machine does not permit user namespaces.",
        hint="Run the same command as an ordinary user.",
    )


def _permitted() -> bool:
    return subprocess.run([*_UNSHARE, "true"], capture_output=True).returncode == 0  # noqa: S603
