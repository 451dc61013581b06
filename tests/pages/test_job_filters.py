"""Which jobs the list shows, across visits to other pages."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.kit import browser


def script() -> None:
    import streamlit as st

    from genjobs.console.jobs_test import filters

    if st.query_params.get("page") == "costs":
        return
    filters.restore()
    filters.scope()


def test_all_projects_stay_chosen_during_a_visit_to_another_page() -> None:
    test = AppTest.from_function(script).run()
    test.toggle[0].set_value(True).run()
    for page in ("costs", "jobs"):
        test.query_params.clear()
        test.query_params["page"] = page
        test.run()
    assert test.toggle[0].value
    assert test.query_params["everywhere"] == "true"


def test_back_undoes_a_choice_and_other_runs_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    test = AppTest.from_function(script).run()
    test.toggle[0].set_value(True).run()
    test.query_params.clear()
    assert test.run().toggle[0].value
    test.query_params.clear()
    monkeypatch.setattr(browser, "went_back", lambda: True)
    assert not test.run().toggle[0].value
    test.query_params["status"] = "failed"
    assert test.run().session_state["jobs-status"] == "failed"


def test_a_link_to_one_projects_jobs_shows_all_of_them_and_no_others_once() -> None:
    test = AppTest.from_function(script)
    test.query_params["status"] = "failed"
    test.run().toggle[0].set_value(True).run()
    assert test.session_state["jobs-status"] == "failed"
    test.query_params.clear()
    test.query_params["everywhere"] = "false"
    assert not test.run().toggle[0].value
    assert test.session_state["jobs-status"] is None
    assert dict(test.query_params) == {}
    assert test.toggle[0].set_value(True).run().toggle[0].value


def test_an_unknown_status_in_a_link_is_named_once() -> None:
    test = AppTest.from_function(script)
    test.query_params["status"] = "*done*"
    assert [said.value for said in test.run().toast] == [r"**No status is named \*done\*.**"]
    assert dict(test.query_params) == {}
    assert not test.run().toast
    known = AppTest.from_function(script)
    known.query_params["status"] = "failed"
    assert not known.run().toast


def empty(everywhere: bool, status: str | None) -> None:
    from genjobs.console.jobs_test import board
    from genjobs.console.jobs_test.filters import View
    from genjobs.domain.workflow import Status

    board._nothing(View("p", everywhere, Status(status) if status else None, 50))


@pytest.mark.parametrize(
    ("everywhere", "status", "is_narrowed"),
    [(False, None, False), (False, "failed", True), (True, None, True), (True, "failed", True)],
)
def test_filters_are_spoken_of_only_where_one_hides_jobs(
    everywhere: bool, status: str | None, is_narrowed: bool
) -> None:
    [said] = AppTest.from_function(empty, args=(everywhere, status)).run().info
    assert said.value == (
        "No job matches yet. Create one, or choose other filters."
        if is_narrowed
        else "No jobs in this project yet. Create one above."
    )
