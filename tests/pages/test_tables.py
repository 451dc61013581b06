from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.costs.data_files import _column as column_of_a_chart
from genjobs.console.costs.data_files import table as table_of_a_chart
from genjobs.console.jobs_test import job_table
from genjobs.console.jobs_test.listing import Listing
from genjobs.console.kit.tables import row_key
from genjobs.console.projects import project_list
from genjobs.console.projects.project_list import contents
from genjobs.domain.attempts import JobDetails
from genjobs.domain.inputs import LARGEST_INTEGER
from genjobs.domain.money import format_cents
from genjobs.domain.rows import Asset, Job, Project, SummaryRow
from genjobs.domain.workflow import Status

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def job(number: int, cents: int = 0) -> Job:
    return Job(str(number), "me", "p", Status.FAILED, "lifestyle", None, None, cents, NOON, NOON)


def jobs_table(
    jobs: list[Job], projects: dict[str, str], zone: str, gone: frozenset[str] = frozenset()
) -> Any:
    return job_table.table(Listing(tuple(jobs), gone), projects, {}, NOON, ZoneInfo(zone), None).to_pydict()


def table() -> None:
    import pandas as pd
    import streamlit as st

    from genjobs.console.kit.tables import choose_row, row_key

    ids = st.session_state.get("ids", ["10", "11", "12", "13"])
    frame = pd.DataFrame({"Id": ids})
    row = choose_row(row_key("t", ids), frame, {}, st.session_state.get("chosen", 0), "Ids")
    st.text(ids[row])


def test_progress_stands_in_the_list_while_a_worker_has_a_job_of_it() -> None:
    details = {"1": JobDetails("1", None, 1, 3, None, None, held=True, percent=40, progress="Upscaling")}
    rows = job_table.table(Listing((job(1), job(2))), None, details, NOON, ZoneInfo("UTC"), None).to_pydict()
    assert rows["Progress"] == ["40%", ""]
    newcomers = job_table.table(Listing((job(2),)), None, details, NOON, ZoneInfo("UTC"), None)
    assert "Progress" not in newcomers.column_names


def test_a_choice_never_slides_to_another_row_when_the_data_change() -> None:
    test = AppTest.from_function(table).run()
    key = row_key("t", ["10", "11", "12", "13"])
    test.session_state[key] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    test.run()
    assert test.text[0].value == "11"

    test.session_state["ids"] = ["12", "13"]
    test.session_state["chosen"] = 0
    test.run()

    assert test.text[0].value == "12"


def test_a_key_tells_ids_and_their_order_apart() -> None:
    keys = {row_key("jobs", ids) for ids in (["1", "2"], ["2", "1"], ["1"], ["12"], [])}
    assert len(keys) == 5


def test_a_row_offers_the_moves_that_its_status_allows_and_nothing_once_it_is_deleted() -> None:
    rows = [replace(job(number), status=status) for number, status in enumerate(Status)]
    columns = jobs_table(rows, {}, "UTC")
    offered = [[columns[verb][row] for verb in job_table.ACTIONS] for row in range(4)]
    rest = ["Duplicate", "Delete"]
    final = [None, None, None, *rest]
    assert offered == [["Start", None, None, *rest], [None, "Complete", "Fail", *rest], final, final]

    columns = jobs_table(rows, {}, "UTC", frozenset("01"))
    assert columns["Status"][1] == [job_table.DELETED]
    assert {columns[verb][1] for verb in job_table.ACTIONS} == {None}


def test_a_list_of_failed_jobs_begins_with_when_and_why_and_one_of_finished_jobs_offers_no_moves() -> None:
    verbs = {"Start", "Complete", "Fail"}
    assert job_table.shown(None) == list(job_table.WIDTHS)
    assert job_table.shown(Status.RUNNING) == list(job_table.WIDTHS)
    assert set(job_table.shown(Status.SUCCEEDED)) == set(job_table.WIDTHS) - verbs
    of_failed = job_table.table(Listing((job(1),)), None, {}, NOON, ZoneInfo("UTC"), Status.FAILED)
    assert of_failed.column_names[:4] == ["Status", "Created", "Error", "Mode"]
    assert set(of_failed.column_names) == set(job_table.WIDTHS) - verbs - {"Project", "Progress"}
    spared = sum(job_table.WIDTHS[verb] for verb in verbs)
    assert job_table.ERROR_OF_FAILED - job_table.WIDTHS["Error"] <= spared, "it is no wider than the others"


