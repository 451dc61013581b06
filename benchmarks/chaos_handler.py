"""A handler that notes each attempt that it begins, and whose worker's clock may be ahead."""

from __future__ import annotations

import os
import random
import time

from genjobs.worker import Context, Job, JobFailed, Result

if ahead := float(os.environ.get("CHAOS_CLOCK_AHEAD", "0")):
    right = time.time
    time.time = lambda: right() + ahead


def generate(job: Job, context: Context) -> Result:
    """Take up to half a second; one in ten fails. One line of less than a block is appended whole."""
    with open(os.environ["CHAOS_BEGUN"], "a", encoding="utf-8") as begun:  # noqa: PTH123 - append
        begun.write(f"{job.id}\n")
    context.progress(50)
    time.sleep(random.uniform(0.05, 0.5))
    if random.random() < 0.1:
        raise JobFailed("Bad luck.", cost_cents=1)
    return Result(cost_cents=3)
