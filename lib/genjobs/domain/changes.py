"""How a figure changed from one period to the next, and whether that is worth a colour."""

from __future__ import annotations

from fractions import Fraction

from genjobs.domain.costs import Amounts
from genjobs.domain.percents import relative_change

LEAST_PART = Fraction(1, 100)
LEAST_JOBS = 10


def is_notable(before: Amounts, now: Amounts, part: Fraction | None) -> bool:
    """Whether a change by `part` is beyond 1%, and both periods have more than 10 jobs.

    Anything less is usually chance, so it counts as neither good nor bad.
    """
    return part is not None and abs(part) > LEAST_PART and min(before.jobs, now.jobs) > LEAST_JOBS


def cost_per_job_change(before: Amounts, now: Amounts) -> Fraction | None:
    """Relative change of the cost per job; None if a period has no jobs or `before` cost nothing."""
    return relative_change(before.cost_per_job, now.cost_per_job)


def success_rate_change(before: Amounts, now: Amounts) -> Fraction | None:
    """The difference of the success rates; None if one of them has no finished jobs."""
    was, rate = before.success_rate, now.success_rate
    return None if was is None or rate is None else rate - was
