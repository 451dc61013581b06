"""What each package may import, from the table in docs/architecture.md, as import-linter's contracts.

    python -m tests.contracts

writes them into pyproject.toml.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from genjobs.paths import PACKAGE, ROOT

PYPROJECT = ROOT / "pyproject.toml"
BEGIN = "[[tool.importlinter.contracts]]\n"
LIBRARIES = {
    "altair": ("altair",),
    "httpx": ("httpx",),
    "pandas": ("pandas",),
    "psycopg": ("psycopg",),
    "starlette": ("starlette",),
    "streamlit": ("streamlit",),
    "supabase": ("postgrest", "supabase", "supabase_auth"),
    "typer": ("typer",),
}
"""The libraries that only some rooms may import, by the word for them in the table."""
OUTSIDE = ("app.py", "pages/", "sql/")


def table() -> dict[str, set[str]]:
    """What each room may import: other rooms as the table names them, and words for libraries."""
    rooms = {}
    for line in (ROOT / "docs" / "architecture.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0].startswith("`"):
            allowed = {word.strip(" `") for word in cells[2].split(",")} - {"", "the standard library"}
            rooms.update(dict.fromkeys(re.findall(r"`([^`]+)`", cells[0]), allowed))
    return rooms


ROOMS = {room: allowed for room, allowed in table().items() if room not in OUTSIDE}


def modules(room: str) -> list[str]:
    """The modules that import-linter is told for a room; a room inside another is not part of it."""
    name = f"genjobs.{room.removesuffix('/').removesuffix('.py').replace('/', '.')}"
    inner = [other for other in ROOMS if other != room and other.startswith(room)]
    if not inner:
        return [name]
    files = sorted((PACKAGE / room).iterdir())
    names = [one.stem for one in files if one.suffix == ".py" and one.stem != "__init__"]
    return [f"{name}.{one}" for one in names]


def forbidden(allowed: Iterable[str], room: str = "") -> list[str]:
    allowed = set(allowed)
    others = [
        module for other in ROOMS if other != room and other not in allowed for module in modules(other)
    ]
    names = [module for word, found in LIBRARIES.items() if word not in allowed for module in found]
    return sorted(others) + sorted(names)


def contracts() -> list[dict[str, object]]:
    """The contracts that the table asks for."""
    return [
        {
            "name": room,
            "type": "forbidden",
            "source_modules": modules(room),
            "forbidden_modules": forbidden(allowed, room),
            "allow_indirect_imports": True,
        }
        for room, allowed in ROOMS.items()
    ]


def written(contract: dict[str, object]) -> str:
    """A contract in TOML, in which such lists and texts are written as in JSON."""
    return BEGIN + "".join(f"{name} = {json.dumps(value)}\n" for name, value in contract.items())


def main() -> None:
    """Replace the contracts, which are the last part of the file."""
    before, _, _ = PYPROJECT.read_text("utf-8").partition(BEGIN)
    PYPROJECT.write_text(before + "\n".join(map(written, contracts())), "utf-8")


if __name__ == "__main__":
    main()
