"""Makes people's texts safe inside Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:@&])")
REPLACED = re.compile(r"(?<=[<>~!=-])(?=[<>=-])|(?<=:)(?=material/|//)|(?<=www)(?=\.)|(?<=\S)(?=@)")
"""Places inside sequences that Streamlit replaces, or makes into links, after Markdown removes escapes."""
JOINER = "\u2060"
"""The word joiner, a character without width."""


def plain(text: str) -> str:
    """Escape `text` so that Markdown shows it literally; line breaks become spaces."""
    return _escaped(" ".join(text.split()))


def with_commands(text: str) -> str:
    """Like `plain`, but what stands between backticks is code, and can be copied as it is."""
    parts = " ".join(text.split()).split("`")
    return "`".join(part if place % 2 else _escaped(part) for place, part in enumerate(parts))


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", REPLACED.sub(JOINER, text))


def distinct(names: Mapping[str, str]) -> dict[str, str]:
    """The names by id; a name that occurs more than once gets the start of its id appended."""
    often = Counter(names.values())
    return {key: name if often[name] == 1 else f"{name} ({key[:8]})" for key, name in names.items()}
