"""Environments that hold the wheel and what it says it needs, and nothing else, made without the network."""

from __future__ import annotations

import venv
from importlib.metadata import Distribution
from pathlib import Path

from tests.local.wheel import Installed, pip
from tests.requirements import packages, top_levels


def bare(folder: Path, wheel: Path, extra: str = "") -> Installed:
    """The wheel, with links to what it requires for this extra where this environment has it."""
    made = Installed(folder / "environment", folder / "elsewhere", folder / "home")
    made.folder.mkdir(parents=True)
    venv.create(made.root, symlinks=True)
    pip(f"--python={made.python}", "install", "--no-compile", str(wheel))
    [own] = Distribution.discover(name="genjobs", path=[str(made.packages)])
    for package in packages(own.requires or (), extra).values():
        for name in top_levels(package):
            made.packages.joinpath(name).symlink_to(str(package.locate_file(name)))
    return made


def modules_of(installed: Installed, statement: str) -> set[str]:
    """What is imported once the statement has run there; fails where it cannot."""
    done = installed.run(installed.python, "-P", "-c", f"import sys; {statement}; print(*sys.modules)")
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())
