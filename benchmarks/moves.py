"""Status moves with every trigger on, beside a bare UPDATE: 8 clients, one hot bucket.

    python -m benchmarks.moves [seconds] [rounds] [fsync: on|off]

Bare is the same table with all of its triggers off, `updated_at` and the workflow's included. The two take
turns, and the ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.server import USER, Bench, bench

CLIENTS = 8
JOBS_A_CLIENT = 60_000
FILL = f"""
    insert into public.generation_jobs (id, user_id, project_id, mode, cost_cents)
    select
        md5((client * 1000000 + n)::text)::uuid, '{USER}', '22222222-2222-4222-8222-000000000001',
        'lifestyle', 12
    from generate_series(0, {CLIENTS - 1}) as client, generate_series(1, {JOBS_A_CLIENT}) as n
    order by md5(n::text)
"""
SCRIPT = r"""
\set n :n + 1
\set job :client_id * 1000000 + :n
update public.generation_jobs set status = 'running' where id = md5((:job)::text)::uuid;
update public.generation_jobs set status = 'succeeded' where id = md5((:job)::text)::uuid;
"""


def moves_a_second(server: Bench, triggers: str, seconds: int, script: Path) -> float:
    """Fill the table with queued jobs of today and move them through with `triggers` enabled or disabled."""
    with server.connect() as connection:
        connection.execute("alter table public.generation_jobs disable trigger user")
        connection.execute("truncate public.generation_jobs")
        connection.execute(FILL.encode())
        connection.execute(f"alter table public.generation_jobs {triggers} trigger user".encode())
        connection.execute("vacuum analyze public.generation_jobs")
    command = [str(server.programs / "pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2"]
    command += ["-T", str(seconds), "-D", "n=0", "-f", str(script), server.dsn]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None or "number of failed transactions: 0 " not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    return 2 * float(found[1])


def main(seconds: str = "5", rounds: str = "5", fsync: str = "on") -> None:
    """Print both rates, in moves a second, and their ratio."""
    ratios = []
    with bench(fsync=fsync) as server, tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "moves.sql"
        script.write_text(SCRIPT)
        for number in range(int(rounds)):
            order = ["disable", "enable"] if number % 2 == 0 else ["enable", "disable"]
            rate = {triggers: moves_a_second(server, triggers, int(seconds), script) for triggers in order}
            ratios.append(rate["enable"] / rate["disable"])
            print(f"bare {rate['disable']:8.0f}/s   everything on {rate['enable']:8.0f}/s   {ratios[-1]:.0%}")
    print(f"fsync {fsync}: everything on is {statistics.median(ratios):.0%} of a bare UPDATE (wanted: 60%)")


if __name__ == "__main__":
    main(*sys.argv[1:])
