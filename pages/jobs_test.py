"""Jobs test: the six operations of the guide on one screen."""

from __future__ import annotations

import streamlit as st

from genjobs.console.gate import guard
from genjobs.console.jobs_test import create_job, job_list, job_panel, old_jobs, reads, totals
from genjobs.console.kit import actions, browser, project_choice, recipe_view, recipes, session
from genjobs.console.kit.reads import projects_and_statistics
from genjobs.console.kit.wording import distinct

me = guard.require_user()
client = session.client_of(me)
actions.apply_presets()

heading = st.container(horizontal=True, vertical_alignment="center")
heading.title("Jobs test", anchor=False)
st.markdown(":gray[Create a job, move it through the workflow, and watch the totals follow.]")
held = projects_and_statistics(me.user_id, client)
if not held.projects:
    project_choice.first_project(me.user_id)
    actions.announce(project_choice.AREA)
    st.stop()

labels = distinct({project.id: project.name for project in held.projects})
with heading:
    project_choice.maker(me.user_id, "secondary")
    project_choice.code(me.user_id)
project = project_choice.choose(labels)
actions.announce(project_choice.AREA)
making, adding = st.columns(2, gap="medium", border=True)
st.header("Jobs", anchor=False)
status, everywhere = job_list.filters()
bench = reads.jobs_and_inputs(me.user_id, client, project, everywhere, status, job_list.kept())

with making:
    create_job.card(me.user_id, project, bench.assets)
with adding:
    with recipe_view.heading("All your jobs"):
        recipe_view.popover(lambda: {"Count and cost by status": recipes.get_statistics()}, "totals-code")
    totals.table(held.statistics)
    old_jobs.opener()
    actions.announce(old_jobs.AREA)

if bench.jobs:
    choosing, moving = st.columns([5, 3], gap="medium")
    with choosing:
        job = job_list.choose(bench.jobs, labels, everywhere=everywhere)
        if len(bench.jobs) >= reads.JOBS_SHOWN:
            st.markdown(f":small[:gray[These are the newest {reads.JOBS_SHOWN}; the totals count all.]]")
    with moving, st.container(border=True):
        job_panel.panel(job, {asset.id: asset.name for asset in bench.assets}, browser.zone())
        actions.announce(job_panel.AREA)
else:
    st.info("There is no job like this yet. Create one, or look further.", icon=":material/inbox:")
    actions.announce(job_panel.AREA)
