"""A handler for the demo data: each job takes some seconds and has its mode's cost; one in twenty fails.

genjobs worker --handler examples.demo_handler:generate
"""

from __future__ import annotations

import random
import time

from genjobs.worker import Context, Job, JobFailed, Result

CENTS = {"main_white": 4, "lifestyle": 12, "feature_callout": 9, "packaging": 7}
SECONDS = {"main_white": 3.0, "lifestyle": 8.0, "feature_callout": 6.0, "packaging": 5.0}
STEPS = ("Preparing the prompt", "Generating", "Upscaling", "Checking the result")
ERRORS = (
    ("The image provider answered with 429: too many requests.", False),
    ("The image provider gave no answer within 30 s.", False),
    ("The content policy refused the prompt.", True),
)
"""Each with whether it is final."""


def generate(job: Job, context: Context) -> Result:
    """Pretend to generate an image, and report the progress."""
    chance = random.Random(job.id)  # noqa: S311 - no secret
    pause = SECONDS.get(job.mode, 4.0) * chance.uniform(0.5, 1.5) / 20
    cents = CENTS.get(job.mode, 5)
    fails = chance.random() < 0.05
    for part in range(20):
        context.progress(part * 5, STEPS[part // 5])
        if fails and part == 12:
            error, is_final = chance.choice(ERRORS)
            raise JobFailed(error, cost_cents=cents // 2, is_final=is_final)
        if context.is_cancelled():
            raise JobFailed("Cancelled while it ran.", cost_cents=cents * part // 20)
        time.sleep(pause)
    return Result(cost_cents=cents)
