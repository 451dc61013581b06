"""Opens the sessions of a console as its settings say."""

from __future__ import annotations

from genjobs.auth.server import AuthServer
from genjobs.auth.session_store import SessionStore
from genjobs.auth.sessions import Clock, Limits, SessionService
from genjobs.settings.loading import LOCAL, Settings


def open_sessions(settings: Settings, server: AuthServer, clock: Clock) -> SessionService:
    """Open the sessions. The local stack is one project on any port; a hosted one is known by its URL."""
    project = settings.connection.url if settings.connection else LOCAL
    directory = settings.home / "console"
    return SessionService(
        SessionStore(directory, project),
        server,
        directory / "locks",
        Limits(settings.idle_limit, settings.absolute_limit),
        clock,
    )
