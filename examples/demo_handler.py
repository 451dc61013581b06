"""A handler for the demo data: each job takes a moment and costs what its mode costs; one in twenty fails.

genjobs worker --handler examples.demo_handler:generate
"""

from __future__ import annotations

import random
import time

from genjobs.worker import Context, Job, JobFailed, Result

CENTS = {"main_white": 4, "lifestyle": 12, "feature_callout": 9, "packaging": 7}
SECONDS = {"main_white": 2.0, "lifestyle": 5.0, "feature_callout": 4.0, "packaging": 3.0}
ERRORS = (
    "The image provider answered with 429: too many requests.",
    "The content policy refused the prompt.",
    "The input image is smaller than 512 by 512 pixels.",
    "The image provider gave no answer within 30 s.",
)


def generate(job: Job, context: Context) -> Result:
    """Pretend to generate an image."""
    chance = random.Random(job.id)  # noqa: S311 - no secret
    time.sleep(SECONDS.get(job.mode, 3.0) * chance.uniform(0.5, 1.5))
    if chance.random() < 0.05:
        raise JobFailed(chance.choice(ERRORS), cost_cents=CENTS.get(job.mode, 5) // 2)
    return Result(cost_cents=CENTS.get(job.mode, 5))
