"""Projects: what each holds, and making, renaming and deleting them."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from lib.console import actions, choose_project, project_list, project_panel, reader, reads, session

me = session.require_user()
actions.apply_presets()
heading, making = st.columns([3, 1], vertical_alignment="bottom")
heading.title("Projects", anchor=False)
st.markdown(":gray[A project gathers jobs and the assets that they work on.]")

shelf = reads.shelf(me.user_id, session.client())
if not shelf.projects:
    choose_project.first_project(me.user_id)
    actions.announce(choose_project.AREA)
    actions.announce(project_panel.AREA)
else:
    with making:
        choose_project.maker(me.user_id, "primary")
    actions.announce(choose_project.AREA)
    listing, facing = st.columns([5, 3], gap="medium")
    with listing:
        held = project_list.contents(shelf.projects, shelf.summary, shelf.assets)
        chosen = project_list.choose(held, st.session_state.get(choose_project.CHOICE), datetime.now(UTC))
        st.session_state[choose_project.CHOICE] = chosen.project.id
    with facing, st.container(border=True):
        project_panel.panel(chosen, me.user_id, reader.zone())
        actions.announce(project_panel.AREA)
    project_list.inputs(chosen, datetime.now(UTC))
