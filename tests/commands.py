"""The `genjobs` command as it is typed, configured by what a test chooses and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from subprocess import CompletedProcess

from typer.testing import CliRunner

from genjobs.cli import main
from genjobs.paths import ROOT

PROGRAM = "from genjobs.cli import main; main()"
CHOSEN = ("SUPABASE_", "GENJOBS_", "DATABASE_URL")


def genjobs(*words: str, **chosen: str) -> CompletedProcess[str]:
    """Run it in this process, which spares the imports; a stack that it starts lives as long as that."""
    inherited = [name for name in os.environ if name.startswith(CHOSEN)]
    environ = dict.fromkeys([*inherited, "GENJOBS_HOME"]) | chosen
    code: object = 0
    with CliRunner().isolation(env=environ) as (out, errors, _):
        try:
            main(words)
        except SystemExit as ended:
            code = ended.code or 0
        return CompletedProcess(words, int(str(code)), out.getvalue().decode(), errors.getvalue().decode())


def genjobs_process(*words: str, typed: str = "", **chosen: str) -> CompletedProcess[str]:
    """The same in a process of its own, which ends."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(CHOSEN)}
    command = [sys.executable, "-c", PROGRAM, *words]
    return subprocess.run(
        command, cwd=ROOT, env=inherited | chosen, input=typed, capture_output=True, text=True, timeout=120
    )
