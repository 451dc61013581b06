"""Supabase's own command line and `genjobs migrate` continue each other's work."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from genjobs import migrations
from tests import npm_tools
from tests.clusters import BLANK, Cluster, Database
from tests.sql.schema import snapshot

FILES = migrations.available()


@pytest.fixture(scope="session")
def supabase() -> Path:
    return npm_tools.program("supabase", "3.1.0", "node_modules/@supabase/cli-*/bin/supabase")


def push(supabase: Path, home: Path, database: Database, files: list[migrations.Migration]) -> str:
    """`supabase db push` of `files`; what it said."""
    folder = home / "supabase" / "migrations"
    folder.mkdir(parents=True, exist_ok=True)
    (home / "supabase" / "config.toml").write_text('project_id = "test"\n')
    for migration in files:
        (folder / migration.path.name).write_text(migration.sql)
    command = [str(supabase), "db", "push", f"--remote={database.postgres_dsn}", f"--workdir={home}", "--yes"]
    quiet = {"HOME": str(home), "DO_NOT_TRACK": "1", "SUPABASE_TELEMETRY_DISABLED": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **quiet}, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def recorded(database: Database) -> list[tuple[str, str, list[str]]]:
    with database.connect() as connection:
        return connection.execute(
            "select version, name, statements from supabase_migrations.schema_migrations order by version"
        ).fetchall()


def test_each_continues_where_the_other_stopped(supabase: Path, cluster: Cluster, tmp_path: Path) -> None:
    with cluster.copy_of(BLANK) as one, cluster.copy_of(BLANK) as other:
        push(supabase, tmp_path / "half", one, FILES[:6])
        assert migrations.apply(one.postgres_dsn) == FILES[6:]
        assert "up to date" in push(supabase, tmp_path / "whole", one, FILES)

        for migration in FILES[:6]:
            (tmp_path / migration.path.name).write_text(migration.sql)
        migrations.apply(other.postgres_dsn, folder=tmp_path)
        push(supabase, tmp_path / "whole", other, FILES)
        assert migrations.pending(other.postgres_dsn) == []

        with one.connect() as first, other.connect() as second:
            assert snapshot(first) == snapshot(second)
        assert recorded(one) == recorded(other)
