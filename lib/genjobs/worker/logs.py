"""How a worker writes its log."""

from __future__ import annotations

import logging
from enum import StrEnum


class LogFormat(StrEnum):
    """Lines for people, or one JSON object per line for machines."""

    text = "text"
    json = "json"


def set_up_logs(form: LogFormat) -> None:
    """Log to standard error from now on."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(form))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _formatter(form: LogFormat) -> logging.Formatter:
    if form is LogFormat.text:
        return logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    from pythonjsonlogger.json import JsonFormatter

    return JsonFormatter("%(levelname)s %(name)s %(message)s", timestamp=True)
