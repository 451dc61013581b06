"""The migration files: which of them the database has, and the ways to bring it the rest."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from lib.console.wording import counted
from lib.domain.hosted import project_ref, sql_editor
from lib.migrations import Migration, available

APPLIED = ":green-badge[:material/check_circle: Applied]"
MISSING = ":orange-badge[:material/pending: Missing]"


def missing(applied: Collection[str]) -> list[Migration]:
    """The files that a database with these versions lacks, oldest first."""
    return [migration for migration in available() if migration.version not in applied]


def draw(url: str, applied: Collection[str], *, local: bool) -> None:
    """Draw both ways and every file; `url` is the project's API address."""
    lacking = missing(applied)
    if local:
        st.markdown(
            "The database on this machine is brought up to date at every start; there is nothing to do."
        )
    elif lacking:
        _ways(url)
    for migration in available():
        _file(migration, migration in lacking)


def _ways(url: str) -> None:
    st.markdown(
        "**In the SQL editor**: open each missing file below, copy it, paste it, run it, in this order. "
        "A file can be run any number of times; nothing is lost."
    )
    if editor := sql_editor(url):
        st.link_button("Open the SQL editor", editor, icon=":material/open_in_new:")
    st.markdown("**Or in a terminal**, all that is missing in one go:")
    host = f"db.{project_ref(url)}.supabase.co" if project_ref(url) else "<host>"
    line = f'genjobs migrate --database-url "postgresql://postgres:<password>@{host}:5432/postgres"'
    st.code(line, language="bash", wrap_lines=True)


def _file(migration: Migration, lacking: bool) -> None:
    label = f"{MISSING if lacking else APPLIED} {migration.version} {migration.name.replace('_', ' ')}"
    with st.expander(label):
        st.markdown(
            f":small[:gray[{migration.path.name}, {counted(len(migration.sql.splitlines()), 'line')}]]"
        )
        st.code(migration.sql, language="sql", height=320)
