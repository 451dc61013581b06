"""What charts look like on a screen of 400 pixels, and where there is only one day to draw."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pytest

from genjobs.charts import export, frames, month, why_changed
from genjobs.charts.style import Words
from genjobs.domain.estimates import DayEstimate
from genjobs.domain.ranking import Movers

NARROW = 336
CHARACTER = 5.5
"""About the width in pixels of a digit in the font of the charts."""
TEXT = re.compile(
    r'<text[^>]*text-anchor="(\w+)" transform="translate\(([-\d.]+),[-\d.]+\)"([^>]*)>([^<]*)</text>'
)
PLOT = re.compile(r'class="background"[^>]* d="M0,0h([\d.]+)')


def texts(svg: str, role: str) -> list[tuple[float, float]]:
    """Where the visible texts of the first group of that role begin and end."""
    group = svg[svg.index(f'class="mark-text role-{role}') :]
    found = TEXT.findall(group[: group.index("</g>")])
    return [_extent(anchor, x, text) for anchor, x, look, text in found if 'opacity="0"' not in look]


def _extent(anchor: str, x: str, text: str) -> tuple[float, float]:
    left = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
    width = CHARACTER * len(text)
    return float(x) - left * width, float(x) + (1 - left) * width


@pytest.mark.parametrize("cents", [12_345, 1_234_567, 123_456_789])
@pytest.mark.parametrize("name", ["Mugs", "An autumn catalogue with a long name"])
def test_labels_of_the_waterfall_neither_touch_nor_leave_the_picture(
    monkeypatch: pytest.MonkeyPatch, cents: int, name: str
) -> None:
    monkeypatch.setattr(export, "PICTURE_WIDTH", NARROW)
    frame = frames.movers(Movers(cents, ((name, cents // 9),), 0, 0, cents + cents // 9))
    svg = export.svg(why_changed.waterfall(frame, Words("Why"), "light"), "light").decode()
    plot = PLOT.search(svg)
    assert plot
    assert max(end for _, end in texts(svg, "mark")) <= float(plot[1])
    assert all(left[1] < right[0] for left, right in pairwise(texts(svg, "axis-label")))


@pytest.mark.parametrize(("ahead", "rules"), [(1, 1), (2, 0)])
def test_the_band_of_a_single_day_is_a_line(ahead: int, rules: int) -> None:
    days = [date(2026, 11, day) for day in (28, 29, 30)]
    estimates = [DayEstimate(day, 3000, 3500, 4000) for day in days[-ahead:]]
    frame = frames.month([(day, 1000) for day in days[: 4 - ahead]], estimates)
    labels = ["28 Nov", "29 Nov", "30 Nov"]
    svg = export.svg(month.cumulative(frame, labels, [], Words("Month"), "light"), "light").decode()
    drawn = re.findall(r'<line [^>]*stroke-width="8"', svg)
    assert len(drawn) == rules
