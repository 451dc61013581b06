"""The list of jobs, whose cells are painted: where they are, and what they say to a screen reader."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from genjobs.console.jobs_test.job_table import WIDTHS
from tests.browser.visitor import Visitor

MARKER, ROW = 32, 35
"""The width of the column that chooses a row, and the height of a row and of the head, in pixels."""


class Grid:
    """The list on the Jobs test page, of one project and without workers; rows count from 0."""

    def __init__(self, visitor: Visitor) -> None:
        self.frame = visitor.page.get_by_test_id("stDataFrame")
        self.names = [name for name in WIDTHS if name not in ("Project", "Progress")]

    def cell(self, row: int, column: str) -> Locator:
        """What a screen reader gets of a cell."""
        return self.frame.get_by_test_id(f"glide-cell-{self.names.index(column) + 1}-{row}")

    def says(self, row: int, column: str, text: str) -> None:
        """Wait until a cell says exactly this."""
        expect(self.cell(row, column)).to_have_text(text)

    def click(self, row: int, column: str) -> None:
        """Click into the middle of a cell."""
        before = self.names[: self.names.index(column)]
        x = MARKER + sum(WIDTHS[name] for name in before) + WIDTHS[column] / 2
        self.frame.click(position={"x": x, "y": ROW * (row + 1.5)})

    def choose(self, row: int) -> None:
        """Click into the circle at the start of a row."""
        self.frame.click(position={"x": MARKER / 2, "y": ROW * (row + 1.5)})
