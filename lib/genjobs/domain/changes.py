"""How a figure changed from one period to the next, and whether that is worth a colour."""

from __future__ import annotations

from fractions import Fraction

from genjobs.domain.costs import Amounts, relative_change

LEAST_PART = Fraction(1, 100)
LEAST_JOBS = 10


def is_notable(before: Amounts, now: Amounts, part: Fraction | None) -> bool:
    """Whether a change by `part` is beyond 1%, and both periods have more than 10 jobs.

    What is less is chance more often than not: it is neither good nor bad news.
    """
    return part is not None and abs(part) > LEAST_PART and min(before.jobs, now.jobs) > LEAST_JOBS


def cost_per_job_change(before: Amounts, now: Amounts) -> Fraction | None:
    """By which part the mean cost of a job changed; None where one of them has no jobs, or cost nothing."""
    return relative_change(before.cost_per_job, now.cost_per_job)


def success_rate_change(before: Amounts, now: Amounts) -> Fraction | None:
    """The difference of the success rates; None where nothing has finished."""
    was, rate = before.success_rate, now.success_rate
    return None if was is None or rate is None else rate - was
