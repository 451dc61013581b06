"""What a write says if it cannot even begin."""

from __future__ import annotations

from typing import NoReturn

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.kit import session
from genjobs.domain.errors import Unavailable


def form() -> None:
    import streamlit as st

    from genjobs.console.kit import actions

    st.text_input("Name")
    if st.button("Save", key=actions.key("area", "save")):
        actions.write("area", lambda client: None)
    actions.announce("area")


def board() -> None:
    import streamlit as st

    from genjobs.console.kit import actions

    def start() -> None:
        actions.on_click("area", lambda client: None, redraw="board")

    @st.fragment(key="board")
    def drawn() -> None:
        st.button("Start", on_click=start)
        actions.announce("area")

    drawn()


def unreachable() -> NoReturn:
    raise Unavailable("The auth server does not answer.")


def test_a_write_that_cannot_begin_is_an_error_in_place_and_keeps_what_was_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "client", unreachable)
    test = AppTest.from_function(form).run()
    test.text_input[0].set_value("Spring")
    test.button[0].click().run()
    assert not test.exception
    assert "does not answer" in test.error[0].value
    assert test.text_input[0].value == "Spring"


def test_a_click_that_cannot_begin_is_announced_and_not_an_error_of_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A callback runs before anything is drawn."""
    monkeypatch.setattr(session, "client", unreachable)
    test = AppTest.from_function(board).run()
    test.button[0].click().run()
    assert not test.exception
    assert "does not answer" in test.error[0].value
