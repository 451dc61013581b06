"""What runs by itself: one tick for all that a page watches, and a fragment that a tick draws again.

Each tick of each session is a run of its own, which takes more time than what it looks at: there is one, that
of `kit.outage`. `st.rerun` draws other fragments for clicks alone.
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
    """Call `look` at each tick until this is called again, or the whole page is drawn; None ends it."""
    st.session_state[_WATCHING] = look


def tick() -> None:
    """Look, in a fragment that runs every `TICK_SECONDS`; not while the whole page is drawn.

    What fails is logged and not looked at again: nobody clicked, and the fragment has more to say.
    """
    look = st.session_state.get(_WATCHING)
    if not look or is_whole_page():
        return
    try:
        look()
    except Exception:
        log.exception("What the page watches cannot be looked at.")
        watch(None)


def is_whole_page() -> bool:
    """Whether this run draws the whole page, and not only fragments."""
    context = get_script_run_ctx()
    return context is None or not context.fragment_ids_this_run


def request(key: str) -> None:
    """Have the fragment of this key drawn again when the present run has ended."""
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
