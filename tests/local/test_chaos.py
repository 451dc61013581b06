"""A short run of the benchmark that kills workers and servers: it raises where a job is lost."""

from __future__ import annotations

from pathlib import Path

from benchmarks import chaos


def test_each_job_ends_once_whatever_is_killed(tmp_path: Path) -> None:
    ended, done = chaos.run(tmp_path / "home", 16.0)
    assert ended["succeeded"] > 0
    assert done["workers killed"] > 3
    assert done["servers killed"] > 0
