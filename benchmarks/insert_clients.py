"""Jobs that 8 clients, and one, insert a second for one person, beside another commit.

    python -m benchmarks.insert_clients COMMIT

Each of the two checkouts has a PostgreSQL of its own; commits reach the disk. They take turns, `ROUNDS` each:
one plain insert after the other from pgbench, `SECONDS` long. Prints the medians and their ratio; with the
commit before there was a queue the bar for 8 clients is 0.75.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.consoles import ROOT, import_path, worktree
from benchmarks.server import USER, bench

BAR, CLIENTS, ROUNDS, SECONDS = 0.75, (8, 1), 4, 6
INSERT = f"""
    insert into public.generation_jobs (user_id, project_id, mode)
    values ('{USER}', '22222222-2222-4222-8222-000000000001', 'lifestyle');
"""


def serve() -> None:
    """In the process of one checkout: a rate for each line of standard input, a number of clients."""
    with bench() as made, tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(INSERT)
        script.flush()
        print("ready", flush=True)
        for clients in sys.stdin:
            with made.connect() as connection:
                connection.execute("truncate public.generation_jobs")
            options = ["-n", "-M", "prepared", "-j", "2", "-c", clients.strip(), "-T", str(SECONDS)]
            command = [made.programs / "pgbench", *options, "-f", script.name, made.dsn]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            print(re.findall(r"^tps = ([\d.]+)", told, re.MULTILINE)[0], flush=True)


def start(root: Path, ending: ExitStack) -> subprocess.Popen[str]:
    """The process of the checkout at `root`, which asks for what this file says."""
    server = subprocess.Popen(
        [sys.executable, __file__, "serve"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": import_path(root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    ending.enter_context(server)
    assert server.stdout
    assert server.stdout.readline() == "ready\n"
    return server


def rate(server: subprocess.Popen[str], clients: int) -> float:
    """Inserts a second."""
    assert server.stdin
    assert server.stdout
    server.stdin.write(f"{clients}\n")
    server.stdin.flush()
    return float(server.stdout.readline())


def main(commit: str) -> None:
    """Measure and print."""
    with ExitStack() as ending:
        before = start(ending.enter_context(worktree(commit)), ending)
        now = start(ROOT, ending)
        for clients in CLIENTS:
            found = [(rate(before, clients), rate(now, clients)) for _ in range(ROUNDS)]
            first, second = (median(rates) for rates in zip(*found, strict=True))
            wanted = f" (wanted: {BAR})" if clients == CLIENTS[0] else ""
            print(
                f"clients: {clients}, {first:,.0f} then {second:,.0f} a second: {second / first:.2f}{wanted}"
            )


if __name__ == "__main__":
    serve() if sys.argv[1] == "serve" else main(sys.argv[1])
