"""Jobs test: the six operations of the guide on one screen."""

from __future__ import annotations

import streamlit as st

from genjobs.console.gate import guard
from genjobs.console.jobs_test import board, create_job, filters, live, reads
from genjobs.console.kit import actions, project_choice, session
from genjobs.console.kit.wording import distinct

me = guard.require_user()
client = session.client_of(me)
actions.apply_presets()
filters.restore()

opening = reads.opening(me.user_id, client)
if not opening.projects:
    st.title("Jobs test", anchor=False)
    project_choice.first_project(me.user_id)
    actions.announce(project_choice.AREA)
    st.stop()

labels = distinct({project.id: project.name for project in opening.projects})
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.title("Jobs test", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.markdown(":small[:gray[Project]]", width="content")
        project = project_choice.choose(labels)
    project_choice.maker(me.user_id, "secondary")
    project_choice.code(me.user_id)

live.opened(opening.events)
board.show_new_jobs()
bench = reads.bench(me.user_id, client, filters.view(project))
with st.container(border=True):
    create_job.card(me.user_id, project, bench.assets)
board.board(project, labels)
