"""The card that creates a job: mode, cost with its dollars, and the input that it works on."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from genjobs.console.jobs_test import job_list
from genjobs.console.kit import actions, recipe_view, recipes
from genjobs.console.kit.actions import Notice
from genjobs.console.kit.wording import distinct, plain
from genjobs.data import jobs
from genjobs.data.transport.client import Client
from genjobs.domain.inputs import LARGEST_INTEGER, LONGEST_MODE
from genjobs.domain.money import format_cents
from genjobs.domain.rows import KNOWN_MODES, Asset

AREA = "create"
EXAMPLE_CENTS = 100


@st.fragment
def card(user_id: str, project_id: str, assets: Sequence[Asset]) -> None:
    """Draw the card; typing in it draws only itself again."""
    heading = recipe_view.heading("Create a job")
    mode = st.selectbox(
        "Mode",
        KNOWN_MODES,
        key="create-mode",
        accept_new_options=True,
        help=f"Choose a known mode, or type one of your own, of at most {LONGEST_MODE} characters, and press "
        "Enter.",
    )
    cents = _cost()
    values = (user_id, project_id, mode or "", cents, _asset(assets))
    if st.button("Create job", key=actions.key(AREA, "create"), type="primary", icon=":material/add:"):
        actions.write(AREA, lambda client: _create(client, *values))
    actions.announce(AREA)
    with heading:
        recipe_view.popover(lambda: {"Create a job": recipes.create_job(*values)}, "create-code")


def _cost() -> int:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        cents = st.number_input(
            "Cost in cents",
            min_value=0,
            max_value=LARGEST_INTEGER,
            value=EXAMPLE_CENTS,
            step=1,
            key="create-cents",
        )
        with st.container(height=40, width="content", border=False, vertical_alignment="center"):
            st.markdown(f"= **{plain(format_cents(cents))}**", width="content")
    return cents


def _asset(assets: Sequence[Asset]) -> str | None:
    names = distinct({asset.id: f"{asset.name} · {asset.mode}" for asset in assets})
    return st.selectbox(
        "Input asset (optional)",
        list(names),
        index=None,
        format_func=names.__getitem__,
        key="create-asset",
        placeholder="None" if names else "This project has no input assets",
        disabled=not names,
    )


def _create(
    client: Client, user_id: str, project_id: str, mode: str, cost_cents: int, input_asset_id: str | None
) -> Notice:
    made = jobs.create_job(
        client,
        user_id=user_id,
        project_id=project_id,
        mode=mode,
        cost_cents=cost_cents,
        input_asset_id=input_asset_id,
    )
    return Notice("success", "Job created", "", ":material/add_task:", job_list.presets(made.id))
