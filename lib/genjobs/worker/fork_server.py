"""Imported by the fork server alone, whose settings its children inherit.

The end of a terminal is sent to all processes of it. The worker decides what to do; the others go on.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGHUP, signal.SIG_IGN)
