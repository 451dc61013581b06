"""All colours that carry a meaning. `.streamlit/config.toml` repeats those that widgets use.

The status colours have a contrast of at least 3.4 to 1 with their theme's background and can be distinguished
with the common kinds of colour-blindness; a word or an icon is always shown beside them as well. Small text
in a status colour uses the shade from `STATUS_TEXT`, with a contrast of 4.5 to 1 on the page and on a badge,
whose colour is from `STATUS_BACKGROUNDS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from genjobs.domain.workflow import Status

Theme = Literal["light", "dark"]

OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")

STATUS_COLOURS: dict[Theme, dict[Status, str]] = {
    "light": {
        Status.QUEUED: "#64748B",
        Status.RUNNING: "#2563EB",
        Status.SUCCEEDED: "#0F9D75",
        Status.FAILED: "#C8371B",
    },
    "dark": {
        Status.QUEUED: "#94A3B8",
        Status.RUNNING: "#60A5FA",
        Status.SUCCEEDED: "#34D399",
        Status.FAILED: "#F8714F",
    },
}

STATUS_TEXT: dict[Theme, dict[Status, str]] = {
    "light": {
        Status.QUEUED: "#566377",
        Status.RUNNING: "#1D4FD7",
        Status.SUCCEEDED: "#0A7558",
        Status.FAILED: "#B02E15",
    },
    "dark": {
        Status.QUEUED: "#B3BFCF",
        Status.RUNNING: "#8FBCFB",
        Status.SUCCEEDED: "#5FE0B0",
        Status.FAILED: "#FA937A",
    },
}

STATUS_BACKGROUNDS: dict[Theme, dict[Status, str]] = {
    "light": {
        Status.QUEUED: "#EEF1F5",
        Status.RUNNING: "#E9F0FE",
        Status.SUCCEEDED: "#E4F5EF",
        Status.FAILED: "#FCECE8",
    },
    "dark": {
        Status.QUEUED: "#232B36",
        Status.RUNNING: "#16243C",
        Status.SUCCEEDED: "#0E2A24",
        Status.FAILED: "#3A1D17",
    },
}


@dataclass(frozen=True)
class Ink:
    """The colours of a picture on one theme: page, text, and less prominent parts."""

    page: str
    text: str
    quiet: str
    grid: str
    accent: str
    rest: str
    warning: str
    heat: tuple[str, str, str]


INKS: dict[Theme, Ink] = {
    "light": Ink(
        page="#FFFFFF",
        text="#171B24",
        quiet="#566377",
        grid="#E4E8EF",
        accent="#4F46E5",
        rest="#8A94A6",
        warning="#B45309",
        heat=("#F3F4FB", "#9AA0F0", "#312E81"),
    ),
    "dark": Ink(
        page="#0F141B",
        text="#E6EAF0",
        quiet="#B3BFCF",
        grid="#28313D",
        accent="#A5B4FC",
        rest="#7C8798",
        warning="#F59E0B",
        heat=("#1A212B", "#4F46E5", "#C7D2FE"),
    ),
}


def status_palette(theme: Theme) -> dict[str, str]:
    """The colours of the statuses by their names."""
    return {str(status): colour for status, colour in STATUS_COLOURS[theme].items()}


def places(keys: Sequence[str], kept: Mapping[str, int]) -> dict[str, int]:
    """The colours of the first seven keys, as indexes into `OKABE_ITO`.

    A key keeps its index in `kept`, unless a key before it has that index; the others get free indexes,
    preferably ones that no key in `kept` has.
    """
    found: dict[str, int] = {}
    for key in keys[: len(OKABE_ITO)]:
        if key in kept and kept[key] not in found.values():
            found[key] = kept[key]
    unkept = [place for place in range(len(OKABE_ITO)) if place not in kept.values()]
    free = [place for place in (*unkept, *sorted(set(kept.values()))) if place not in found.values()]
    new = dict(zip((key for key in keys[: len(OKABE_ITO)] if key not in found), free, strict=False))
    return {key: {**found, **new}[key] for key in keys[: len(OKABE_ITO)]}


def name_palette(names: Mapping[str, int]) -> dict[str, str]:
    """Colours by name, from indexes by name, in the given order; other names belong to the rest."""
    return {name: OKABE_ITO[place] for name, place in names.items()}
