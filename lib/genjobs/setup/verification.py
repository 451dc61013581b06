"""`genjobs verify`: the Setup page's checks and proof of isolation as lines of text."""

from __future__ import annotations

from collections.abc import Callable, Collection

from genjobs.auth.server import AuthServer
from genjobs.data.transport.client import Client, http_pool, user_client
from genjobs.domain import totals
from genjobs.domain.errors import SchemaBehind
from genjobs.settings.connection import Connection
from genjobs.setup import reading
from genjobs.setup.checks import Check
from genjobs.setup.isolation import Attempt

Say = Callable[[str], None]


def verify(
    connection: Connection, email: str, password: str, say: Say, *, others: Collection[str] = ()
) -> bool:
    """Sign in, tell each check and attempt, sign out; gives whether all is as it must be.

    `others` are ids of other people that are known. Raises a ConsoleError when the project cannot be asked.
    """
    server = AuthServer(connection, http_pool())
    tokens = server.sign_in(email, password)
    try:
        client = user_client(connection, tokens.access_token)
        checks = reading.checks(reading.read_setup(client))
        of_totals = _of_totals(client)
        strangers = [user_id for user_id in others if user_id != tokens.user_id]
        attempts = reading.prove_isolation(client, tokens.user_id, strangers)
    finally:
        server.sign_out(tokens.access_token, "local")
    say(f"{connection.url} as {tokens.email}")
    return _told(checks, of_totals, attempts, say)


def _of_totals(client: Client) -> list[Check]:
    """Nothing where the database is too old to tell: the checks of its migrations say so."""
    try:
        return totals.checks(reading.read_totals(client))
    except SchemaBehind:
        return []


def _told(
    of_schema: Collection[Check], of_totals: Collection[Check], attempts: Collection[Attempt], say: Say
) -> bool:
    say("\nWhat the database has")
    for check in of_schema:
        say(_check_line(check, "MISSING"))
    if of_totals:
        say("\nHow its totals are")
    for check in of_totals:
        say(_check_line(check, "WARNING"))
    checks = [*of_schema, *of_totals]
    say("\nWhat it keeps apart")
    for attempt in attempts:
        say(_attempt_line(attempt))
    missing = sum(not check.ok for check in checks)
    reached = sum(not attempt.refused for attempt in attempts)
    vacuous = sum(not attempt.proves for attempt in attempts) - reached
    say(f"\n{missing} of {len(checks)} checks failed, {reached} of {len(attempts)} attempts got through.")
    if vacuous:
        say(f"{vacuous} attempts prove nothing: nobody else has such rows yet.")
    return not missing and not reached


def _check_line(check: Check, word: str) -> str:
    if check.ok:
        return f"  ok        {check.name}: {check.found}"
    return f"  {word}   {check.name}: {check.found} (expected: {check.expected}). {check.cure}"


def _attempt_line(attempt: Attempt) -> str:
    word = "refused" if attempt.proves else "no proof" if attempt.refused else "REACHED"
    return f"  {word:<8}  {attempt.attempt} [{attempt.road}]: {attempt.detail}"
