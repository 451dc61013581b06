"""Each extra installs what its packages import, and the bare package what the client imports."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from genjobs.entry import INTERRUPTED
from genjobs.paths import APP, PACKAGE, PAGES, ROOT
from tests.requirements import packages
from tests.unit.test_walls import imports

EXTRAS = {
    "": ("client/", "domain/", "entry.py", "errors.py", "paths.py", "__init__.py"),
    "worker": ("worker/", "settings/", "migrations/", "setup/command.py", "cli.py"),
    "local": ("live/", "local/"),
}
"""The rooms of an extra; the others are the console's."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@cache
def brought(extra: str) -> frozenset[str]:
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"].get(extra, ())]
    others = [part for text in asked if text.startswith("genjobs[") for part in text[8:-1].split(",")]
    plain = [text for text in asked if not text.startswith("genjobs[")]
    return frozenset(packages(plain)).union(*(brought(part) for part in others))


def extra_of(path: Path) -> str:
    room = path.relative_to(PACKAGE).as_posix() if PACKAGE in path.parents else ""
    return next((extra for extra, rooms in EXTRAS.items() if room.startswith(rooms)), "console")


@pytest.mark.parametrize("extra", ["", "worker", "local", "console"])
def test_an_extra_brings_what_its_rooms_import(extra: str) -> None:
    owners = packages_distributions()
    missing = {
        f"{path.relative_to(ROOT)}: {top}"
        for path in [APP, *PAGES.glob("*.py"), *PACKAGE.rglob("*.py")]
        if extra_of(path) == extra
        for top in {name.partition(".")[0] for name in imports(path)} - {"genjobs", "__future__"}
        if top not in sys.stdlib_module_names
        and not {owner.lower().replace("_", "-") for owner in owners.get(top, ())} & brought(extra)
    }
    assert missing == set()


def test_the_tests_command_brings_every_extra() -> None:
    extras = PROJECT["optional-dependencies"]
    assert brought("dev") >= frozenset[str]().union(*(brought(extra) for extra in extras))


def test_an_interrupt_while_the_packages_load_leaves_no_traceback() -> None:
    program = (
        "import sys\n"
        "class Pressed:\n"
        "    def find_spec(name, path, target=None):\n"
        "        if name == 'genjobs.cli': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Pressed)\n"
        "from genjobs.entry import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (INTERRUPTED, "")
