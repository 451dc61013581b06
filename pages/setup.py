"""Setup: whether the database is ready, how to make it so, and the proof that it keeps people apart."""

from __future__ import annotations

import streamlit as st

from genjobs.console.gate import guard
from genjobs.console.kit import error_messages, session
from genjobs.console.kit.reads import forget
from genjobs.console.kit.wording import counted
from genjobs.console.setup import (
    check_list,
    help_panel,
    isolation_panel,
    migration_list,
    reads,
    schema_differences,
)
from genjobs.domain import queue, totals
from genjobs.domain.check import Check
from genjobs.domain.errors import ConsoleError, SchemaBehind
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


def look(user_id: str) -> tuple[SetupFacts | None, ConsoleError | None]:
    """The facts, or the error that prevented reading them."""
    try:
        return reads.setup_facts(user_id, session.client()), None
    except ConsoleError as error:
        return None, error


def care(user_id: str) -> tuple[list[Check], list[Check], str]:
    """Checks of the totals and of the queue, and the verdict on a sound queue; empty on an old database."""
    try:
        of_totals, of_queue = reads.health(user_id, session.client())
    except SchemaBehind:
        return [], [], ""
    return totals.checks(of_totals), queue.checks(of_queue), queue.verdict(of_queue)


def marked(name: str, checks: list[Check]) -> str:
    """The name of a tab, with a badge where something is wrong in it."""
    return name if all(check.ok for check in checks) else f"{name} :orange-badge[:material/warning:]"


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
facts, met = look(me.user_id)
differences, unable = compare(facts, me.user_id)

st.title("Setup", anchor=False)
with st.container(
    border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
):
    what = "Database on this machine" if local else "Supabase project"
    st.markdown(f"**{what}** `{url}` {state(facts, differences)}")
    st.button("Check again", icon=":material/refresh:", on_click=forget)

of_totals, of_queue, sound_queue = care(me.user_id) if facts else ([], [], "")
cared = [marked("Totals", of_totals), marked("Queue", of_queue)]
tabs = ["Checks", *cared, "Migrations", "Isolation", "Troubleshooting", "E-mail codes"]
checks, totals_tab, queue_tab, migrations, isolation, troubles, mail = st.tabs(tabs)
with checks:
    if isinstance(met, SchemaBehind):
        error_messages.behind(met)
    elif met:
        error_messages.show(met)
    if facts:
        check_list.draw(reading.checks(facts), "The database is as the guide expects.")
        if unable:
            error_messages.show(unable)
        else:
            schema_differences.draw(url, differences, local=local)
with totals_tab:
    if of_totals:
        check_list.draw(
            of_totals, "Figures and hard budgets are read from the totals, which are correct and fast."
        )
    else:
        st.markdown("This database cannot report on its totals yet. Apply the migrations.")
with queue_tab:
    if of_queue:
        check_list.draw(of_queue, sound_queue)
    else:
        st.markdown("This database cannot report on its queue yet. Apply the migrations.")
with migrations:
    migration_list.draw(url, facts.migrations if facts else None, local=local)
with isolation:
    isolation_panel.draw(me.user_id)
with troubles:
    help_panel.troubles(met)
with mail:
    help_panel.mail(url, local=local)
