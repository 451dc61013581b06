"""Automatic runs: one tick for everything that a page watches, and fragments that a tick redraws.

Each tick of a session is a separate run, which costs more than what it looks at. So there is only one, that
of `kit.outage`. `request` exists because `st.rerun` can redraw other fragments only after a click.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

TICK_SECONDS = 5
_WATCHING = "watching"
log = logging.getLogger(__name__)


def watch(look: Callable[[], None] | None) -> None:
    """Call `look` at each tick until this is called again or the whole page is drawn; None stops it."""
    st.session_state[_WATCHING] = look


def tick() -> None:
    """Look, in a fragment that runs every `TICK_SECONDS`; not while the whole page is drawn.

    If `look` fails, that is logged and `look` is dropped, so that the rest of the fragment is still drawn.
    """
    look = st.session_state.get(_WATCHING)
    if not look or is_whole_page():
        return
    try:
        look()
    except Exception:
        log.exception("The page's watch failed and was stopped.")
        watch(None)


def is_whole_page() -> bool:
    """Whether this run draws the whole page, and not only fragments."""
    context = get_script_run_ctx()
    return context is None or not context.fragment_ids_this_run


def request(key: str) -> None:
    """Redraw the fragment with this key after the current run."""
    context = get_script_run_ctx()
    if context is None or context.script_requests is None:
        return
    context.script_requests.request_rerun(
        RerunData(
            query_string=context.query_string,
            page_script_hash=context.page_script_hash,
            fragment_id_queue=context.fragment_storage.resolve_target(key),
            is_fragment_scoped_rerun=True,
            cached_message_hashes=context.cached_message_hashes,
            context_info=context.context_info,
        )
    )
