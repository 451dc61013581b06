"""The file of the listed jobs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from genjobs.domain import job_file
from genjobs.domain.rows import Job
from genjobs.domain.workflow import Status

MOMENT = datetime(2026, 11, 23, 5, 37, 41, 123456, UTC)
JOB = Job("j", "u", "p", Status.FAILED, "packaging", None, 'Lamp "A", row\n2', 250, MOMENT, MOMENT)


def read(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode(), newline="")))


def test_each_job_is_a_line_with_everything_about_it() -> None:
    assert read(job_file.write([JOB, JOB], {"p": "Mugs, blue"})) == 2 * [
        {
            "id": "j",
            "user_id": "u",
            "created_at": "2026-11-23T05:37:41.123456+00:00",
            "updated_at": "2026-11-23T05:37:41.123456+00:00",
            "status": "failed",
            "mode": "packaging",
            "project": "Mugs, blue",
            "project_id": "p",
            "input_asset_id": "",
            "cost_cents": "250",
            "error": 'Lamp "A", row\n2',
        }
    ]


@pytest.mark.parametrize("armed", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_no_text_is_a_formula(armed: str) -> None:
    job = Job("j", "u", "p", Status.FAILED, armed, None, armed, 1, MOMENT, MOMENT)
    [line] = read(job_file.write([job], {"p": armed}))
    assert {line[name] for name in ("mode", "project", "error")} == {f"'{armed}"}
