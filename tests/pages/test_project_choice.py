"""Which project a page works in, by its address and by what was chosen before."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.kit.project_choice import GONE


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
