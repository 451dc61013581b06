"""Which project a page works in, by its address and by what was chosen before."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.kit import browser
from genjobs.console.kit.project_choice import GONE
from genjobs.console.kit.wording import plain


def script() -> None:
    import streamlit as st

    from genjobs.console.kit import project_choice

    st.text(project_choice.choose({"a": "Mugs", "b": "Bowls"}))


@pytest.mark.parametrize(
    ("linked", "shown", "is_said"), [(None, "a", False), ("b", "b", False), ("gone", "a", True)]
)
def test_a_link_to_a_project_that_is_not_there_is_told_once(
    linked: str | None, shown: str, is_said: bool
) -> None:
    test = AppTest.from_function(script)
    if linked:
        test.query_params["project"] = linked
    test.run()
    assert test.text[0].value == shown
    assert [GONE in toast.value for toast in test.toast] == [True] * is_said
    test.run()
    assert list(test.toast) == []


@pytest.mark.parametrize(("linked", "shown"), [("a", "a"), ("gone", "b"), (None, "b")])
def test_back_leads_to_the_project_of_its_address(
    monkeypatch: pytest.MonkeyPatch, linked: str | None, shown: str
) -> None:
    test = AppTest.from_function(script).run()
    test.selectbox[0].set_value("b").run()
    monkeypatch.setattr(browser, "went_back", lambda: True)
    test.query_params.clear()
    if linked:
        test.query_params["project"] = linked
    assert test.run().text[0].value == shown
    assert test.query_params["project"] == shown


def newcomer() -> None:
    from genjobs.console.kit import project_choice

    project_choice.first_project("me")


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("x" * 201, "The name may have at most 200 characters, and this has 201."), (" ", "has no name yet.")],
)
def test_a_name_that_is_refused_stays_in_its_field_with_the_reason_below(name: str, refusal: str) -> None:
    """A limit of the field itself would make the browser refuse to paste it, without a word."""
    test = AppTest.from_function(newcomer).run()
    test.text_input[0].set_value(name)
    test.button[0].click().run()
    assert [plain(refusal) in said.value for said in test.warning] == [True]
    assert (test.text_input[0].value, test.text_input[0].max_chars) == (name, 0)


def test_a_newcomer_is_told_too_that_a_linked_project_is_not_theirs() -> None:
    test = AppTest.from_function(newcomer)
    assert list(test.run().toast) == []
    test.query_params["project"] = "gone"
    assert [GONE in toast.value for toast in test.run().toast] == [True]
    assert list(test.run().toast) == []
