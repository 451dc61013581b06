"""The card that creates a job."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.jobs_test import create_job
from genjobs.data import jobs, projects
from genjobs.data.transport.client import Client
from genjobs.domain.errors import InvalidInput, NotFound


def script() -> None:
    from datetime import UTC, datetime

    import streamlit as st

    from genjobs.console.jobs_test import create_job
    from genjobs.domain.rows import Asset

    project = st.query_params["project"]
    shoe = Asset("a", "mugs", "input", "lifestyle", "in/shoe.png", datetime.now(UTC))
    create_job.card("u", project, [shoe] if project == "mugs" else [])
    st.text(str(create_job._values("u", project)[-1]))


def test_an_input_of_one_project_is_not_left_in_the_card_of_another() -> None:
    test = AppTest.from_function(script)
    test.query_params["project"] = "mugs"
    test.run()
    chosen = test.selectbox[1].set_value("a").run()
    assert chosen.text[-1].value == "a"
    test.query_params["project"] = "bowls"
    test.run()
    assert (test.selectbox[1].value, test.text[-1].value) == (None, "None")


ANY_CLIENT = cast(Client, SimpleNamespace())
ID = "8a6e0804-2bd0-4672-b79d-d97027f9071a"


@pytest.mark.parametrize(
    ("mode", "asset_id", "said"),
    [
        (" ", None, "The job has no mode."),
        ("lifestyle", "candle", "No input asset of this project is called 'candle'."),
        ("lifestyle", "x" * 99, f"No input asset of this project is called '{'x' * 60}…'."),
    ],
)
def test_what_the_fields_allow_and_no_job_can_have_is_refused_in_their_words(
    mode: str, asset_id: str | None, said: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        create_job._create(ANY_CLIENT, ("u", "p", mode, 100, asset_id))
    assert refusal.value.message == said


def refused(*_: Any, **__: Any) -> None:
    raise NotFound("the row that it belongs to does not exist, or is not yours", code="23503")


@pytest.mark.parametrize(("asset_id", "kind"), [(ID, InvalidInput), (None, NotFound)])
def test_an_id_that_is_no_asset_of_the_person_is_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, asset_id: str | None, kind: type[Exception]
) -> None:
    monkeypatch.setattr(jobs, "create_job", refused)
    monkeypatch.setattr(projects, "list_projects", lambda client: [SimpleNamespace(id="p")])
    with pytest.raises(kind, match=ID if asset_id else "does not exist"):
        create_job._create(ANY_CLIENT, ("u", "p", "lifestyle", 100, asset_id))


@pytest.mark.parametrize("asset_id", [ID, None])
def test_a_project_that_was_deleted_elsewhere_is_called_so_whatever_the_asset(
    monkeypatch: pytest.MonkeyPatch, asset_id: str | None
) -> None:
    monkeypatch.setattr(jobs, "create_job", refused)
    monkeypatch.setattr(projects, "list_projects", lambda client: [SimpleNamespace(id="another")])
    with pytest.raises(NotFound) as refusal:
        create_job._create(ANY_CLIENT, ("u", "p", "lifestyle", 100, asset_id))
    assert (refusal.value.message, refusal.value.code) == ("This project was deleted.", "")
    assert "choose another one" in refusal.value.hint


@pytest.mark.parametrize("typed", [-5, 1.5, 10.0**20])
def test_the_field_for_the_cost_hands_over_any_number_and_no_job_costs_it(typed: float) -> None:
    test = AppTest.from_function(script)
    test.query_params["project"] = "mugs"
    cost = test.run().number_input[0]
    assert (cost.min, cost.max) == (None, None)
    assert cost.set_value(typed).run().number_input[0].value == typed
    with pytest.raises(InvalidInput, match="cost_cents cannot be"):
        create_job._create(ANY_CLIENT, ("u", "p", "lifestyle", typed, None))


def test_an_emptied_cost_stays_empty_and_no_job_is_made_of_it() -> None:
    test = AppTest.from_function(script)
    test.query_params["project"] = "mugs"
    assert test.run().number_input[0].value == create_job.EXAMPLE_CENTS
    assert test.number_input[0].set_value(None).run().number_input[0].value is None
    with pytest.raises(InvalidInput, match="cannot be empty"):
        create_job._create(ANY_CLIENT, ("u", "p", "lifestyle", None, None))


@pytest.mark.parametrize(
    ("cents", "said"),
    [
        (0, "= $0.00"),
        (9_999_999, "= $99,999.99"),
        (10_000_000, "= $100.0K"),
        (2**31 - 1, "= $21.5M"),
        (2**31, ""),
        (-3, ""),
        (1.5, ""),
    ],
)
def test_dollars_are_short_where_they_do_not_fit_and_none_where_no_job_can_cost_that(
    cents: float, said: str
) -> None:
    test = AppTest.from_function(script)
    test.query_params["project"] = "mugs"
    test.run().number_input[0].set_value(cents).run()
    assert test.text[0].value == said


def test_its_code_shows_the_ids_that_a_program_needs() -> None:
    """docs/CLIENT.md and examples/pipeline.py send their readers there."""
    test = AppTest.from_function(script)
    test.query_params["project"] = "mugs"
    test.session_state["create-code"] = True
    test.run()
    shown = test.selectbox[1].set_value("a").run()
    assert "values ('u', 'mugs', 'main_white', 100, 'a')" in shown.code[0].value
