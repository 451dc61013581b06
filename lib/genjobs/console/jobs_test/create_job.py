"""The card that creates a job: mode, cost in cents and in dollars, and input asset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

import streamlit as st

from genjobs.console.jobs_test import live, moves
from genjobs.console.jobs_test.keys import BOARD, CARD, CHOSEN, CREATED
from genjobs.console.kit import actions, numbers, recipe_view, recipes
from genjobs.console.kit.actions import Notice
from genjobs.console.kit.wording import distinct
from genjobs.data import jobs, projects
from genjobs.data.transport.client import Client
from genjobs.domain.errors import InvalidInput, NotFound
from genjobs.domain.inputs import LARGEST_INTEGER, LONGEST_MODE, check_cents
from genjobs.domain.money import format_short
from genjobs.domain.rows import KNOWN_MODES, Asset, Job

AREA = "create"
EXAMPLE_CENTS = 100
LONGEST_SHOWN = 60
LONGEST_DOLLARS = len("$99,999.99")
MODE, CENTS = "create-mode", "create-cents"
ANOTHER_ASSET = "Choose one from the list, paste the id of one and press Enter, or clear the field."


@st.fragment(key=CARD)
def card(user_id: str, project_id: str, assets: Sequence[Asset]) -> None:
    """Draw the card; typing in it draws only itself again."""
    live.clicked()
    names = distinct({asset.id: f"{asset.name} · {asset.mode}" for asset in assets})
    mode, cost, dollars, asset, create, code = st.columns(
        [2.0, 1.35, 1.15, 2.2, 1.6, 1.3], vertical_alignment="bottom", gap="small"
    )
    with mode:
        _mode()
    with cost:
        cents = numbers.field("Cost in cents", EXAMPLE_CENTS, CENTS, persist_state="session")
    with dollars.container(height=40, border=False, vertical_alignment="center", horizontal=True):
        st.text(_dollars(cents))
    with asset:
        _asset(project_id, names)
    create.button(
        "Create job",
        key="create-job",
        type="primary",
        icon=":material/add:",
        width="stretch",
        on_click=_create_from_card,
        args=(user_id, project_id),
    )
    with code:
        recipe_view.popover(partial(_code, user_id, project_id), "create-code")


def _dollars(cents: numbers.Typed) -> str:
    """Nothing where no job can cost that: the amount would look accepted."""
    if isinstance(cents, int) and 0 <= cents <= LARGEST_INTEGER:
        return f"= {format_short(cents, LONGEST_DOLLARS)}"
    return ""


def duplicate(job: Job) -> None:
    """Create a job like this one, in a button's callback."""
    _create_once((job.user_id, job.project_id, job.mode, job.cost_cents, job.input_asset_id))


def strip(job: Job | None) -> None:
    """Draw the job created last, with its moves; before there is one, a line of text of the same height."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if job is None:
            with st.container(height=40, border=False, vertical_alignment="center"):
                st.markdown(":small[:gray[Jobs that you create can be started here.]]")
            return
        st.markdown(f":small[:gray[Created]] {moves.described(job)} `{job.id[:8]}`", width="content")
        moves.buttons(job, "created")


def _mode() -> None:
    st.selectbox(
        "Mode",
        KNOWN_MODES,
        key=MODE,
        accept_new_options=True,
        persist_state="session",
        placeholder=f"Choose or type, at most {LONGEST_MODE} characters",
    )


def _asset(project_id: str, names: Mapping[str, str]) -> None:
    """A choice for each project, as inputs belong to one: another's name would be read as a pasted id."""
    st.selectbox(
        "Input asset (optional)",
        list(names),
        index=None,
        format_func=lambda asset_id: names.get(asset_id, asset_id),
        key=_asset_key(project_id),
        accept_new_options=True,
        placeholder="Name, or id and Enter",
    )


def _asset_key(project_id: str) -> str:
    return f"create-asset-{project_id}"


Values = tuple[str, str, str, numbers.Typed, str | None]


def _values(user_id: str, project_id: str) -> Values:
    state = st.session_state
    asset = (state[_asset_key(project_id)] or "").strip() or None
    return user_id, project_id, state[MODE] or "", numbers.typed(state[CENTS]), asset


def _code(user_id: str, project_id: str) -> dict[str, recipes.Recipe]:
    _, _, mode, cents, asset = _values(user_id, project_id)
    whole = cents if isinstance(cents, int) else None
    return {"Create a job": recipes.create_job(user_id, project_id, mode, whole, asset)}


def _create_from_card(user_id: str, project_id: str) -> None:
    """The card is drawn again too: a quick click overtakes the run that shows the new cost in dollars."""
    _create_once(_values(user_id, project_id), also=CARD)


def _create_once(values: Values, also: str = "") -> None:
    actions.on_click(AREA, partial(_create, values=values), redraw=BOARD, also=also, once=True)


def _create(client: Client, values: Values) -> Notice:
    user_id, project_id, mode, cents, asset_id = values
    _check(mode, asset_id)
    try:
        made = jobs.create_job(
            client,
            user_id=user_id,
            project_id=project_id,
            mode=mode,
            cost_cents=check_cents("cost_cents", cents),
            input_asset_id=asset_id,
        )
    except NotFound as error:
        raise _what_is_missing(client, project_id, asset_id, error) from error
    # On one line: a taller notice would cover the button until the pointer leaves it.
    return Notice(
        "success", "Job created", f"`{made.id[:8]}`", ":material/add_task:", {CREATED: made, CHOSEN: made.id}
    )


def _what_is_missing(
    client: Client, project_id: str, asset_id: str | None, error: NotFound
) -> NotFound | InvalidInput:
    """The database says only that one of the two is: a deleted project must not be blamed on the asset."""
    if project_id not in {project.id for project in projects.list_projects(client)}:
        return NotFound("This project was deleted.", hint="Reload the page to choose another one.")
    if asset_id is None:
        return error
    return InvalidInput(f"You have no input asset {asset_id}.", hint=ANOTHER_ASSET)


def _check(mode: str, asset_id: str | None) -> None:
    """Refuse what the fields allow, in the words of the card."""
    if not mode.strip():
        raise InvalidInput("The job has no mode.", hint="Choose one, or type a new one and press Enter.")
    if asset_id and not _is_id(asset_id):
        shown = asset_id if len(asset_id) <= LONGEST_SHOWN else f"{asset_id[:LONGEST_SHOWN]}…"
        raise InvalidInput(f"No input asset of this project is called {shown!r}.", hint=ANOTHER_ASSET)


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
