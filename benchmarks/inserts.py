"""What the rule of hard budgets costs an insert: where nobody has one, and where others or the writer has.

    python -m benchmarks.inserts [rounds]

One backend inserts jobs one by one in a transaction that is undone; turns with the rule's trigger off and on
take each other's place. Prints the medians in microseconds an insert and their ratio.
"""

from __future__ import annotations

import statistics
import sys

import psycopg

from benchmarks.server import USER, bench

PROJECT = "22222222-2222-4222-8222-000000000001"
OTHER = "33333333-3333-4333-8333-333333333333"
SOME, MANY = 200, 10_000
BUDGET = "insert into public.budgets (user_id, monthly_cents, is_hard) values (%s, 1000000000, true)"
LOOP = """
    do $$
    declare
        began constant timestamptz := clock_timestamp();
    begin
        for n in 1..{inserts} loop
            insert into public.generation_jobs (user_id, project_id, mode, cost_cents)
            values ('{user}', '{project}', 'lifestyle', 12);
        end loop;
        perform set_config('bench.us', (extract(epoch from clock_timestamp() - began) * 1000000)::text, true);
    end
    $$
"""
CASES = {
    "nobody has a hard budget": (None, MANY),
    "somebody else has one": (OTHER, MANY),
    "the writer has one": (USER, SOME),
}


def microseconds(connection: psycopg.Connection, trigger: str, inserts: int) -> float:
    """Microseconds of one of so many inserts, with the budgets' trigger enabled or disabled."""
    with connection.transaction(force_rollback=True):
        rule = f"alter table public.generation_jobs {trigger} trigger zz_refuse_beyond_budget"
        connection.execute(rule.encode())
        connection.execute(LOOP.format(inserts=inserts, user=USER, project=PROJECT).encode())
        row = connection.execute("select current_setting('bench.us')::float8").fetchone()
    if row is None:
        raise RuntimeError("the loop told no time")
    return float(row[0]) / inserts


def main(rounds: int = 9) -> None:
    """Print each case."""
    with bench(fsync="off") as server, server.connect() as connection:
        connection.execute("insert into auth.users (id, email) values (%s, 'other@example.com')", [OTHER])
        for case, (holder, inserts) in CASES.items():
            connection.execute("delete from public.budgets")
            connection.execute("vacuum public.generation_jobs, public.generation_job_events")
            if holder:
                connection.execute(BUDGET.encode(), [holder])
            took: dict[str, list[float]] = {"disable": [], "enable": []}
            for number in range(rounds):
                for trigger in sorted(took, reverse=number % 2 == 0):
                    took[trigger].append(microseconds(connection, trigger, inserts))
            off, on = (statistics.median(took[trigger]) for trigger in ("disable", "enable"))
            print(f"{case:26} {off:6.1f} µs without the rule, {on:6.1f} µs with it: {on / off:.2f} times")


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:2]))
