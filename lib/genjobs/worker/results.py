"""What a worker's log says of the queue's answer to a result."""

from __future__ import annotations

import logging

from genjobs.worker.jobs import Answer, Ending

REASON_CHARACTERS = 300
"""How much of the reason why a job ended so the log has in one line."""
_TOLD = {  # an outcome that a newer database adds is told by its name
    "finished": "Job {id} {status}",
    "refused": "Job {id} {status}: the queue refused this result",
    "busy": "Job {id} {status}: somebody is changing it, so the result is sent again",
    "lost": "Job {id} was cancelled or moved by somebody, given to another worker, or had ended before;"
    " of this result ({status}) only the cost counts",
}
log = logging.getLogger(__name__)


def log_result(ending: Ending, answer: Answer) -> None:
    """Log one line, with the same as fields for machines."""
    fields = {"job_id": ending.job.id, "status": ending.status, "outcome": answer.outcome}
    reason = " ".join((answer.reason or ending.error or "").split())[:REASON_CHARACTERS]
    told = _TOLD.get(answer.outcome, "Job {id} {status}: {outcome}")
    message = told.format(id=ending.job.id, status=ending.status.replace("_", " "), outcome=answer.outcome)
    if answer.retried_as:
        message += f", retried as {answer.retried_as}"
    fields |= {"reason": reason, "retried_as": answer.retried_as or ""}
    log.info("%s (%s)" if reason else "%s%s", message, reason, extra=fields)
