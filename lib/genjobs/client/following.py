"""Waiting for jobs and watching one: from attempt to attempt, until the newest has ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from genjobs.client.exchanges import Patience, exchange
from genjobs.client.jobs import ENDED, EVENT_COLUMNS, EVENT_KINDS, Event, Job, Outcome, Progress
from genjobs.client.operations import not_found, read_details, read_jobs
from genjobs.client.steps import Emit, Operation, Pace, Request, Stream
from genjobs.domain.errors import TimedOut
from genjobs.domain.inputs import check_uuid
from genjobs.domain.rows import Row

ATTEMPTS_IN_A_URL = 50


def wait(pace: Pace, job_ids: Sequence[str], timeout: float | None) -> Operation[list[Outcome]]:
    """How each job ended, in their order; one request asks about up to 1,000.

    Raises TimedOut if some have not ended after `timeout` seconds, NotFound if one does not exist.
    """
    asked = [check_uuid("job_id", job_id) for job_id in job_ids]
    patience, ended = Patience(pace, timeout), dict[str, Row]()
    while open_ids := [job_id for job_id in dict.fromkeys(asked) if job_id not in ended]:
        found = yield from patience.look(lambda ids=open_ids: _all_of(patience.pace, ids))  # type: ignore[misc]
        now_ended = {job_id: row for job_id, row in found.items() if row["newest_status"] in ENDED}
        ended |= now_ended
        if len(now_ended) == len(open_ids):
            break
        if patience.is_over:
            raise _not_ended(found, len(asked), timeout)
        if now_ended:
            patience.start_over()
        yield patience.pause()
    return (yield from patience.look(lambda: _outcomes(patience.pace, asked, ended)))


def _all_of(pace: Pace, job_ids: list[str]) -> Operation[dict[str, Row]]:
    found = yield from read_details(pace, job_ids)
    for job_id in job_ids:
        if job_id not in found:
            raise not_found(job_id)
    return found


def _not_ended(found: dict[str, Row], number: int, timeout: float | None) -> TimedOut:
    open_jobs = [row for row in found.values() if row["newest_status"] not in ENDED]
    example = f"{open_jobs[0]['job_id']} is {open_jobs[0]['newest_status']}"
    return TimedOut(
        f"{len(open_jobs)} of {number} jobs had not ended after {timeout:g} s: {example}.",
        hint="They continue. Wait again, or cancel them.",
    )


def _outcomes(pace: Pace, asked: list[str], ended: dict[str, Row]) -> Operation[list[Outcome]]:
    chains = yield from _chains(pace, ended)
    rows = yield from read_jobs(pace, [*chains])
    linked = dict[str, dict[str, Row]]()
    for job_id, row in chains.items():
        linked.setdefault(row["first_job_id"], {})[job_id] = row
    return [_outcome(one, ended[one], linked.get(ended[one]["first_job_id"], {}), rows) for one in asked]


def _outcome(asked: str, told: Row, chain: dict[str, Row], rows: dict[str, Job]) -> Outcome:
    newest = told["newest_job_id"]
    if newest not in rows or newest not in chain:
        raise not_found(newest)
    order = _in_order(chain)
    so_far = order[: order.index(newest) + 1]
    attempts = tuple(rows[one] for one in so_far if one in rows)
    last = chain[newest]
    left = max(0, last["attempts_allowed"] - last["attempt"])
    return Outcome(asked, rows[newest], attempts, last["ending"], left)


def _in_order(chain: dict[str, Row]) -> list[str]:
    """The attempts by their links: numbers repeat after a job was handed back, and times may be anything.

    Where a job in the middle was deleted, the number says which part comes first.
    """
    followed = {row["retried_as"] for row in chain.values()}
    order = list[str]()
    for job_id in sorted(chain.keys() - followed, key=lambda one: chain[one]["attempt"]):
        while job_id in chain:
            order.append(job_id)
            job_id = chain[job_id]["retried_as"]
    return order


def _chains(pace: Pace, found: dict[str, Row]) -> Operation[dict[str, Row]]:
    """The details of all attempts of these jobs, found by the links from each to the next."""
    known, asked = dict(found), set(found)
    while new := set(_linked(known.values())) - asked:
        asked |= new
        known |= yield from read_details(pace, sorted(new))
    return known


def _linked(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield from filter(None, (row["first_job_id"], row["newest_job_id"], row["retried_as"]))


def watch(pace: Pace, job_id: str, timeout: float | None) -> Stream:
    """Events and progress of all attempts, as they come, until the newest attempt has ended.

    Raises TimedOut after `timeout` seconds, NotFound if the job does not exist or is deleted meanwhile.
    """
    asked = check_uuid("job_id", job_id)
    patience, told = Patience(pace, timeout), _Told(asked)
    while True:
        chain, events = yield from patience.look(
            lambda: _look(patience.pace, asked, told.attempts, told.events)
        )
        news = told.news(chain, events)
        for item in news:
            yield Emit(item)
        if chain[asked]["newest_status"] in ENDED:
            if not events:
                return
            continue
        if patience.is_over:
            raise _not_ended({asked: chain[asked]}, 1, timeout)
        if news:
            patience.start_over()
        yield patience.pause()


@dataclass
class _Told:
    """What was already reported of a job: the last event of each attempt, and the last progress."""

    asked: str
    attempts: Sequence[str] = ()
    events: dict[str, int] = field(default_factory=dict)
    progress: Progress | None = None

    def news(self, chain: dict[str, Row], events: list[Row]) -> list[Event | Progress]:
        """The new events and progress, which now count as reported."""
        news: list[Event | Progress] = [Event.from_row(self.asked, row) for row in events]
        self.attempts = [*chain]
        self.events |= {row["job_id"]: row["id"] for row in events}
        progress = _progress(self.asked, chain, events)
        if progress is not None and progress != self.progress:
            self.progress = progress
            news.append(progress)
        return news


def _look(
    pace: Pace, asked: str, known: Sequence[str], seen: dict[str, int]
) -> Operation[tuple[dict[str, Row], list[Row]]]:
    """The details of all attempts, of which `known` are asked for at once, and their new events in order."""
    found = yield from read_details(pace, list(dict.fromkeys([asked, *known])))
    if asked not in found:
        raise not_found(asked)
    chain = yield from _chains(pace, found)
    attempts, events = [*chain], list[Row]()
    for at in range(0, len(attempts), ATTEMPTS_IN_A_URL):
        request = _new_events(attempts[at : at + ATTEMPTS_IN_A_URL], seen)
        events += (yield from exchange(pace, request)).rows
    return chain, sorted(events, key=lambda row: row["id"])


def _new_events(job_ids: Iterable[str], seen: dict[str, int]) -> Request:
    bounds = [f"and(job_id.eq.{job_id},id.gt.{seen.get(job_id, 0)})" for job_id in job_ids]
    kinds = f"in.({','.join(EVENT_KINDS)})"
    params = {"select": "*", "kind": kinds, "or": f"({','.join(bounds)})", "order": "id"}
    task = "read the job's events"
    return Request("GET", "generation_job_events", task, params=params, columns=EVENT_COLUMNS)


def _progress(asked: str, chain: dict[str, Row], events: list[Row]) -> Progress | None:
    """The worker's progress of the newest attempt; None if the events say that it has ended since."""
    newest = chain.get(chain[asked]["newest_job_id"], chain[asked])
    job_id, percent, message = newest["job_id"], newest["percent"], newest["progress"]
    if (percent, message) == (None, None):
        return None
    if any(row["job_id"] == job_id and row["new_status"] in ENDED for row in events):
        return None
    return Progress(asked, job_id, percent, message)
