"""The error tree. Every failure that a person may meet is one of these.

ConsoleError
├── InvalidInput        the input breaks a rule of the data
├── NotSignedIn         there is no session, or it has ended
├── Forbidden           signed in, but without the right to do this
├── NotFound            no such row among what the caller may see
├── Conflict            someone else was first, or the row exists already
├── OverBudget          it would exceed a hard monthly limit
├── RateLimited         too many attempts; try again later
├── TimedOut            no answer in time; for a write, the outcome is not known
├── Unavailable         the service cannot be reached or is starting
├── SchemaBehind        the database lacks a table or function that the console needs
├── SettingsError       the console's own configuration cannot be used
└── UnexpectedError     an answer that nothing above describes
"""

from __future__ import annotations


class ConsoleError(Exception):
    """A failure in three sentences: what happened, to what (in `message`), and what to do (`hint`).

    `code` is the code it was mapped from (a SQLSTATE, a PostgREST or auth code), or an empty string.
    """

    message, hint, code = "", "", ""
    """For a class derived from this one that does not call `__init__`."""

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


class InvalidInput(ConsoleError):
    """The input breaks a rule of the data."""


class NotSignedIn(ConsoleError):
    """There is no session, or it has ended."""


class Forbidden(ConsoleError):
    """Signed in, but without the right to do this."""


class NotFound(ConsoleError):
    """No such row among what the caller may see."""


class Conflict(ConsoleError):
    """Someone else was first, or the row exists already."""


class OverBudget(ConsoleError):
    """It would exceed a hard monthly limit."""


class RateLimited(ConsoleError):
    """Too many attempts; try again later."""


class TimedOut(ConsoleError):
    """No answer in time; for a write, the outcome is not known."""


class Unavailable(ConsoleError):
    """The service cannot be reached or is starting."""


class SchemaBehind(ConsoleError):
    """The database lacks a table or function that the console needs."""


class SettingsError(ConsoleError):
    """The console's own configuration cannot be used."""


class UnexpectedError(ConsoleError):
    """An answer that nothing else describes."""
