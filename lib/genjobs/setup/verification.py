"""`genjobs verify`: the Setup page's checks and proof of isolation, printed as text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from genjobs import migrations
from genjobs.auth.server import AuthServer
from genjobs.data.transport.client import Client, http_pool, user_client
from genjobs.domain import totals
from genjobs.domain.check import Check
from genjobs.domain.counting import counted
from genjobs.domain.errors import SchemaBehind
from genjobs.migrations.difference_report import tell
from genjobs.migrations.schema import Difference
from genjobs.settings.connection import Connection
from genjobs.settings.database_url import server_of
from genjobs.setup import reading
from genjobs.setup.facts import SetupFacts
from genjobs.setup.isolation import Attempt

Say = Callable[[str], None]


def verify(
    connection: Connection,
    email: str,
    password: str,
    say: Say,
    *,
    others: Collection[str] = (),
    database_url: str | None = None,
) -> bool:
    """Sign in, print each check, difference and attempt, and sign out; returns whether everything passed.

    `others` are known ids of other people. With `database_url` the schema is read from the catalogue
    directly, else from what the database's own functions report. Raises a ConsoleError if the project or the
    database cannot be read.
    """
    server = AuthServer(connection, http_pool())
    tokens = server.sign_in(email, password)
    try:
        client = user_client(connection, tokens.access_token)
        facts = _facts(client, database_url, say)
        of_totals = _of_totals(client)
        strangers = [user_id for user_id in others if user_id != tokens.user_id]
        attempts = reading.prove_isolation(client, tokens.user_id, strangers)
        reported = _reported(client, facts)
        differences = migrations.differences(database_url) if database_url is not None else reported
    finally:
        server.sign_out(tokens.access_token, "local")
    say(f"{connection.url} as {tokens.email}")
    say("\nWhat the database has")
    checks = [*reading.checks(facts), *of_totals]
    for check in reading.checks(facts):
        say(_check_line(check, "MISSING"))
    if of_totals:
        say("\nTotals")
    for check in of_totals:
        say(_check_line(check, "WARNING"))
    failing = _schema_told(differences, say, server_of(database_url) if database_url else None)
    failing += _elsewhere_told(differences or (), reported, say)
    return _told(checks, failing, attempts, say)


def _of_totals(client: Client) -> list[Check]:
    """Empty if the database is too old to report them: the checks of its migrations say so."""
    try:
        return totals.checks(reading.read_totals(client))
    except SchemaBehind:
        return []


def _facts(client: Client, database_url: str | None, say: Say) -> SetupFacts:
    try:
        return reading.read_setup(client)
    except SchemaBehind as error:
        for migration in migrations.pending(database_url) if database_url is not None else ():
            say(f"Missing {migration.path.name}")
        hint = "Apply the missing migrations: genjobs migrate --database-url …"
        raise SchemaBehind(error.message, hint=hint, code=error.code) from error


def _reported(client: Client, facts: SetupFacts) -> list[Difference] | None:
    """What the database's own functions report; None if it has not had the same files."""
    if reading.is_comparable(facts):
        return reading.differences(client, migrations.expected_schema())
    return None


def _schema_told(differences: Sequence[Difference] | None, say: Say, server: str | None) -> int:
    say("\nDifferences from the schema" + (f", by the catalogue of {server}" if server else ""))
    if differences is None:
        say("  Not compared: the database has not had the same files as this genjobs.")
        return 0
    failing = tell(differences, say, details=server is not None)
    if not differences:
        say("  nothing")
    if server is None:
        say("  As the database's own functions report it. To read the catalogue, give --database-url.")
    return failing


def _elsewhere_told(
    differences: Sequence[Difference], reported: Sequence[Difference] | None, say: Say
) -> int:
    """A database URL may be that of another database, whose catalogue says nothing about the project."""
    known = {str(one) for one in differences}
    more = [one for one in reported or () if one.fails and str(one) not in known]
    if more:
        say("\nReported by the project, but not in that catalogue. Is it of the same database?")
        tell(more, say, details=False)
    return len(more)


def _told(checks: Collection[Check], failing: int, attempts: Collection[Attempt], say: Say) -> bool:
    say("\nIsolation")
    for attempt in attempts:
        say(_attempt_line(attempt))
    missing = sum(not check.ok for check in checks)
    reached = sum(not attempt.refused for attempt in attempts)
    vacuous = sum(not attempt.proves for attempt in attempts) - reached
    say(
        f"\n{missing} of {len(checks)} checks failed, {counted(failing, 'difference')} from the schema,"
        f" {reached} of {len(attempts)} attempts got through."
    )
    if vacuous:
        say(f"{vacuous} attempts prove nothing: nobody else has such rows yet.")
    return not missing and not failing and not reached


def _check_line(check: Check, word: str) -> str:
    if check.ok:
        return f"  ok        {check.name}: {check.found}"
    return f"  {word}   {check.name}: {check.found} (expected: {check.expected}). {check.fix}"


def _attempt_line(attempt: Attempt) -> str:
    word = "refused" if attempt.proves else "no proof" if attempt.refused else "REACHED"
    return f"  {word:<8}  {attempt.attempt} [{attempt.road}]: {attempt.detail}"
