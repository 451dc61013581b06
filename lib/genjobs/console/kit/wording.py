"""Texts that people wrote, made safe to stand inside Markdown, and small counts in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:@&])")
REPLACED = re.compile(r"(?<=[<>~!=-])(?=[<>=-])|(?<=:)(?=material/|//)|(?<=www)(?=\.)")
"""Inside of what Streamlit replaces, or makes a link of, after Markdown has taken the escapes away."""
JOINER = "\u2060"
"""A letter without a width."""


def plain(text: str) -> str:
    """Escape `text` so that Markdown shows it letter by letter; line ends become spaces."""
    return SPECIAL.sub(r"\\\1", REPLACED.sub(JOINER, " ".join(text.split())))


def distinct(names: Mapping[str, str]) -> dict[str, str]:
    """The names by id, where those that occur more than once carry the start of their id."""
    often = Counter(names.values())
    return {key: name if often[name] == 1 else f"{name} ({key[:8]})" for key, name in names.items()}


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it needs one: `1 job`, `1,204 jobs`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
