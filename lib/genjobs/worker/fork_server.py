"""Imported by the fork server alone, whose settings its children inherit.

The end of a terminal, and that of a service, is sent to all of its processes. The worker decides what to do;
the others go on.
"""

from __future__ import annotations

import signal

for number in (signal.SIGHUP, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
