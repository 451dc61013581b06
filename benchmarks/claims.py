"""Claiming and finishing over SQL with every trigger on; each figure beside another of the same run.

    python -m benchmarks.claims [waiting]

`waiting` jobs of 1,000 people (by default 70,000); commits reach the disk. Four clients claim a batch and
finish it: jobs a second at batches of 10 and of 100, and at 100 while another session holds a snapshot. Then
what a claim of 10 takes with 1,000,000 jobs waiting beside 1,000. Then how many of 1,001 people are served by
110 claims of 10, where one has 100,000 jobs waiting and the others 20 each.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

from benchmarks.server import Bench, bench

CLIENTS, PEOPLE = 4, 1_000
ADD_PEOPLE = """
    with person as (
        insert into auth.users (id, email, aud, role)
        select gen_random_uuid(), gen_random_uuid() || '@example.com', 'authenticated', 'authenticated'
        from generate_series(1, %s)
        returning id
    )
    insert into public.projects (user_id, name) select id, 'Spring' from person
"""
ADD_JOBS = """
    insert into public.generation_jobs (user_id, project_id, mode)
    select user_id, id, 'lifestyle'
    from (
        select user_id, id from public.projects where name = 'Spring' order by id limit %s offset %s
    ) as project
    cross join generate_series(1, %s)
"""
CLAIM = "select id, user_id, lease_token from public.claim_generation_jobs(%s, %s)"
FINISH = """
    select outcome from public.finish_generation_jobs(
        %s, %s, array_fill('succeeded'::text, array[%s]), array_fill(12, array[%s])
    )
"""


def begin(made: Bench) -> None:
    """People with a project each, and nothing that waits."""
    with made.connect() as connection:
        connection.execute("truncate public.generation_jobs")
        connection.execute("delete from public.projects where name = 'Spring'")
        connection.execute(ADD_PEOPLE, [PEOPLE + 1])


def fill(made: Bench, people: int, each: int, skip: int = 0) -> None:
    with made.connect() as connection:
        connection.execute(ADD_JOBS, [people, skip, each])
        for table in ("public.generation_jobs", "genjobs.job_queue", "public.generation_job_events"):
            connection.execute(f"vacuum (analyze) {table}".encode())


def work(made: Bench, batch: int, until: float) -> int:
    """Claim and finish batches until nothing is left or the clock says `until`; how many jobs."""
    worker, done = uuid4(), 0
    with made.connect() as connection:
        connection.execute("set role service_role")
        while time.perf_counter() < until:
            jobs = connection.execute(CLAIM, [worker, batch]).fetchall()
            if not jobs:
                break
            ids, tokens = [job[0] for job in jobs], [job[2] for job in jobs]
            connection.execute(FINISH, [ids, tokens, len(jobs), len(jobs)])
            done += len(jobs)
    return done


def rate(made: Bench, batch: int, seconds: float = 4.0) -> float:
    """Jobs a second of all clients together."""
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        done = sum(clients.map(lambda _: work(made, batch, began + seconds), range(CLIENTS)))
    return done / (time.perf_counter() - began)


@contextmanager
def a_snapshot(made: Bench) -> Iterator[None]:
    """Another session that holds back vacuum, as a long report does."""
    with made.connect() as connection:
        connection.execute("begin isolation level repeatable read")
        connection.execute("select count(*) from public.projects")
        yield


def claim_milliseconds(made: Bench) -> float:
    """The median of 40 claims of 10, given back."""
    taken = []
    with made.connect() as connection:
        for _ in range(40):
            with connection.transaction(force_rollback=True):
                began = time.perf_counter()
                connection.execute(CLAIM, [uuid4(), 10]).fetchall()
                taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def served(made: Bench, claims: int) -> int:
    """How many people have a job among so many claims of 10."""
    people = set()
    with made.connect() as connection:
        for _ in range(claims):
            people |= {user for _, user, _ in connection.execute(CLAIM, [uuid4(), 10])}
    return len(people)


def main(waiting: int) -> None:
    with bench() as made:
        begin(made)
        rates = {}
        for batch in (10, 100):
            fill(made, PEOPLE, waiting // PEOPLE)
            rates[batch] = rate(made, batch)
            print(f"batches of {batch:>3}: {rates[batch]:7,.0f} jobs/s")
        fill(made, PEOPLE, 2 * waiting // PEOPLE)
        with a_snapshot(made):
            held = [rate(made, 100) for _ in range(3)][-1]
        share = held / rates[100]
        print(f"beside a snapshot held for 8 to 12 s: {held:7,.0f} jobs/s, {share:.2f} times (wanted: 0.5)")
        depths(made)
        begin(made)
        fill(made, 1, 100_000)
        fill(made, PEOPLE, 20, skip=1)
        print(f"people served in 110 claims of 10: {served(made, 110):,} of 1,001")


def depths(made: Bench) -> None:
    begin(made)
    taken = []
    for each in (1, 999):
        fill(made, PEOPLE, each)
        taken.append(claim_milliseconds(made))
        print(f"a claim of 10 with {each * PEOPLE + (each > 1) * PEOPLE:>9,} waiting: {taken[-1]:.2f} ms")
    print(f"a thousand times as many: {taken[1] / taken[0]:.2f} times (wanted: 1.3)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 70_000)
