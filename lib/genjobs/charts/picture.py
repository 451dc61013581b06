"""Chart templates: Vega-Lite with holes, written once, and filled in by each run.

Altair takes tens of milliseconds to write a chart. So each kind is written once, with a hole for each value
that differs between runs: texts, labels, names, colours. A filled-in value is never read as a hole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

Spec = dict[str, Any]
Filling = str | Sequence[str]


@dataclass(frozen=True)
class Picture:
    """A chart: its Vega-Lite spec, which refers to its tables by name, and the tables."""

    spec: Spec
    tables: Mapping[str, pa.Table]


def hole(name: str) -> str:
    """The placeholder for a text in a written chart."""
    return f"<{name}>"


def holes(name: str) -> list[str]:
    """The placeholder for a list of texts in a written chart."""
    return [hole(name)]


def filled(written: Spec, fillings: Mapping[str, Filling]) -> Spec:
    """A copy of a written chart with its holes filled, by name."""
    by_hole = {hole(name): filling for name, filling in fillings.items()}
    spec: Spec = _filled(written, by_hole)
    return spec


def _filled(part: Any, by_hole: Mapping[str, Filling]) -> Any:
    if isinstance(part, str):
        return by_hole.get(part, part)
    if isinstance(part, dict):
        return {name: _filled(one, by_hole) for name, one in part.items()}
    if isinstance(part, list):
        is_hole = len(part) == 1 and isinstance(part[0], str) and part[0] in by_hole
        return list(by_hole[part[0]]) if is_hole else [_filled(one, by_hole) for one in part]
    return part
