"""Whether a run draws the whole page, and a redraw of one fragment after the current run.

`request` exists because `st.rerun` can redraw other fragments only after a click.
"""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData


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
