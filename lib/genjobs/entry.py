"""The `genjobs` program for installations that may lack some of its packages."""

from __future__ import annotations

import sys

from genjobs.paths import install_command

EXTRAS = {"worker": "worker", "local": "local", "demo": "local"}
"""The extra that a command needs; `console` for all others."""
INTERRUPTED = 130
"""The status of Ctrl-C while the packages load, as a shell names it."""


def main() -> None:
    """Run the command, or say which extra it needs: without one there is only the client."""
    try:
        from genjobs.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except ModuleNotFoundError as error:
        if (error.name or "genjobs").split(".")[0] == "genjobs":
            raise
        asked = next(iter(sys.argv[1:]), "")
        extra = install_command(EXTRAS.get(asked, "console"))
        wanted = f"genjobs {asked}".rstrip()
        sys.exit(
            f"Error: {wanted} needs the package {error.name}, which is not installed.\nHint: Run: {extra}"
        )
