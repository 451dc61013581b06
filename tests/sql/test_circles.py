"""Concurrent calls lock in one order, so that none of them ends in a deadlock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.clusters import Database
from tests.sql.people import introduce
from tests.sql.test_following import again
from tests.sql.test_job_queue import flaws
from tests.sql.test_limits import LIMIT
from tests.sql.test_racing import is_waiting
from tests.sql.workers import MANY, claim, finish


def test_batches_that_fail_wait_for_the_same_people_in_one_order(database: Database) -> None:
    """Where a budget is a hard limit, a retry waits for its person's turn."""
    with database.connect() as owner, database.connect() as one, database.connect() as two:
        cast = introduce(owner)
        first, last = sorted((cast.ana, cast.bob), key=lambda person: person.id)
        for person in (first, last):
            owner.execute(LIMIT, [person.id, None, 100_000])
            owner.execute(MANY, [person.id, person.project, 1])
        jobs = sorted(claim(owner), key=lambda job: str(job["user_id"]))
        with ThreadPoolExecutor(2) as pool:
            with owner.transaction():
                owner.execute(MANY, [last.id, last.project, 1])
                backward = pool.submit(finish, one, [jobs[3], jobs[0]], "failed")
                with database.connect() as observer:
                    while not is_waiting(observer, one):
                        pass
                    forward = pool.submit(finish, two, [jobs[1], jobs[2]], "failed")
                    while not is_waiting(observer, two):
                        pass
            told = [*backward.result(), *forward.result()]
        assert {outcome for _, outcome, _ in told} == {"finished"}
        assert flaws(owner) == []


def test_who_tries_a_job_again_and_who_deletes_its_project_wait_one_for_the_other(database: Database) -> None:
    with database.connect() as owner, database.connect() as retrying, database.connect() as deleting:
        ana = introduce(owner).ana
        owner.execute(LIMIT, [ana.id, None, 100_000])
        with ThreadPoolExecutor(2) as pool:
            with owner.transaction():
                owner.execute(MANY, [ana.id, ana.project, 1])
                retried = pool.submit(again, retrying, ana, ana.jobs["failed"])
                with database.connect() as observer:
                    while not is_waiting(observer, retrying):
                        pass
                    delete = "delete from public.projects where id = %s"
                    deleted = pool.submit(deleting.execute, delete.encode(), [ana.project])
                    while not is_waiting(observer, deleting):
                        pass
            assert retried.result()
            assert deleted.result().rowcount == 1
        assert flaws(owner) == []
