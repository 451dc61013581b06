"""What the parts of a stack need before they can start: secrets, a data directory, and PostgREST's program.

It does without the packages of the gateway and the auth server, which the supervisor imports meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from genjobs.local import cluster, postgrest
from genjobs.local.files import require_space
from genjobs.local.home import Home
from genjobs.local.keys import Keys
from genjobs.local.options import StackOptions


@dataclass(frozen=True)
class Gathered:
    """The secrets of a home, whose data directory exists, and the path of PostgREST's program."""

    keys: Keys
    postgrest: Path


def gather(home: Home, options: StackOptions, on_step: Callable[[str], None]) -> Gathered:
    """Get PostgREST's program, and in parallel create a data directory if there is none.

    Raises a ConsoleError with the reason if one of them cannot be had.
    """
    keys = Keys.of(home)
    with ThreadPoolExecutor(1) as beside:
        built = None
        if not home.data.exists():
            require_space(home.root, options.free_megabytes)
            on_step("Creating a database")
            built = beside.submit(cluster.build, home, keys)
        program = postgrest.binary(on_step)
        if built:
            built.result()
    return Gathered(keys, program)
