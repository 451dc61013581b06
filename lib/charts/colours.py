"""The colours that mean something, in one place. `.streamlit/config.toml` repeats the ones that widgets use.

The status colours keep at least 3.4 to 1 against their theme's background and stay apart for the common kinds
of colour-blindness; still, a word or an icon always stands beside them. Small text in a status colour uses
the shade from `STATUS_TEXT`, which keeps 4.5 to 1 on the page and on a badge.
"""

from __future__ import annotations

from typing import Literal

from lib.domain.workflow import Status

Theme = Literal["light", "dark"]

STATUS_COLOURS: dict[Theme, dict[Status, str]] = {
    "light": {
        Status.QUEUED: "#64748B",
        Status.RUNNING: "#2563EB",
        Status.SUCCEEDED: "#0F9D75",
        Status.FAILED: "#C8371B",
    },
    "dark": {
        Status.QUEUED: "#94A3B8",
        Status.RUNNING: "#60A5FA",
        Status.SUCCEEDED: "#34D399",
        Status.FAILED: "#F8714F",
    },
}

STATUS_TEXT: dict[Theme, dict[Status, str]] = {
    "light": {
        Status.QUEUED: "#566377",
        Status.RUNNING: "#1D4FD7",
        Status.SUCCEEDED: "#0A7558",
        Status.FAILED: "#B02E15",
    },
    "dark": {
        Status.QUEUED: "#B3BFCF",
        Status.RUNNING: "#8FBCFB",
        Status.SUCCEEDED: "#5FE0B0",
        Status.FAILED: "#FA937A",
    },
}
