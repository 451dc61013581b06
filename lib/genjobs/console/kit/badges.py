"""How a status looks: always an icon or a glyph and the word, in the colour that it has everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from genjobs.domain.workflow import Status


@dataclass(frozen=True)
class Look:
    """`icon` and `colour` as Streamlit names them; `glyph` where only plain text can be drawn."""

    word: str
    icon: str
    glyph: str
    colour: str


LOOKS: dict[Status, Look] = {
    Status.QUEUED: Look("Queued", ":material/schedule:", "○", "gray"),
    Status.RUNNING: Look("Running", ":material/play_circle:", "◐", "blue"),
    Status.SUCCEEDED: Look("Succeeded", ":material/check_circle:", "✓", "green"),
    Status.FAILED: Look("Failed", ":material/error:", "✕", "red"),
}


def badge(status: Status) -> str:
    """The status as a Markdown badge with its icon."""
    look = LOOKS[status]
    return f":{look.colour}-badge[{look.icon} {look.word}]"


def label(status: Status) -> str:
    """The status as plain text with a glyph, for cells that draw no icons: `✓ Succeeded`."""
    look = LOOKS[status]
    return f"{look.glyph} {look.word}"
