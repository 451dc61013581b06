"""Supabase's own linter finds nothing in what the migrations build."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from tests import npm_tools
from tests.clusters import BLANK, BLANK_WITH_GRANTS, Cluster, Database
from tests.sql.schema import bring_back, paste_all

EVERY_FRESH_DATABASE_HAS = {"performance/unusedIndex"}


@pytest.fixture(scope="session")
def linter() -> Path:
    return npm_tools.program(
        "@postgres-language-server/cli",
        "0.25.5",
        "node_modules/@postgres-language-server/cli-*/postgres-language-server",
    )


def findings(linter: Path, database: Database, folder: Path) -> Counter[str]:
    """How often each rule complains; the setting tells the rules which schemas the API shows."""
    with psycopg.connect(database.admin_dsn, autocommit=True) as connection:
        connection.execute(f"alter database {database.name} set pgrst.db_schemas = 'public'".encode())
    done = subprocess.run(
        [
            linter,
            "dblint",
            f"--connection-string={database.postgres_dsn}",
            "--max-diagnostics=none",
            "--reporter=json",
        ],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    diagnostics = json.loads(done.stdout)["diagnostics"]
    rules = Counter(found["category"].removeprefix("splinter/") for found in diagnostics)
    assert set(rules) & EVERY_FRESH_DATABASE_HAS, done.stdout
    return rules


@pytest.mark.parametrize("template", [BLANK, BLANK_WITH_GRANTS])
@pytest.mark.parametrize("start", ["empty", "older edition"])
def test_the_linter_is_content(
    linter: Path, server: Cluster, tmp_path: Path, template: str, start: str
) -> None:
    with server.copy_of(template) as database, database.connect() as connection:
        if start == "older edition":
            for part in ("tables", "functions", "view", "rows"):
                bring_back(connection, part)
            before = findings(linter, database, tmp_path)
            assert before["security/securityDefinerView"] == 1
            assert before["security/functionSearchPathMutable"] == 4
        paste_all(connection)
        assert set(findings(linter, database, tmp_path)) <= EVERY_FRESH_DATABASE_HAS
