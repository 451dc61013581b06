"""Projects: what each holds, and making, renaming and deleting them."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from genjobs.console.gate import guard
from genjobs.console.kit import actions, browser, project_choice, session
from genjobs.console.projects import project_list, project_panel, reads

me = guard.require_user()
actions.apply_presets()
heading = st.container(horizontal=True, vertical_alignment="center")
heading.title("Projects", anchor=False)
st.markdown(":gray[A project groups jobs and their input assets.]")

found = reads.projects_and_contents(me.user_id, session.client_of(me))
if not found.projects:
    project_choice.first_project(me.user_id)
    actions.announce(project_choice.AREA)
    actions.announce(project_panel.AREA)
else:
    with heading:
        project_choice.maker(me.user_id, "primary")
    actions.announce(project_choice.AREA)
    listing, facing = st.columns([5, 3], gap="medium")
    with listing:
        held = project_list.contents(found.projects, found.summary, found.assets)
        chosen = project_list.choose(held, st.session_state.get(project_choice.CHOICE), datetime.now(UTC))
        st.session_state[project_choice.CHOICE] = chosen.project.id
    with facing, st.container(border=True):
        project_panel.panel(chosen, me.user_id, browser.zone())
        actions.announce(project_panel.AREA)
    project_list.inputs(chosen, datetime.now(UTC))