def test_a_row_shows_money_exactly_and_the_time_in_the_readers_zone() -> None:
    columns = jobs_table([job(1, 123_456), job(2, -5)], {"p": "Mugs"}, "Europe/Berlin")
    assert columns["Cost"] == [Decimal("1234.56"), Decimal("-0.05")]
    assert columns["Created at"] == ["23 Nov 2026, 13:00:00 CET"] * 2
    assert columns["Status"] == [["✕ Failed"]] * 2
    assert columns["Project"] == ["Mugs"] * 2


def test_the_largest_cost_fits_its_column_and_all_actions_a_screen_of_1280_pixels() -> None:
    digit_or_comma, padding, chooser, list_width = 6.4, 16, 32, 864
    largest = format_cents(LARGEST_INTEGER)
    assert len(largest) * digit_or_comma + padding <= job_table.WIDTHS["Cost"]
    names = [name for name in job_table.WIDTHS if name != "Project"]
    through_delete = names[: names.index("Delete") + 1]
    assert chooser + sum(job_table.WIDTHS[name] for name in through_delete) <= list_width


def test_a_project_holds_what_the_database_added_up_for_it() -> None:
    mine, empty = Project("a", "Mugs", NOON, NOON), Project("b", "Bowls", NOON, NOON)
    earlier = NOON.replace(hour=3)
    summary = [
        SummaryRow("me", "a", Status.FAILED, 2, 300, Decimal(150), earlier, earlier),
        SummaryRow("me", "a", Status.SUCCEEDED, 5, 700, Decimal(140), earlier, NOON),
    ]
    asset = Asset("x", "a", "input", "lifestyle", "in/x.png", NOON)

    first, second = contents([mine, empty], summary, [asset])

    assert (first.jobs, first.cost_cents, first.last_job_at, first.inputs) == (7, 1000, NOON, (asset,))
    assert (second.jobs, second.cost_cents, second.last_job_at, second.inputs) == (0, 0, None, ())


def test_projects_of_one_name_are_told_apart() -> None:
    named = (("a", "Mugs"), ("b", "Bowls"), ("c", "Mugs"))
    held = contents([Project(key, name, NOON, NOON) for key, name in named], [], [])
    told_apart = ["Mugs (a)", "Bowls", "Mugs (c)"]
    assert [one.name for one in held] == list(project_list._frame(held, NOON)["Name"]) == told_apart


def project_tables(text: str) -> None:
    from datetime import UTC, datetime

    from genjobs.console.projects import project_list
    from genjobs.domain.rows import Asset, Project

    now = datetime.now(UTC)
    asset = Asset("x", "a", "input", text, f"{text}/{text}", now)
    held = project_list.Contents(Project("a", text, now, now), text, 0, 0, None, (asset,))
    project_list.choose([held], None, now)
    project_list.inputs(held, now)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_table_hands_a_spreadsheet_a_formula(start: str) -> None:
    """Streamlit offers each of them as a CSV file."""
    text = f"{start}1+1"
    jobs = jobs_table([replace(job(1), mode=text, error=text)], {"p": text}, "UTC")
    data = table_of_a_chart(pd.DataFrame({"bucket": [text], text: [1]}))
    projects, inputs = (
        one.value for one in AppTest.from_function(project_tables, args=(text,)).run().dataframe
    )
    disarmed = f"'{text}"
    assert [jobs[name] for name in ("Mode", "Project", "Error")] == [[disarmed]] * 3
    assert (data["bucket"][0], list(data.columns)) == (disarmed, ["bucket", disarmed])
    assert projects["Name"][0] == disarmed
    shown = [inputs[name][0] for name in ("Name", "Mode", "Storage path")]
    assert shown == [disarmed, disarmed, f"{disarmed}/{text}"]


def test_the_table_behind_a_chart_tells_dollars_exactly() -> None:
    frame = pd.DataFrame({"key": ["k"], "cents": [123_456_789_012_345_67], "jobs": [2]})
    frame["p50_cents"] = pd.array([None], dtype="Int64")
    shown = table_of_a_chart(frame)
    assert list(shown.columns) == ["dollars", "jobs", "p50_dollars"]
    assert shown["dollars"][0] == Decimal("123456789012345.67")
    assert shown["p50_dollars"][0] is None


@pytest.mark.parametrize(
    ("name", "heading"),
    [("bucket", "Interval"), ("jobs", "Jobs"), ("from_dollars", "From"), ("p95_dollars", "95th percentile")],
)
def test_the_columns_behind_a_chart_have_headings_to_read(name: str, heading: str) -> None:
    """Only money is formatted as money."""
    column = column_of_a_chart(name)
    assert column["label"] == heading
    assert column.get("type_config", {}).get("format") == ("dollar" if "dollars" in name else None)
