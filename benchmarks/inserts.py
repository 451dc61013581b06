"""What the rule of hard budgets costs an insert: where nobody has one, and where others or the writer has.

    python -m benchmarks.inserts [rounds]

One backend inserts jobs one by one, or all in one statement, in a transaction that is undone; turns without
the rule, where the trigger asks for the project alone, and with it take each other's place. Then a client
does, each insert flushed to disk. Prints the medians in microseconds a job, and the median of each round's
ratio: of its turn with the rule to that without it, and of one more without it, which is what chance makes of
the same.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from operator import truediv

import psycopg

from benchmarks.server import USER, bench
from genjobs.migrations import expected_schema
from genjobs.migrations.schema import Key

PROJECT = "22222222-2222-4222-8222-000000000001"
OTHER = "33333333-3333-4333-8333-333333333333"
MANY, SOME, FEW, WARM_UP = 10_000, 2_000, 200, 30
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
        for n in 1..{statements} loop
            insert into public.generation_jobs (user_id, project_id, mode, cost_cents)
            select '{user}', '{project}', 'lifestyle', 12 from generate_series(1, {jobs});
        end loop;
        perform set_config('bench.us', (extract(epoch from clock_timestamp() - began) * 1000000)::text, true);
    end
    $$
"""
WITH = expected_schema()[Key("function", "genjobs.check_new_job()")]
WITHOUT = WITH.replace(
    "genjobs.unlimited_projects as project\n        where project.project_id =",
    "public.projects as project\n        where project.id =",
).replace("perform genjobs.judge_spending(new);", "")
RULES = {"without": WITHOUT, "with": WITH, "again": WITHOUT}
ORDERS = list(itertools.permutations(RULES))
CASES = {
    "nobody has a hard budget": (None, MANY, 1),
    "somebody else has one": (OTHER, MANY, 1),
    "the writer has one": (USER, MANY, 1),
    "the writer has one, bulk insert": (USER, 1, MANY),
}
CASES_OF_CLIENT = {
    "nobody has one, seen by a client": (None, SOME),
    "the writer has one, by a client": (USER, FEW),
}


def microseconds(connection: psycopg.Connection, rule: str, statements: int, jobs: int) -> float:
    """Microseconds a job of so many inserts of so many jobs, without or with the rule."""
    connection.execute("vacuum public.generation_jobs, public.generation_job_events")
    with connection.transaction(force_rollback=True):
        connection.execute(RULES[rule].encode())
        connection.execute(LOOP.format(statements=statements, jobs=jobs, user=USER, project=PROJECT).encode())
        row = connection.execute("select current_setting('bench.us')::float8").fetchone()
    if row is None:
        raise RuntimeError("the loop told no time")
    return float(row[0]) / (statements * jobs)


def microseconds_of_client(connection: psycopg.Connection, rule: str, inserts: int) -> float:
    """The same as a client sees it, with a commit each."""
    connection.execute(RULES[rule].encode())
    connection.execute("vacuum public.generation_jobs, public.generation_job_events")
    for _ in range(WARM_UP):
        connection.execute(INSERT, [USER, PROJECT])
    began = time.perf_counter()
    for _ in range(inserts):
        connection.execute(INSERT, [USER, PROJECT])
    return (time.perf_counter() - began) * 1_000_000 / inserts


def give(connection: psycopg.Connection, holder: str | None) -> None:
    """Give `holder` a hard budget and nobody else."""
    connection.execute("delete from public.budgets")
    connection.execute(INSERT, [USER, PROJECT])
    if holder:
        connection.execute(BUDGET.encode(), [holder])


def compare(case: str, rounds: int, measure: Callable[[str], float]) -> None:
    """Measure without the rule, with it and without it again, in another order each time, and print."""
    took: dict[str, list[float]] = {turn: [] for turn in RULES}
    for number in range(rounds):
        for turn in ORDERS[number % len(ORDERS)]:
            took[turn].append(measure(turn))
    base, ruled = (statistics.median(took[turn]) for turn in ("without", "with"))
    ratio, chance = (
        statistics.median(map(truediv, took[turn], took["without"])) for turn in ("with", "again")
    )
    print(
        f"{case:32} {base:6.1f} µs without the rule, {ruled:6.1f} µs with it:"
        f" {ratio:.3f} times; without it again: {chance:.3f} times"
    )


def main(rounds: int = 30) -> None:
    """Print each case."""
    with bench() as server, server.connect() as connection:
        connection.execute("insert into auth.users (id, email) values (%s, 'other@example.com')", [OTHER])
        for case, (holder, statements, jobs) in CASES.items():
            give(connection, holder)
            compare(case, rounds, partial(microseconds, connection, statements=statements, jobs=jobs))
        for case, (holder, inserts) in CASES_OF_CLIENT.items():
            give(connection, holder)
            compare(case, rounds, partial(microseconds_of_client, connection, inserts=inserts))


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:2]))
