"""How a status looks: always an icon or a glyph and the word, in the colour that it has everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from genjobs.domain.workflow import Status


@dataclass(frozen=True)
class StatusStyle:
    """`icon` and `colour` as Streamlit names them; `glyph` where only plain text can be drawn."""

    word: str
    icon: str
    glyph: str
    colour: str


STATUS_STYLES: dict[Status, StatusStyle] = {
    Status.QUEUED: StatusStyle("Queued", ":material/schedule:", "○", "gray"),
    Status.RUNNING: StatusStyle("Running", ":material/play_circle:", "◐", "blue"),
    Status.SUCCEEDED: StatusStyle("Succeeded", ":material/check_circle:", "✓", "green"),
    Status.FAILED: StatusStyle("Failed", ":material/error:", "✕", "red"),
}


def badge(status: Status) -> str:
    """The status as a Markdown badge with its icon."""
    style = STATUS_STYLES[status]
    return f":{style.colour}-badge[{style.icon} {style.word}]"


def label(status: Status) -> str:
    """The status as plain text with a glyph, for cells that draw no icons: `✓ Succeeded`."""
    style = STATUS_STYLES[status]
    return f"{style.glyph} {style.word}"
