"""The supervisor's log, without keys: anything that looks like one is redacted before it is written."""

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
    """Redacts keys in messages and in tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        return _KEYS.sub(STRUCK_OUT, super().format(record))
