"""What runs before the first words are on the screen, or the database is made, imports nothing slow."""

from __future__ import annotations

import subprocess
import sys

import pytest

from genjobs.paths import ROOT

SLOW = {"aiohttp", "altair", "httpx", "pandas", "psycopg", "supabase", "supabase_auth"}
FIRST_WORDS = (
    "import app, genjobs.console.kit.links, genjobs.console.shell.navigation, genjobs.console.shell.startup"
)
STACK = "import genjobs.local.stack"
COMMAND = "import genjobs.cli"
SUPERVISOR = "import genjobs.local.supervisor"


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [(FIRST_WORDS, set()), (STACK, set()), (COMMAND, {"psycopg"}), (SUPERVISOR, {"psycopg"})],
)
def test_nothing_slow_is_imported(statement: str, allowed: set[str]) -> None:
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert SLOW & set(done.stdout.split()) <= allowed
