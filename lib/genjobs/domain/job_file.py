"""Jobs as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from genjobs.domain.rows import Job
from genjobs.domain.spreadsheets import disarmed

HEAD = (
    "id",
    "user_id",
    "created_at",
    "updated_at",
    "status",
    "mode",
    "project",
    "project_id",
    "input_asset_id",
    "cost_cents",
    "error",
)


def write(jobs: Iterable[Job], projects: Mapping[str, str]) -> bytes:
    """CSV by RFC 4180, in UTF-8, with a header and a line for each job; `projects` maps ids to names.

    Times are in UTC with an offset. Text that a spreadsheet would run as a formula gets an apostrophe in
    front.
    """
    file = io.StringIO(newline="")
    lines = csv.writer(file)
    lines.writerow(HEAD)
    lines.writerows(_line(job, projects.get(job.project_id, "")) for job in jobs)
    return file.getvalue().encode()


def _line(job: Job, project: str) -> list[str]:
    return [
        job.id,
        job.user_id,
        job.created_at.isoformat(),
        job.updated_at.isoformat(),
        job.status,
        disarmed(job.mode),
        disarmed(project),
        job.project_id,
        job.input_asset_id or "",
        str(job.cost_cents),
        disarmed(job.error or ""),
    ]
