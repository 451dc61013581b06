"""How to run PostgreSQL, which refuses root, as root: in a user namespace that calls root an ordinary user.

Files stay root's, so nothing is loosened by it.
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
    """What to put before a PostgreSQL command line: nothing for an ordinary user.

    Raises Unavailable as root where user namespaces are not permitted.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return ()
    if shutil.which("unshare") and _permitted():
        return tuple(_UNSHARE)
    raise Unavailable(
        "PostgreSQL refuses to run as root, and this machine permits no user namespace to hide root in.",
        hint="Run the same command as an ordinary user.",
    )


def _permitted() -> bool:
    return subprocess.run([*_UNSHARE, "true"], capture_output=True).returncode == 0  # noqa: S603
