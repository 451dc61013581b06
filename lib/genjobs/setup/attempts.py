"""Attempts to read and count other people's rows, in every way over HTTP. Nothing here writes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from genjobs.data.transport.answers import counted, rows
from genjobs.data.transport.client import Client, CountMethod, without_user
from genjobs.data.transport.concurrent import together
from genjobs.data.transport.translation import mapped
from genjobs.domain.errors import ConsoleError, Forbidden, NotSignedIn
from genjobs.setup.isolation import TABLES, Attempt

JOBS = "generation_jobs"
SUMMARY = "generation_job_summary"
# A table and one that can be embedded in its rows; the owner of the embedded rows is asked for.
EMBEDDED = (
    ("projects", JOBS),
    ("projects", "assets"),
    ("projects", "budgets"),
    (JOBS, "projects"),
    ("assets", JOBS),
)
LOOKED_AT = 10


@dataclass(frozen=True)
class _Trial:
    attempt: str
    road: str
    at_stake: bool
    reach: Callable[[], int]
    refusals: tuple[type[ConsoleError], ...] = (Forbidden,)


def attempts(
    client: Client, user_id: str, *, others: Collection[str], at_stake: Collection[str]
) -> list[Attempt]:
    """Try each way as `user_id`, whose client it is, and again with the project's key and no user.

    `others` are known ids of other people; without any, a made-up id is tried, which proves nothing.
    `at_stake` are the tables in which others have rows.
    """
    trials = [
        *_tables(client, user_id, at_stake),
        *_carried(client, user_id, at_stake),
        *_functions(client, others, at_stake),
        *_without_user(without_user(client), at_stake),
    ]
    return list(together(*(partial(_tried, trial) for trial in trials)))


def _tried(trial: _Trial) -> Attempt:
    try:
        with mapped(f"try the road {trial.road!r}"):
            reached = trial.reach()
    except trial.refusals as error:
        return Attempt(trial.attempt, trial.road, 0, True, f"Refused with {error.code}.", trial.at_stake)
    detail = f"{reached} rows were reached." if reached else "Nothing was reached."
    return Attempt(trial.attempt, trial.road, reached, not reached, detail, trial.at_stake)


def _tables(client: Client, user_id: str, at_stake: Collection[str]) -> Iterator[_Trial]:
    for relation in (*TABLES, SUMMARY):
        table, stake = ("view", JOBS) if relation == SUMMARY else ("table", relation)
        roads = ((f"{table} select", _read), (f"{table} count header", _counted), (f"{table} sum", _summed))
        for road, reach in roads:
            yield _Trial(
                f"Reach others' rows of {relation}",
                road,
                stake in at_stake,
                partial(reach, client, relation, user_id),
            )


def _carried(client: Client, user_id: str, at_stake: Collection[str]) -> Iterator[_Trial]:
    for carrier, carried in EMBEDDED:
        yield _Trial(
            f"Reach others' rows of {carried} carried by {carrier}",
            "embedded resource",
            carried in at_stake,
            partial(_embedded, client, carrier, carried, user_id),
        )


def _functions(client: Client, others: Collection[str], at_stake: Collection[str]) -> Iterator[_Trial]:
    for other in others or [str(uuid4())]:
        yield _Trial(
            "Read another person's totals" if others else "Read the totals of a made-up id",
            "function get_job_statistics",
            bool(others) and JOBS in at_stake,
            partial(_called, client, "get_job_statistics", {"p_user_id": other}),
        )


def _without_user(client: Client, at_stake: Collection[str]) -> Iterator[_Trial]:
    refusals = (Forbidden, NotSignedIn)
    for relation in (*TABLES, SUMMARY):
        stake = (JOBS if relation == SUMMARY else relation) in at_stake
        for road, reach in (("key alone, select", _read), ("key alone, count header", _counted)):
            call = partial(reach, client, relation)
            yield _Trial(f"Reach any row of {relation} without a user", road, stake, call, refusals)
    for name in ("get_job_statistics", "get_recent_jobs", "get_budgets"):
        call = partial(_called, client, name, {})
        yield _Trial(f"Call {name} without a user", "key alone, function", JOBS in at_stake, call, refusals)


def _read(client: Client, relation: str, user_id: str | None = None) -> int:
    select = client.table(relation).select("user_id").limit(LOOKED_AT)
    return len(rows((select if user_id is None else select.neq("user_id", user_id)).execute()))


def _counted(client: Client, relation: str, user_id: str | None = None) -> int:
    select = client.table(relation).select("user_id", count=CountMethod.exact, head=True)
    return counted((select if user_id is None else select.neq("user_id", user_id)).execute())


def _summed(client: Client, relation: str, user_id: str) -> int:
    answer = client.table(relation).select("user_id.count()").neq("user_id", user_id).execute()
    return sum(row["count"] for row in rows(answer))


def _embedded(client: Client, carrier: str, carried: str, user_id: str) -> int:
    select = client.table(carrier).select(f"user_id,{carried}!inner(user_id)").limit(LOOKED_AT)
    return len(rows(select.neq(f"{carried}.user_id", user_id).execute()))


def _called(client: Client, name: str, arguments: dict[str, str]) -> int:
    return len(rows(client.rpc(name, arguments, get=True).execute()))
