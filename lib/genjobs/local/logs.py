"""The supervisor's log, in which no key stands: what looks like one is struck out before it is written."""

from __future__ import annotations

import logging
import re

LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
STRUCK_OUT = "[key]"
_KEYS = re.compile(
    r"(?<=apikey=)[^&\s\"']+"  # in an address
    r"|\bsb_(?:publishable|secret)_[\w-]+"
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # a JWT: the legacy keys, and people's tokens
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",  # name and password in a database's address
    re.IGNORECASE,
)


def configure() -> None:
    """Log to standard error, from INFO on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting(LINE))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


class Redacting(logging.Formatter):
    """Strikes keys out of messages and tracebacks alike."""

    def format(self, record: logging.LogRecord) -> str:
        return _KEYS.sub(STRUCK_OUT, super().format(record))
