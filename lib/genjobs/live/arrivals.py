"""New jobs of the demo users: three pictures at a time, in shares like those of the demo data."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from genjobs.domain.errors import Unavailable

FIRST_SECONDS, MEAN_SECONDS = 1.0, 12.0
"""When the first batch arrives, and the mean time between batches: more often than in the demo data."""
PICTURES = 3
SHARES = {
    "d3300000-0000-4000-8000-000000000002": 0.55,
    "d3300000-0000-4000-8000-000000000003": 0.40,
    "d3300000-0000-4000-8000-000000000001": 0.05,
}
"""Each person's share of the jobs, by user id."""
MODES = {"main_white": 4, "lifestyle": 3, "feature_callout": 2, "packaging": 1}
Batch = list[dict[str, str]]


def batch(chance: random.Random, projects: Sequence[dict[str, str]]) -> Batch:
    """The next jobs, as `create_generation_jobs` takes them; none if the people have no project.

    About half of a person's jobs are for the project that the console shows them first.
    """
    by_name = sorted(projects, key=_name)
    theirs = {user: [one["id"] for one in by_name if one["user_id"] == user] for user in SHARES}
    people = [user for user in SHARES if theirs[user]]
    if not people:
        return []
    [user] = chance.choices(people, [SHARES[one] for one in people])
    [mode] = chance.choices(list(MODES), list(MODES.values()))
    [project] = chance.choices(theirs[user], [len(theirs[user]), *[1] * (len(theirs[user]) - 1)])
    job = {"user_id": user, "project_id": project, "mode": mode}
    return [job] * PICTURES


def first(projects: Sequence[dict[str, str]]) -> Batch:
    """A batch for each person in the project that the console shows them first, so that it moves at once."""
    of_each = {one["user_id"]: one["id"] for one in sorted(projects, key=_name, reverse=True)}
    mode = next(iter(MODES))
    jobs = [{"user_id": user, "project_id": project, "mode": mode} for user, project in of_each.items()]
    return jobs * PICTURES


def _name(project: dict[str, str]) -> str:
    return project["name"].casefold()


@dataclass(frozen=True)
class DemoApi:
    """The stack's API with its secret key."""

    url: str
    secret_key: str

    def projects(self) -> list[dict[str, str]]:
        """The demo users' projects: `id`, `user_id` and `name`. Raises Unavailable."""
        people = ",".join(SHARES)
        chosen = {"select": "id,user_id,name", "user_id": f"in.({people})", "name": "like.Demo: *"}
        found: list[dict[str, str]] = self._ask("GET", "/rest/v1/projects", params=chosen)
        return found

    def create(self, jobs: Batch) -> None:
        """Queue the jobs, skipping those that a budget refuses. Raises Unavailable."""
        self._ask("POST", "/rest/v1/rpc/create_generation_jobs", json={"p_jobs": jobs})

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        key = {"apikey": self.secret_key, "Authorization": f"Bearer {self.secret_key}"}
        try:
            answer = httpx.request(method, f"{self.url}{path}", headers=key, timeout=10, **more)
            return answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable(f"The stack did not answer: {type(error).__name__}.") from error


def keep_coming(api: DemoApi, ended: threading.Event, note: Callable[[str], object]) -> None:
    """Create batch after batch until `ended` is set. While the stack is down, the next batch waits."""
    chance = random.Random()  # noqa: S311 - no secret
    pause, is_first = FIRST_SECONDS, True
    while not ended.wait(pause):
        try:
            projects = api.projects()
            if jobs := first(projects) if is_first else batch(chance, projects):
                api.create(jobs)
                is_first = False
        except Unavailable as error:
            note(error.message)
        pause = min(chance.expovariate(1 / MEAN_SECONDS), 4 * MEAN_SECONDS)
