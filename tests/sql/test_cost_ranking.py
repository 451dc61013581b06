"""A ranking over two periods: who is in only one of them, how many stay, and what the whole answer costs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from tests.sql.histories import Known, ask, insert_job, utc
from tests.sql.people import Cast, add_project, new_id

SEPTEMBER, OCTOBER, NOVEMBER = utc(2026, 9, 1), utc(2026, 10, 1), utc(2026, 11, 1)
LONG_AGO = utc(2020, 1, 1), utc(2020, 2, 1)
ANALYST = {"app_metadata": {"console_role": "analyst"}}


def spend(connection: psycopg.Connection, user: str, project: str, when: datetime, *cents: int) -> None:
    for one in cents:
        insert_job(connection, user, Known(new_id(), project, "lifestyle", "queued", one, when))


def ranking(connection: psycopg.Connection, user: str, *values: Any, **claims: Any) -> Any:
    spans = [OCTOBER, NOVEMBER, SEPTEMBER, OCTOBER]
    return ask(connection, user, "get_cost_ranking", *spans, *values, **claims)


def cents(answer: Any) -> dict[str, tuple[int, int]]:
    """Key → cents now and before, in the order of the answer."""
    return {key: (now[1], before[1]) for key, _, now, before in answer["rows"]}


def test_what_is_in_only_one_of_the_periods_is_there(owner: psycopg.Connection, cast: Cast) -> None:
    new, gone, both, never = (add_project(owner, cast.ana.id) for _ in range(4))
    spend(owner, cast.ana.id, new, utc(2026, 10, 5), 300)
    spend(owner, cast.ana.id, gone, utc(2026, 9, 5), 200, 500)
    spend(owner, cast.ana.id, both, utc(2026, 10, 31, 23, 59), 10)
    spend(owner, cast.ana.id, both, SEPTEMBER, 7)
    spend(owner, cast.ana.id, never, NOVEMBER, 9999)
    answer = ranking(owner, cast.ana.id)
    assert cents(answer) == {new: (300, 0), both: (10, 7), gone: (0, 700)}
    assert list(cents(answer)) == [new, both, gone]
    assert (answer["keys"], answer["current"], answer["previous"]) == (
        3,
        {"jobs": 2, "cents": 310},
        {"jobs": 3, "cents": 707},
    )


def test_the_largest_of_either_period_stay_and_the_sums_are_of_all(
    owner: psycopg.Connection, cast: Cast
) -> None:
    small, large, gone = (add_project(owner, cast.ana.id) for _ in range(3))
    spend(owner, cast.ana.id, small, utc(2026, 10, 5), 1)
    spend(owner, cast.ana.id, large, utc(2026, 10, 5), 50)
    spend(owner, cast.ana.id, gone, utc(2026, 9, 5), 40)
    answer = ranking(owner, cast.ana.id, "project", 2)
    assert cents(answer) == {large: (50, 0), gone: (0, 40)}
    assert (answer["keys"], answer["current"]["cents"], answer["previous"]["cents"]) == (3, 51, 40)


def test_never_more_than_a_thousand_are_told(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute(
        "insert into public.generation_jobs (user_id, project_id, mode, cost_cents, created_at)"
        " select %s, %s, 'mode ' || n, n, %s from generate_series(1, 1001) as n",
        [cast.ana.id, cast.ana.project, utc(2026, 10, 5)],
    )
    for limit in (None, 1001, 1_000_000):
        answer = ranking(owner, cast.ana.id, "mode", limit)
        assert len(answer["rows"]) == 1000 < answer["keys"] == 1001
        assert min(now for now, _ in cents(answer).values()) == 2


def test_without_a_second_period_there_is_nothing_before(owner: psycopg.Connection, cast: Cast) -> None:
    spend(owner, cast.ana.id, cast.ana.project, utc(2026, 10, 5), 300)
    answer = ask(owner, cast.ana.id, "get_cost_ranking", OCTOBER, NOVEMBER)
    assert [(key, now[1], before) for key, _, now, before in answer["rows"]] == [
        (cast.ana.project, 300, None)
    ]
    assert answer["previous"] is None


def test_periods_without_jobs_have_no_rows(owner: psycopg.Connection, cast: Cast) -> None:
    answer = ask(owner, cast.ana.id, "get_cost_ranking", *LONG_AGO, *LONG_AGO)
    assert (answer["rows"], answer["keys"], answer["current"]) == ([], 0, {"jobs": 0, "cents": 0})


def test_people_are_ranked_for_analysts_alone(owner: psycopg.Connection, cast: Cast) -> None:
    spend(owner, cast.ana.id, cast.ana.project, utc(2026, 10, 5), 300)
    spend(owner, cast.bob.id, cast.bob.project, utc(2026, 9, 5), 200)
    asked = ["person", 10, None, None, None, None, True]
    everyone = {cast.ana.id: (300, 0), cast.bob.id: (0, 200)}
    assert cents(ranking(owner, cast.ana.id, *asked, **ANALYST)) == everyone
    assert cents(ranking(owner, cast.ana.id, *asked)) == {cast.ana.id: (300, 0)}
