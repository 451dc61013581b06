from __future__ import annotations

import tomllib

from genjobs.paths import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))


def test_runs_of_one_person_follow_each_other_so_that_none_is_drawn_from_before_a_write() -> None:
    assert CONFIG["runner"]["fastReruns"] is False


def test_nothing_is_told_to_streamlit() -> None:
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["server"]["showEmailPrompt"] is False, "a start on a desk would wait for an answer"
    assert CONFIG["client"]["toolbarMode"] == "minimal"
