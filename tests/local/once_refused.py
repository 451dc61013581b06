"""A handler whose provider refuses each input asset once."""

from __future__ import annotations

import tempfile
from pathlib import Path

from genjobs.worker import Context, Job, JobFailed, Result


def generate(job: Job, context: Context) -> Result:
    """The first attempt costs 2 cents and fails, the second costs 7."""
    refused = Path(tempfile.gettempdir()) / f"refused-{job.input_asset_id}"
    if refused.exists():
        refused.unlink()
        return Result(cost_cents=7)
    refused.touch()
    raise JobFailed("The provider refused.", cost_cents=2)
