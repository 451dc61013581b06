"""Jobs from people's own code, over the project's API: create, follow, cancel and retry them.

    with genjobs.Client(url, secret_key, user_id=person) as jobs:
        made = jobs.create(NewJob(project_id=project, mode="lifestyle", key="shoe 1"))
        print(jobs.wait(made.job_id, timeout=600).cost_cents)

`AsyncClient` has the same methods as coroutines. Both raise the errors of `genjobs.errors`.
"""

from genjobs.client.asynchronous import AsyncClient
from genjobs.client.blocking import Client
from genjobs.client.jobs import (
    Created,
    Creation,
    Ending,
    Event,
    Job,
    JobDetails,
    NewJob,
    Outcome,
    Progress,
    Refused,
    Status,
)

__all__ = [
    "AsyncClient",
    "Client",
    "Created",
    "Creation",
    "Ending",
    "Event",
    "Job",
    "JobDetails",
    "NewJob",
    "Outcome",
    "Progress",
    "Refused",
    "Status",
]
