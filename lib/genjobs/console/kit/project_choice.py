"""The project that a page works in: chosen from the reader's own, or created here."""

from __future__ import annotations

from functools import partial
from typing import Literal

import streamlit as st

from genjobs.console.kit import actions, browser, error_messages, recipe_view, recipes
from genjobs.console.kit.actions import Notice
from genjobs.console.kit.recipes import Recipe
from genjobs.console.kit.wording import plain
from genjobs.data import projects
from genjobs.data.transport.client import Client
from genjobs.domain.errors import InvalidInput
from genjobs.domain.inputs import check_name

Kind = Literal["primary", "secondary"]
AREA = "project"
CHOICE = "chosen-project"
CHOICE_WIDTH = 280
EXAMPLE = "Spring catalogue"
GONE = "The chosen project does not exist, or is not yours."


def choose(labels: dict[str, str]) -> str:
    """Draw the choice of a project and return its id; `labels` maps ids to names and is not empty."""
    ids = list(labels)
    linked = st.query_params.get("project")
    if browser.went_back() and linked in labels:
        st.session_state[CHOICE] = linked
    if st.session_state.get(CHOICE) not in labels:
        if linked and linked not in labels:
            _say_gone(f"**{GONE}** Another one is shown.")
        st.session_state[CHOICE] = linked if linked in labels else ids[0]
    chosen: str = st.selectbox(
        "Project",
        ids,
        format_func=labels.__getitem__,
        key=CHOICE,
        persist_state="session",
        label_visibility="collapsed",
        width=CHOICE_WIDTH,
    )
    st.query_params["project"] = chosen
    return chosen


def _say_gone(text: str) -> None:
    st.toast(text, icon=":material/search_off:", duration="long")


def maker(user_id: str, kind: Kind) -> None:
    """Draw the button that opens the two controls that make a project."""
    popover = st.popover(
        "New project",
        type=kind,
        icon=":material/create_new_folder:",
        key=actions.key(AREA, "popover"),
        on_change="rerun",
    )
    if popover.open:
        with popover:
            _controls(user_id, "secondary")


def first_project(user_id: str) -> None:
    """Ask a reader without projects to create one; the project of a link cannot be theirs."""
    if st.query_params.pop("project", None):
        _say_gone(f"**{GONE}**")
    with st.container(border=True):
        st.header("Start with a project", anchor=False)
        st.markdown("Every job belongs to a project. Create your first one, then create a job in it.")
        _controls(user_id, "primary")


def code(user_id: str) -> None:
    """Draw the button that shows the same operations in SQL and Python."""
    recipe_view.popover(lambda: _recipes(user_id), "project-code")


def _recipes(user_id: str) -> dict[str, Recipe]:
    return {
        "Select a project": recipes.list_projects(),
        "Create a project": recipes.create_project(user_id, EXAMPLE),
    }


def _controls(user_id: str, kind: Kind) -> None:
    with st.form(actions.key(AREA, "form"), border=False):
        name = st.text_input("Name of the new project", placeholder=EXAMPLE)
        if st.form_submit_button("Create project", icon=":material/add:", type=kind):
            with error_messages.reported():
                actions.write(AREA, partial(_create, user_id=user_id, name=_checked(name)))


def _checked(name: str) -> str:
    """Checked before the write, which would empty the field: what was entered stays there to be mended."""
    if not name.strip():
        raise InvalidInput("The new project has no name yet.", hint="Enter a name, then create it.")
    return check_name("The name", name)


def _create(client: Client, user_id: str, name: str) -> Notice:
    made = projects.create_project(client, user_id=user_id, name=name)
    return Notice("success", "Project created", plain(made.name), ":material/folder:", {CHOICE: made.id})
