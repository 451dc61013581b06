"""The `genjobs` command in a process of its own, configured by what a test chooses and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys

from genjobs.paths import ROOT

COMMAND = [sys.executable, "-c", "from genjobs.cli import main; main()"]
CHOSEN = ("SUPABASE_", "GENJOBS_", "DATABASE_URL")


def genjobs(*words: str, **chosen: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(CHOSEN)}
    return subprocess.run(
        [*COMMAND, *words], cwd=ROOT, env=inherited | chosen, capture_output=True, text=True, timeout=120
    )
