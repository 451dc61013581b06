from __future__ import annotations

import tomllib
from typing import get_args

import pytest

from genjobs.charts.colours import STATUS_BACKGROUNDS, STATUS_COLOURS, STATUS_TEXT, Theme
from genjobs.console.kit.badges import STATUS_STYLES, badge, label
from genjobs.domain.workflow import Status
from genjobs.paths import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
THEMES: tuple[Theme, ...] = get_args(Theme)
CASES = [(theme, status) for theme in THEMES for status in Status]


def luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("theme", "status"), CASES)
def test_badges_and_charts_use_the_same_colour(theme: Theme, status: Status) -> None:
    config, name = CONFIG["theme"][theme], STATUS_STYLES[status].colour
    assert config[f"{name}Color"] == STATUS_COLOURS[theme][status]
    assert config[f"{name}TextColor"] == STATUS_TEXT[theme][status]
    assert config[f"{name}BackgroundColor"] == STATUS_BACKGROUNDS[theme][status]


@pytest.mark.parametrize(("theme", "status"), CASES)
def test_a_status_can_be_told_from_the_page_and_read_on_its_badge(theme: Theme, status: Status) -> None:
    config = CONFIG["theme"][theme]
    page, chip = config["backgroundColor"], config[f"{STATUS_STYLES[status].colour}BackgroundColor"]
    assert contrast(STATUS_COLOURS[theme][status], page) >= 3.4
    assert contrast(STATUS_TEXT[theme][status], page) >= 4.5
    assert contrast(STATUS_TEXT[theme][status], chip) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_the_words_on_the_primary_button_can_be_read(theme: Theme) -> None:
    assert contrast(CONFIG["theme"][theme]["primaryColor"], "#FFFFFF") >= 4.5


@pytest.mark.parametrize("status", Status)
def test_a_status_never_stands_as_a_colour_alone(status: Status) -> None:
    assert STATUS_STYLES[status].word in badge(status)
    assert ":material/" in badge(status)
    assert label(status).split() == [STATUS_STYLES[status].glyph, STATUS_STYLES[status].word]


def test_the_four_looks_differ_in_word_icon_glyph_and_colour() -> None:
    for part in ("word", "icon", "glyph", "colour"):
        assert len({getattr(STATUS_STYLES[status], part) for status in Status}) == len(Status)
