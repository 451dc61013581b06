"""The Jobs test page below the card: the job just created, the filters, the list, and one job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from genjobs.console.jobs_test import (
    again,
    create_job,
    filters,
    job_panel,
    job_table,
    live,
    moves,
    old_jobs,
    reads,
    totals,
)
from genjobs.console.jobs_test.filters import View
from genjobs.console.jobs_test.keys import BOARD, CHOSEN, CREATED, LISTING, RETRIED
from genjobs.console.jobs_test.listing import Listing, follow
from genjobs.console.jobs_test.reads import Bench, Followed
from genjobs.console.kit import actions, browser, error_messages, outage, project_choice, session
from genjobs.data.transport.client import Client
from genjobs.domain import job_file
from genjobs.domain.attempts import JobDetails
from genjobs.domain.counting import counted
from genjobs.domain.errors import ConsoleError
from genjobs.domain.file_names import list_name
from genjobs.domain.people import SignedIn
from genjobs.domain.rows import Job
from genjobs.domain.workflow import Status

ANNOUNCED = (
    project_choice.AREA,
    create_job.AREA,
    moves.AREA,
    again.AREA,
    job_panel.AREA,
    old_jobs.AREA,
)
"""The areas whose notices replace each other, as they are drawn from one place: a second one beside the first
would lie over *Create job*."""


@st.fragment(key=BOARD)
def board(project_id: str, projects: Mapping[str, str]) -> None:
    """Draw the board for the person signed in; `projects` maps ids to names.

    What became of a click is said first, as it must be said also where nothing can be read.
    """
    for area in ANNOUNCED:
        actions.announce(area)
    try:
        person = live.reader()
        _draw(person, session.client_of(person), filters.view(project_id), projects)
    except ConsoleError as error:
        error_messages.show(error)
        outage.try_again()
    live.drawn()
    for area in (create_job.AREA, again.AREA):
        actions.drawn(area)


def show_new_jobs() -> None:
    """Show the new jobs when the list is drawn next."""
    st.session_state.pop(LISTING, None)


def _draw(person: SignedIn, client: Client, view: View, projects: Mapping[str, str]) -> None:
    bench = reads.bench(person.user_id, client, view)
    created, listing, details = _current(person, client, view, bench)
    live.moves(job_table.has_held(listing, details), listing.age_seconds(datetime.now(UTC)))
    create_job.strip(created)
    filters.statuses(view.status, bench.statistics)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _tools(bench)
    if not listing.jobs:
        _nothing(view)
        return
    job = _choose(listing, projects if view.everywhere else None, details, view.status)
    _how_many(view, bench, listing, projects)
    with st.container(border=True):
        if job.id in listing.gone:
            job_panel.gone(job)
        else:
            names = {asset.id: asset.name for asset in bench.assets}
            own = details.get(job.id)
            job_panel.panel(job, names, browser.zone(), own, leads=bool(own and own.retried_as in details))
    job_panel.question()


def _current(
    person: SignedIn, client: Client, view: View, bench: Bench
) -> tuple[Job | None, Listing, dict[str, JobDetails]]:
    """The job created last, the list and its details, all up to date; the list is kept in the session.

    It begins anew in another view, and with each job that is created here. A retried job's new attempt comes
    on top: it must not wait to be shown, and the chosen row must stay.
    """
    created: Job | None = st.session_state.get(CREATED)
    now = view, created and created.id
    seen, held = st.session_state.get(LISTING, (None, Listing()))
    if seen != now:
        held = Listing()
    elif attempt := _attempt_made_here(held, bench):
        held = replace(held, jobs=(attempt, *held.jobs))
    known = Listing((*held.jobs, *([created] if created else [])))
    missing = known.missing(bench.jobs)
    ids = tuple({job.id: None for job in (*known.jobs, *bench.jobs)})
    followed = reads.followed(person.user_id, client, missing, ids) if ids else Followed([], {})
    listing = follow(held, bench.jobs, followed.others, view.limit)
    st.session_state[LISTING] = now, listing
    found = {job.id: job for job in (*bench.jobs, *followed.others)}
    return (found.get(created.id) if created else None), listing, followed.details


def _attempt_made_here(held: Listing, bench: Bench) -> Job | None:
    """The attempt that this session queued last, if it belongs into the list and is not there yet."""
    made = st.session_state.get(RETRIED)
    return next((job for job in bench.jobs if job.id == made and made not in held.ids), None)


def _tools(bench: Bench) -> None:
    """The list's switches come first: on a phone a touched list's toolbar covers the end of the last line."""
    filters.scope()
    live.control()
    moves.reason()
    totals.popover(bench.statistics)
    old_jobs.opener()


def _nothing(view: View) -> None:
    is_narrowed = view.everywhere or view.status is not None
    said = "No job matches yet. Create one, or choose other filters."
    st.info(
        said if is_narrowed else "No jobs in this project yet. Create one above.", icon=":material/inbox:"
    )


def _choose(
    listing: Listing,
    projects: Mapping[str, str] | None,
    details: Mapping[str, JobDetails],
    status: Status | None,
) -> Job:
    rows = job_table.table(listing, projects, details, datetime.now(UTC), browser.zone(), status)
    job = job_table.choose(listing, rows, st.session_state.get(CHOSEN), browser.theme(), status)
    st.session_state[CHOSEN] = job.id
    return job


def _how_many(view: View, bench: Bench, listing: Listing, projects: Mapping[str, str]) -> None:
    """Draw the number of jobs below the list, where the list's own toolbar covers no button."""
    left = listing.left(view.status)
    shown = len(listing.jobs) - left
    there = sum(line.count for line in bench.statistics if view.status in (None, line.status))
    is_all = there <= shown + listing.waiting
    said = _counts(there if is_all else shown, there, left, is_longest=view.limit >= filters.MOST)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", height=32, border=False):
        st.markdown(f":small[:gray[{said}]]", width="content")
        if not is_all and view.limit < filters.MOST:
            st.button(f"{filters.STEP} more", key="more", type="tertiary", on_click=filters.more)
        if listing.waiting:
            _offer_newcomers(listing.waiting)
        _file(view, listing, projects)


def _file(view: View, listing: Listing, projects: Mapping[str, str]) -> None:
    """Offer the listed jobs as a file, which is written only when asked for."""
    jobs = [job for job in listing.jobs if job.id not in listing.gone and view.status in (None, job.status)]
    where = "all projects" if view.everywhere else projects.get(view.project_id, view.project_id)
    narrowed = [where, *([view.status] if view.status else [])]
    st.download_button(
        "CSV",
        partial(job_file.write, jobs, projects),
        list_name("jobs", narrowed, datetime.now(UTC), "csv"),
        "text/csv",
        key="jobs-csv",
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
    )


def _counts(shown: int, there: int, left: int, *, is_longest: bool) -> str:
    """How many of the jobs that are `there` are shown, and how many other rows there are, in `left`.

    Short, as on a phone the button beside it would be pushed out of sight.
    """
    said = [counted(there, "job") if shown == there else f"Newest {shown:,} of {there:,}"]
    if shown < there and is_longest:
        said.append(f"at most {filters.MOST} are listed")
    if left:
        said.append(f"{counted(left, 'row')} changed or deleted")
    return " · ".join(said)


def _offer_newcomers(waiting: int) -> None:
    icon = ":material/arrow_upward:"
    st.button(f"{waiting} new · Show", key="let-in", icon=icon, type="tertiary", on_click=show_new_jobs)
