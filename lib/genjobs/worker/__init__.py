"""Processes the queue: claims jobs, runs a handler for each in a separate process, and finishes them.

A handler is a function of your own:

    def generate(job: Job, context: Context) -> Result:
        ...
        return Result(cost_cents=12)

It may be async; `Handler` is the type of both. If it raises, the exception becomes the job's error;
`JobFailed` adds the attempt's cost.
"""

from genjobs.worker.handling import Context, Handler, JobFailed, Result
from genjobs.worker.jobs import Job

__all__ = ["Context", "Handler", "Job", "JobFailed", "Result"]
