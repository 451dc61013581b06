"""What the rule of hard budgets costs an insert: where nobody has one, and where others or the writer has.

    python -m benchmarks.inserts [rounds]

One backend inserts jobs one by one in a transaction that is undone; turns with the rule's trigger off and on
take each other's place. Then a client does, each insert flushed to disk. Prints the medians in microseconds
an insert and their ratio.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import psycopg

from benchmarks.server import USER, bench

PROJECT = "22222222-2222-4222-8222-000000000001"
OTHER = "33333333-3333-4333-8333-333333333333"
SOME, MANY = 200, 10_000
BUDGET = "insert into public.budgets (user_id, monthly_cents, is_hard) values (%s, 1000000000, true)"
INSERT = """
    insert into public.generation_jobs (user_id, project_id, mode, cost_cents)
    values (%s, %s, 'lifestyle', 12)
"""
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


def microseconds_of_client(connection: psycopg.Connection, trigger: str, inserts: int) -> float:
    """The same as a client sees it, with a commit each."""
    rule = f"alter table public.generation_jobs {trigger} trigger zz_refuse_beyond_budget"
    connection.execute(rule.encode())
    began = time.perf_counter()
    for _ in range(inserts):
        connection.execute(INSERT, [USER, PROJECT])
    return (time.perf_counter() - began) * 1_000_000 / inserts


def compare(case: str, rounds: int, measure: Callable[[str], float]) -> None:
    """Measure without and with the rule, each first every other time, and print."""
    took: dict[str, list[float]] = {"disable": [], "enable": []}
    for number in range(rounds):
        for trigger in sorted(took, reverse=number % 2 == 0):
            took[trigger].append(measure(trigger))
    off, on = (statistics.median(took[trigger]) for trigger in ("disable", "enable"))
    print(f"{case:32} {off:6.1f} µs without the rule, {on:6.1f} µs with it: {on / off:.2f} times")


def main(rounds: int = 9) -> None:
    """Print each case."""
    with bench() as server, server.connect() as connection:
        connection.execute("insert into auth.users (id, email) values (%s, 'other@example.com')", [OTHER])
        for case, (holder, inserts) in CASES.items():
            connection.execute("delete from public.budgets")
            connection.execute("vacuum public.generation_jobs, public.generation_job_events")
            if holder:
                connection.execute(BUDGET.encode(), [holder])
            compare(case, rounds, lambda trigger, n=inserts: microseconds(connection, trigger, n))
        connection.execute("delete from public.budgets")
        compare(
            "nobody has one, seen by a client",
            rounds,
            lambda trigger: microseconds_of_client(connection, trigger, 10 * SOME),
        )


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:2]))
