"""The card that creates a job."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


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
