"""The sessions of a console, opened as its settings say."""

from __future__ import annotations

from genjobs.auth.server import AuthServer
from genjobs.auth.session_store import SessionStore
from genjobs.auth.sessions import Clock, Limits, SessionService
from genjobs.settings.loading import LOCAL, Settings


def open_sessions(settings: Settings, server: AuthServer, clock: Clock) -> SessionService:
    """The local stack is one project whatever port it got; a hosted one is told by its address."""
    project = settings.connection.url if settings.connection else LOCAL
    directory = settings.home / "console"
    return SessionService(
        SessionStore(directory, project),
        server,
        directory / "locks",
        Limits(settings.idle_limit, settings.absolute_limit),
        clock,
    )
