"""Texts that people wrote, made safe to stand inside Markdown, and small counts in words."""

from __future__ import annotations

import re

SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:@&])")


def plain(text: str) -> str:
    """Escape `text` so that Markdown shows it letter by letter; line ends become spaces."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it needs one: `1 job`, `1,204 jobs`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
