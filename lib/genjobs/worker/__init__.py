"""Works the queue off: claims jobs, has a handler do each in a process of its own, and ends them.

A handler is a function of the team's own:

    def generate(job: Job, context: Context) -> Result:
        ...
        return Result(cost_cents=12)

It may be async. What it raises becomes the job's error; `JobFailed` adds what the attempt cost.
"""

from genjobs.worker.handling import Context, JobFailed, Result
from genjobs.worker.jobs import Job

__all__ = ["Context", "Job", "JobFailed", "Result"]
