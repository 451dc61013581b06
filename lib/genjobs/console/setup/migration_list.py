"""The migration files: which of them the database has, and how to apply the rest."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from genjobs.domain.counting import counted
from genjobs.migrations import Migration, available
from genjobs.setup.hosted import project_ref, sql_editor

APPLIED = ":green-badge[:material/check_circle: Applied]"
MISSING = ":orange-badge[:material/pending: Missing]"
UNKNOWN = ":gray-badge[:material/help: Not known]"


def missing(applied: Collection[str]) -> list[Migration]:
    """The files that a database with these versions lacks, oldest first."""
    return [migration for migration in available() if migration.version not in applied]


def draw(url: str, applied: Collection[str] | None, *, local: bool) -> None:
    """Draw the instructions, then the files to apply, then the others, folded away.

    `applied` is None if the database at this URL cannot say which it has: then all are to be applied.
    """
    lacking = missing(applied or ())
    if not lacking:
        st.markdown(f"All {len(available())} files are applied; there is nothing to do.")
    elif local:
        st.markdown("Restart the console: it applies the missing files to this database by itself.")
        if applied is None:
            st.markdown("If that changes nothing, a function was dropped or changed. This puts it back:")
            st.code(command_line(url, local=True, repair=True), language="bash", wrap_lines=True)
    else:
        _ways(url, lacking, known=applied is not None)
    for migration in lacking:
        _file(migration, UNKNOWN if applied is None else MISSING)
    if done := [migration for migration in available() if migration not in lacking]:
        _applied(done)


@st.fragment
def _applied(files: Sequence[Migration]) -> None:
    """All of them are drawn only when they are asked for: they would be most of the page."""
    title = f"{APPLIED} Show {counted(len(files), 'file')}"
    with st.expander(title, key="migrations-applied", on_change="rerun") as opened:
        for migration in files if opened.open else ():
            _file(migration, APPLIED)


def _ways(url: str, lacking: Sequence[Migration], *, known: bool) -> None:
    if known:
        which = f"the {counted(len(lacking), 'missing file')} below"
    else:
        which = "each file below, since this database cannot say which it has"
    st.markdown(
        f"**In the SQL editor**, copy and run {which}, from the first to the last. "
        "A file can be run any number of times; no row is lost."
    )
    if editor := sql_editor(url):
        st.link_button("Open the SQL editor", editor, icon=":material/open_in_new:")
    more = "" if known else ", and put right what was changed,"
    st.markdown(f"**Or in a terminal**, apply all missing files{more} at once:")
    st.code(command_line(url, local=False, repair=not known), language="bash", wrap_lines=True)


def command_line(url: str, *, local: bool, repair: bool = False) -> str:
    """What to type to apply the migrations to the database at this API address, or to repair it."""
    command = "genjobs migrate --repair" if repair else "genjobs migrate"
    if local:
        return f"env $(genjobs local env) {command}"
    host = f"db.{project_ref(url)}.supabase.co" if project_ref(url) else "<host>"
    return f'{command} --database-url "postgresql://postgres:<password>@{host}:5432/postgres"'


@st.fragment
def _file(migration: Migration, state: str) -> None:
    """The text of a file is sent only when it is opened: all files together would make the page slow."""
    title = f"{state} {migration.version} {migration.name.replace('_', ' ')}"
    with st.expander(title, key=f"migration-{migration.version}", on_change="rerun") as opened:
        if not opened.open:
            return
        lines = counted(len(migration.sql.splitlines()), "line")
        st.markdown(f":small[:gray[{migration.path.name}, {lines}]]")
        st.code(migration.sql, language="sql", height=320)
