"""The packages that requirements bring, as this environment has them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def packages(requirements: Iterable[str], extra: str = "") -> dict[str, Distribution]:
    """These packages and all that they need on this machine, by name, where `extra` is asked for."""
    found: dict[str, Distribution] = {}
    left, seen = [(text, extra) for text in requirements], set[tuple[str, str]]()
    while left:
        text, asked = left.pop()
        needed = Requirement(text)
        if needed.marker and not needed.marker.evaluate({"extra": asked}):
            continue
        name = canonicalize_name(needed.name)
        package = found.setdefault(name, distribution(name))
        new = {(name, one) for one in ("", *needed.extras)} - seen
        seen |= new
        left += [(more, one) for _, one in new for more in package.requires or ()]
    return found


def top_levels(package: Distribution) -> set[str]:
    """The files and folders at the top of what is installed of it."""
    return {file.parts[0] for file in package.files or ()} - {"..", "__pycache__"}
