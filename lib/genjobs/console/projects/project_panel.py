"""One project: renaming it, adding inputs, and deleting it, which first says what else is deleted."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from genjobs.console.kit import actions, error_messages, links, session
from genjobs.console.kit.actions import Notice
from genjobs.console.kit.wording import plain
from genjobs.console.projects.project_list import Contents
from genjobs.data import assets, projects
from genjobs.data.transport.client import Client
from genjobs.domain import times
from genjobs.domain.counting import counted
from genjobs.domain.inputs import check_name, check_path
from genjobs.domain.rows import KNOWN_MODES, Project

AREA = "project-panel"


def panel(held: Contents, user_id: str, zone: ZoneInfo) -> None:
    """Draw the project with its actions."""
    project = held.project
    st.header(plain(held.name), anchor=False)
    created = plain(times.exact(project.created_at, zone))
    st.markdown(f":small[:gray[Created {created}]]  \n:small[`{project.id}`]")
    left, right = st.columns(2)
    with left.popover("Rename", icon=":material/edit:", width="stretch", key=actions.key(AREA, "renaming")):
        _rename(project)
    if right.button("Delete", key=actions.key(AREA, "delete"), icon=":material/delete:", width="stretch"):
        ask_to_delete(held)
    adding = st.popover(
        "Add an input asset",
        icon=":material/add_photo_alternate:",
        width="stretch",
        key=actions.key(AREA, "adding"),
    )
    with adding:
        _add_input(project, user_id)
    links.jobs_of(project.id)  # last, as its late drawing would move a button that is just being clicked


@st.dialog("Delete this project?", icon=":material/delete:")
def ask_to_delete(held: Contents) -> None:
    """Ask before deleting, with the number of jobs counted now; a project with jobs asks for its name."""
    with error_messages.reported():
        jobs = projects.count_jobs(session.client(), held.project.id)
        contents = {"job": jobs, "input asset": len(held.inputs)}
        told = " and ".join(counted(number, noun) for noun, number in contents.items() if number)
        lost = f", together with **{told}**" if told else ""
        st.markdown(f"**{plain(held.name)}** will be deleted{lost}. This cannot be undone.")
        st.markdown("Its own budgets go too. *Costs* and your other budgets keep what its jobs cost.")
        _confirm(held, jobs)


def _confirm(held: Contents, jobs: int) -> None:
    with st.form(actions.key(AREA, "confirming"), border=False):
        typed = st.text_input("Type the name of the project to confirm") if jobs else held.name
        sent = st.form_submit_button(":red[**Delete project**]", icon=":material/delete:")
    if sent and typed.split() in (held.project.name.split(), held.name.split()):
        actions.write(AREA, partial(_delete, held=held))
    elif sent:
        st.warning("The name does not match. Nothing was deleted.", icon=":material/edit_note:")


def _rename(project: Project) -> None:
    with st.form(actions.key(AREA, "rename"), border=False):
        name = st.text_input("New name", value=project.name)
        if st.form_submit_button("Rename project"):
            with error_messages.reported():
                checked = check_name("The name", name)  # the write would empty the field
                actions.write(AREA, partial(_renamed, project=project, name=checked))


def _add_input(project: Project, user_id: str) -> None:
    with st.form(actions.key(AREA, "input"), border=False):
        path = st.text_input("Storage path", placeholder="inputs/espresso-machine.png")
        mode = st.selectbox("Mode", KNOWN_MODES)
        if st.form_submit_button("Add input asset"):
            with error_messages.reported():
                checked = check_path("The storage path", path)  # the write would empty the field
                call = partial(_added, project=project, user_id=user_id, path=checked, mode=mode)
                actions.write(AREA, call)


def _renamed(client: Client, project: Project, name: str) -> Notice:
    now = projects.rename_project(client, project.id, name)
    return Notice(
        "success", "Project renamed", f"{plain(project.name)} is now {plain(now.name)}.", ":material/edit:"
    )


def _added(client: Client, project: Project, user_id: str, path: str, mode: str) -> Notice:
    made = assets.create_input_asset(
        client, user_id=user_id, project_id=project.id, storage_path=path, mode=mode
    )
    return Notice("success", "Input asset added", plain(made.name), ":material/add_photo_alternate:")


def _delete(client: Client, held: Contents) -> Notice:
    projects.delete_project(client, held.project.id)
    return Notice("success", "Project deleted", f"{plain(held.name)} is gone.", ":material/delete:")
