"""What the rule of hard budgets costs an insert: where nobody has one, and where others or the writer has.

    python -m benchmarks.inserts [seconds] [rounds]

Inserts of one job a transaction by 2 clients, not flushed to disk, which would hide the difference; rates
with the rule's trigger off and on take turns, and each ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.server import USER, Bench, bench

CLIENTS = 2
PROJECT = "22222222-2222-4222-8222-000000000001"
OTHER = "33333333-3333-4333-8333-333333333333"
SCRIPT = f"""
insert into public.generation_jobs (user_id, project_id, mode, cost_cents)
values ('{USER}', '{PROJECT}', 'lifestyle', 12);
"""
BUDGET = """
    insert into public.budgets (user_id, monthly_cents, is_hard) values (%s, 1000000000, true)
"""
CASES = {"nobody has a hard budget": None, "somebody else has one": OTHER, "the writer has one": USER}


def inserts_a_second(server: Bench, trigger: str, seconds: int, script: Path) -> float:
    """Start from an empty table, with the budgets' trigger enabled or disabled."""
    with server.connect() as connection:
        connection.execute(
            "truncate public.generation_jobs, public.generation_job_events, genjobs.cost_totals"
        )
        rule = f"alter table public.generation_jobs {trigger} trigger zz_refuse_beyond_budget"
        connection.execute(rule.encode())
    command = [server.programs / "pgbench", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1"]
    command += ["-T", str(seconds), "-f", script, server.dsn]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None or "number of failed transactions: 0 " not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])


def main(seconds: int = 4, rounds: int = 5) -> None:
    """Print the ratio of each case."""
    with bench(fsync="off") as server, tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "inserts.sql"
        script.write_text(SCRIPT)
        with server.connect() as connection:
            connection.execute("insert into auth.users (id, email) values (%s, 'other@example.com')", [OTHER])
        for case, holder in CASES.items():
            with server.connect() as connection:
                connection.execute("delete from public.budgets")
                if holder:
                    connection.execute(BUDGET.encode(), [holder])
            ratios = []
            for number in range(rounds):
                order = ["disable", "enable"] if number % 2 == 0 else ["enable", "disable"]
                rate = {trigger: inserts_a_second(server, trigger, seconds, script) for trigger in order}
                ratios.append(rate["enable"] / rate["disable"])
            print(f"{case:26} {statistics.median(ratios):.0%} of the rate without the rule, {ratios}")


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:3]))
