"""What documents show to be run: their blocks of code, filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from genjobs.paths import ROOT

REFERENCE = ROOT / "docs" / "GENERATION_JOBS_SCHEMA.md"
GUIDE = ROOT / "docs" / "APPLY_MIGRATIONS.md"
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```\n(?:\n((?:^\|[^\n]*\n)+))?", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A block of code below the heading `title`; `answer` is the table right after it, with its heading."""

    title: str
    text: str
    answer: tuple[tuple[str, ...], ...]

    def filled(self, values: Mapping[str, object]) -> str:
        """The text with `<name>` replaced by what `values` has for it."""
        names = "|".join(map(re.escape, values))
        return re.sub(f"<({names})>", lambda found: str(values[found[1]]), self.text)


def examples(document: Path, language: str) -> list[Example]:
    """The document's blocks in `language`, in their order."""
    text = document.read_text("utf-8")
    return [
        Example(_title(text[: found.start()]), found[2], _table(found[3] or ""))
        for found in _BLOCK.finditer(text)
        if found[1] == language
    ]


def _title(before: str) -> str:
    title: str = re.findall(r"^#+ (.+)$", before, re.MULTILINE)[-1]
    return title.strip("`")


def _table(text: str) -> tuple[tuple[str, ...], ...]:
    lines = [line.strip("|").split("|") for line in text.splitlines() if not line.startswith("| ---")]
    return tuple(tuple(cell.strip() for cell in line) for line in lines)
