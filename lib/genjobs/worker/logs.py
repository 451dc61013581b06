"""How a worker and its handlers write their log."""

from __future__ import annotations

import logging
from enum import StrEnum


class LogFormat(StrEnum):
    """Lines for people, or one JSON object per line for machines."""

    text = "text"
    json = "json"


class _OfJob(logging.Filter):
    """Adds the job that this process is doing to records that name none."""

    job_id = ""

    def filter(self, record: logging.LogRecord) -> bool:
        if self.job_id and not hasattr(record, "job_id"):
            record.job_id = self.job_id
        return True


_of_job = _OfJob()


def name_job(job_id: str) -> None:
    """From now on, what this process logs is said to be about this job."""
    _of_job.job_id = job_id


def set_up_logs(form: LogFormat) -> None:
    """Log to standard error from now on, unless logging is set up already."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(form))
    handler.addFilter(_of_job)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _formatter(form: LogFormat) -> logging.Formatter:
    if form is LogFormat.text:
        return _Text("%(asctime)s %(levelname)s %(message)s")
    from pythonjsonlogger.json import JsonFormatter

    return JsonFormatter("%(levelname)s %(name)s %(message)s", timestamp=True)


class _Text(logging.Formatter):
    """A handler's line begins with its job; the worker's own lines say which job they mean."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - named by logging
        if _of_job.job_id:
            record.message = f"Job {_of_job.job_id}: {record.message}"
        return super().formatMessage(record)
