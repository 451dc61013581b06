"""What Streamlit does for each run: garbage is collected now and then, and the theme is the same."""

from __future__ import annotations

import gc

import pytest
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import script_runner

from genjobs.console.shell import streamlit_patches
from genjobs.console.shell.streamlit_patches import COLLECTED_SECONDS, ThrottledCollector, cached_theme

SECTIONS = ("theme", "theme.light", "theme.dark", "theme.sidebar", "theme.light.sidebar")


@pytest.fixture
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `install` replaces is there, and is put back after the test."""
    monkeypatch.setitem(vars(script_runner), "gc", gc)
    monkeypatch.setattr(app_session, "_populate_theme_msg", app_session._populate_theme_msg)
    rerun = AppSession._handle_rerun_script_request
    monkeypatch.setattr(AppSession, "_handle_rerun_script_request", rerun)


def test_it_takes_the_place_of_what_streamlit_calls(as_it_was: None) -> None:
    streamlit_patches.install()
    assert isinstance(vars(script_runner)["gc"], ThrottledCollector)
    assert "cached_theme" in app_session._populate_theme_msg.__qualname__
    assert "ask_first" in AppSession._handle_rerun_script_request.__qualname__


def test_garbage_is_collected_once_in_a_while() -> None:
    now = [100.0]
    seldom, before = ThrottledCollector(lambda: now[0]), _collections()
    for _ in range(5):
        seldom.collect(2)
    assert _collections() == before + 1
    now[0] += COLLECTED_SECONDS
    seldom.collect(2)
    assert _collections() == before + 2


def _collections() -> int:
    return int(gc.get_stats()[2]["collections"])


@pytest.mark.parametrize("section", SECTIONS)
def test_the_theme_is_as_streamlit_makes_it(section: str) -> None:
    made = CustomThemeConfig()
    app_session._populate_theme_msg(made, section)
    populate = cached_theme(app_session._populate_theme_msg)
    for _ in range(2):
        from_memory = CustomThemeConfig()
        populate(from_memory, section)
        assert from_memory == made


def test_the_theme_is_put_together_once() -> None:
    asked: list[str] = []

    def populate(msg: CustomThemeConfig, section: str = "theme") -> None:
        asked.append(section)
        msg.primary_color = section

    twice = cached_theme(populate)
    for section in (*SECTIONS, *SECTIONS):
        twice(CustomThemeConfig(), section)
    assert asked == list(SECTIONS)
