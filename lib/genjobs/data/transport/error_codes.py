"""The meanings of the codes of PostgREST, PostgreSQL, gateways and httpx, as our errors."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from genjobs.domain.errors import (
    Conflict,
    ConsoleError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotSignedIn,
    OverBudget,
    RateLimited,
    SchemaBehind,
    SettingsError,
    TimedOut,
    Unavailable,
    UnexpectedError,
)


@dataclass(frozen=True)
class Meaning:
    """`reason` completes "Could not list jobs: …".

    `own_words`: the database's own message and hint, if any, are used instead of reason and hint.
    `uncertain`: after a write, it is not known whether it took effect.
    `untouched`: a write never reached the database.
    """

    error: type[ConsoleError]
    reason: str
    hint: str
    own_words: bool = False
    uncertain: bool = False
    untouched: bool = False


_SIGN_IN = Meaning(NotSignedIn, "your session has ended or is not accepted", "Sign in again.")
_BAD_VALUE = Meaning(InvalidInput, "the database does not accept a value", "Correct the value and try again.")
_BROKEN_RULE = Meaning(
    InvalidInput,
    "a value breaks a rule of the data",
    "Correct the value and try again.",
    own_words=True,
)
_BEHIND = Meaning(
    SchemaBehind,
    "the database lacks a table, column or function that this needs",
    "The Setup page says which migrations are missing, or how to repair the schema; if nothing is wrong "
    "there, reload the API's schema cache.",
)
_BUSY = Meaning(Conflict, "another change to the same rows was in progress", "Try again.")
_DOWN = Meaning(Unavailable, "the database is not available just now", "Try again in a moment.")
_CLOSED = Meaning(
    Unavailable, "the database takes no connections just now", "Try again in a moment.", untouched=True
)
_BROKE_OFF = Meaning(
    Unavailable, "the database stopped before it answered", "Try again in a moment.", uncertain=True
)
_GATEWAY_DOWN = Meaning(Unavailable, "the service did not answer", "Try again in a moment.", uncertain=True)
_LATE = Meaning(TimedOut, "the service gave no answer in time", "Try again in a moment.", uncertain=True)
_NOT_ALLOWED = Meaning(
    Forbidden,
    "the database does not let you do this",
    "Check that the rows are yours; if they are, the grants or policies are missing: see the Setup page.",
)
_ADDRESS = Meaning(
    SettingsError,
    "the address does not answer like a Supabase project",
    "Check SUPABASE_URL: it is https://<project>.supabase.co, without a path.",
)
_SERVER_SETTINGS = Meaning(
    SettingsError, "the project's API is not set up for this", "Check the project's API settings."
)

CODES: dict[str, Meaning] = {
    # PostgREST: its own connection, the request, the schema cache, the token
    "PGRST000": _CLOSED,
    "PGRST001": _BROKE_OFF,
    "PGRST002": _CLOSED,
    "PGRST003": _CLOSED,
    "PGRST100": _BAD_VALUE,
    "PGRST102": _BAD_VALUE,
    "PGRST103": Meaning(NotFound, "there are no rows on this page", "Go back to the first page."),
    "PGRST106": _SERVER_SETTINGS,
    "PGRST123": Meaning(
        Forbidden, "the project's API does not add up rows", "Read the totals from a function instead."
    ),
    "PGRST116": Meaning(NotFound, "there is no such row among yours", "Reload the list."),
    "PGRST200": _BEHIND,
    "PGRST202": _BEHIND,
    "PGRST203": _BEHIND,
    "PGRST204": _BEHIND,
    "PGRST205": _BEHIND,
    "PGRST300": _SERVER_SETTINGS,
    "PGRST301": _SIGN_IN,
    "PGRST302": _SIGN_IN,
    "PGRST303": _SIGN_IN,
    # PostgreSQL: the value, the rule, the lock, the rights, the shape, the server
    "21000": _BAD_VALUE,
    "22001": _BAD_VALUE,
    "22003": _BAD_VALUE,
    "22007": _BAD_VALUE,
    "22008": _BAD_VALUE,
    "22021": _BAD_VALUE,
    "22023": _BAD_VALUE,
    "22P02": _BAD_VALUE,
    "22P05": _BAD_VALUE,
    "23502": _BAD_VALUE,
    "23514": _BROKEN_RULE,
    "P0001": _BROKEN_RULE,
    "PT402": Meaning(
        OverBudget,
        "it would exceed a monthly budget",
        "Raise the budget, or wait for the next month.",
        own_words=True,
    ),
    "PT409": Meaning(
        Conflict,
        "the workflow does not allow this change of status",
        "Reload to see the status that it has now.",
        own_words=True,
    ),
    "23503": Meaning(
        NotFound,
        "the row that it belongs to does not exist, or is not yours",
        "Reload and choose one that exists.",
    ),
    "23505": Meaning(Conflict, "the same row already exists", "Reload the list."),
    "40001": _BUSY,
    "40P01": _BUSY,
    "55P03": _BUSY,
    "57014": Meaning(
        TimedOut,
        "the database stopped it at its time limit and changed nothing",
        "Narrow the choice, or try again when the database is less busy.",
    ),
    "25006": _NOT_ALLOWED,
    "42501": _NOT_ALLOWED,
    "P0002": Meaning(NotFound, "there is no such row among yours", "Reload the list."),
    "3F000": _BEHIND,
    "42703": _BEHIND,
    "42883": _BEHIND,
    "42P01": _BEHIND,
    "08000": _DOWN,
    "08003": _DOWN,
    "08006": _BROKE_OFF,
    "53100": _DOWN,
    "53200": _DOWN,
    "53300": _CLOSED,
    "53400": _DOWN,
    "57P01": _DOWN,
    "57P02": _BROKE_OFF,
    "57P03": _CLOSED,
    # The gateway of the local stack, for the part behind it
    "LOCAL502": _GATEWAY_DOWN,
    "LOCAL503": Meaning(Unavailable, "the database is restarting", "Try again in a moment.", untouched=True),
    "LOCAL504": _LATE,
    # HTTP, where an answer carries no code of its own (HEAD, gateways)
    "301": _ADDRESS,
    "302": _ADDRESS,
    "307": _ADDRESS,
    "308": _ADDRESS,
    "400": _BAD_VALUE,
    "401": Meaning(
        NotSignedIn,
        "the key or the session is not accepted",
        "Sign in again; if that does not help, check SUPABASE_KEY.",
    ),
    "403": _NOT_ALLOWED,
    "404": _BEHIND,
    "409": _BUSY,
    "413": Meaning(InvalidInput, "it is too large to send", "Send less data at once."),
    "416": Meaning(NotFound, "there are no rows on this page", "Go back to the first page."),
    "429": Meaning(RateLimited, "there were too many requests", "Wait a minute and try again."),
    "500": Meaning(
        UnexpectedError, "the service failed", "Try again. Its log has the details.", uncertain=True
    ),
    "502": _GATEWAY_DOWN,
    "503": _GATEWAY_DOWN,
    "504": _LATE,
    "520": _GATEWAY_DOWN,
    "521": _GATEWAY_DOWN,
    "522": _GATEWAY_DOWN,
    "523": _GATEWAY_DOWN,
    "524": _LATE,
    "540": Meaning(Unavailable, "the project is paused", "Restore it on the dashboard.", untouched=True),
    "544": _LATE,
}

_LOST = Meaning(
    Unavailable, "the connection broke before the answer came", "Try again in a moment.", uncertain=True
)

TRANSPORT: dict[type[Exception], Meaning] = {
    httpx.ConnectTimeout: Meaning(
        Unavailable,
        "the service could not be reached within 3 seconds",
        "Check the network and the address.",
        untouched=True,
    ),
    httpx.PoolTimeout: Meaning(
        Unavailable, "this console is too busy just now", "Try again in a moment.", untouched=True
    ),
    httpx.TimeoutException: Meaning(
        TimedOut, "there was no answer in time", "Try again in a moment.", uncertain=True
    ),
    httpx.ConnectError: Meaning(
        Unavailable,
        "the service cannot be reached",
        "Check that it is running, then SUPABASE_URL and the network.",
        untouched=True,
    ),
    httpx.ProxyError: Meaning(SettingsError, "the proxy refused the connection", "Check HTTPS_PROXY."),
    httpx.UnsupportedProtocol: _ADDRESS,
    httpx.InvalidURL: _ADDRESS,
    httpx.TooManyRedirects: _ADDRESS,
    httpx.DecodingError: _ADDRESS,
    httpx.LocalProtocolError: Meaning(
        InvalidInput, "the request could not be built", "Check the key for stray characters."
    ),
    httpx.RemoteProtocolError: _LOST,
    httpx.NetworkError: _LOST,
    httpx.HTTPError: Meaning(
        UnexpectedError, "the request failed", "Try again. If it fails again, report it.", uncertain=True
    ),
}
