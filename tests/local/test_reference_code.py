"""What docs/GENERATION_JOBS_SCHEMA.md shows in Python and TypeScript, run as it stands there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from genjobs.local.stack import StackInfo
from tests import npm_tools
from tests.documents import REFERENCE, examples
from tests.local.test_own_code import ASSETS, environ
from tests.stacks import new_user


@pytest.fixture
def values(info: StackInfo) -> dict[str, object]:
    """What the examples' placeholders stand for: a person with a project and an asset."""
    person, email, password = new_user(info)
    with psycopg.connect(info.database_url) as database:
        [(project, asset), _] = database.execute(ASSETS, [person])
    return {"person": person, "e-mail": email, "password": password, "project": project, "asset": asset}


def printed(command: list[str], info: StackInfo) -> list[str]:
    """What the program prints; nothing is wrong with it."""
    done = subprocess.run(command, env=environ(info), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_example_in_python(info: StackInfo, values: dict[str, object]) -> None:
    [example] = examples(REFERENCE, "python")
    command = [sys.executable, "-c", example.filled(values)]
    once = ["False True", "True", "queued 1 True", "queued None", "failed The shoe was replaced."]
    assert printed(command, info) == once
    assert printed(command, info) == [*once, once[-1]], "its key finds the same job"


def test_the_example_in_typescript(info: StackInfo, values: dict[str, object], tmp_path: Path) -> None:
    package = npm_tools.program("@supabase/supabase-js", "2.119.1", "node_modules/@supabase/supabase-js")
    [example] = examples(REFERENCE, "ts")
    program = tmp_path / "example.mts"
    program.write_text(example.filled(values), "utf-8")
    (tmp_path / "node_modules").symlink_to(package.parents[1])
    command = ["node", "--disable-warning=ExperimentalWarning", str(program)]
    assert printed(command, info) == ["false true true", "failed 1 100"]
