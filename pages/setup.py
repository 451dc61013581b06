"""Setup: whether the database is ready, how to make it so, and the proof that it keeps people apart."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from genjobs.console.gate import guard
from genjobs.console.kit import browser, error_messages, outage, session
from genjobs.console.kit.reads import forget
from genjobs.console.kit.wording import plain
from genjobs.console.setup import (
    check_list,
    health_panels,
    help_panel,
    isolation_panel,
    migration_list,
    reads,
    schema_differences,
)
from genjobs.domain.counting import counted
from genjobs.domain.errors import ConsoleError, SchemaBehind, UnexpectedError
from genjobs.domain.times import clock
from genjobs.migrations.schema import Difference, failures
from genjobs.runtime import runtime
from genjobs.setup import reading
from genjobs.setup.facts import SetupFacts


def state(facts: SetupFacts | None, differences: list[Difference] | None) -> str:
    """The badge of the database: ready, behind, different, or unknown."""
    if facts is None:
        return ":orange-badge[:material/pending: Not ready]"
    lacking = len(migration_list.missing(facts.migrations))
    if lacking:
        return f":orange-badge[:material/pending: Behind by {counted(lacking, 'file')}]"
    if failing := len(failures(differences or ())):
        return f":red-badge[:material/difference: {counted(failing, 'difference')}]"
    return f":green-badge[:material/check_circle: Up to date] :gray-badge[PostgreSQL {facts.server_version}]"


def look(user_id: str) -> tuple[SetupFacts | None, ConsoleError | None, datetime]:
    """The facts, or the error that prevented reading them, and the time of the attempt."""
    try:
        facts, read_at = reads.setup_facts(user_id, session.client())
        return facts, None, read_at
    except ConsoleError as error:
        return None, error, datetime.now(UTC)


def checked(at: datetime) -> str:
    """When the database was looked at, by the reader's clock."""
    return f":small[:gray[{plain(f'Checked at {clock(at, datetime.now(UTC), browser.zone())}')}]]"


def compare(facts: SetupFacts | None, user_id: str) -> tuple[list[Difference] | None, ConsoleError | None]:
    """The differences if the schema can be compared, or the error that prevented it."""
    if facts is None or not reading.is_comparable(facts):
        return None, None
    try:
        return reads.differences(user_id, session.client()), None
    except ConsoleError as error:
        return None, error


me = guard.require_user()
url, local = runtime().connection().url, runtime().is_local
facts, met, at = look(me.user_id)
differences, unable = compare(facts, me.user_id)

st.title("Setup", anchor=False)
with st.container(
    border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
):
    what = "Database on this machine" if local else "Supabase project"
    st.markdown(f"**{what}** `{url}` {state(facts, differences)}")
    st.markdown(checked(at), width="content")
    st.button("Check again", icon=":material/refresh:", on_click=forget)

is_reached = met is None or isinstance(met, SchemaBehind | UnexpectedError)
cared = health_panels.read(me.user_id, session.client()) if is_reached else health_panels.unreached()
has_changed = bool(failures(differences or ()))
tabs = [
    "Checks",
    *(health_panels.marked(panel, schema_differs=has_changed) for panel in cared),
    "Migrations",
    "Isolation",
    "Troubleshooting",
    "E-mail codes",
]
checks, totals_tab, queue_tab, migrations, isolation, troubles, mail = st.tabs(tabs)
with checks:
    if isinstance(met, SchemaBehind):
        error_messages.behind(met)
    elif met:
        error_messages.show(met)
    if not is_reached:
        outage.try_again(forget)
    if facts:
        check_list.draw(reading.checks(facts), "The database is as the guide expects.")
        if unable:
            error_messages.show(unable)
        else:
            schema_differences.draw(url, differences, local=local)
for tab, panel in zip((totals_tab, queue_tab), cared, strict=True):
    with tab:
        health_panels.draw(panel, schema_differs=has_changed)
with migrations:
    if is_reached:
        migration_list.draw(url, facts.migrations if facts else None, local=local)
    else:
        st.markdown(health_panels.UNREACHED)
with isolation:
    isolation_panel.draw(me.user_id)
with troubles:
    help_panel.troubles(met)
with mail:
    help_panel.mail(url, local=local)
