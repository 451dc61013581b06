"""The migration files, named as the Supabase CLI names them: `<timestamp>_<name>.sql`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from genjobs.migrations.statements import Statement, split
from genjobs.paths import SQL

FOLDER = SQL / "migrations"
_FILE_NAME = re.compile(r"(\d{14})_(\w+)\.sql")


@dataclass(frozen=True)
class Migration:
    """One file; `version` is its timestamp, `name` the rest of its name."""

    version: str
    name: str
    path: Path

    @cached_property
    def sql(self) -> str:
        """The text of the file, as it was when it was first read."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def statements(self) -> list[Statement]:
        """The statements of the file, in order."""
        return split(self.sql)

    @cached_property
    def checksum(self) -> str:
        """The SHA-256 of the text as hexadecimal digits, independent of line endings."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def available(folder: Path = FOLDER) -> list[Migration]:
    """Every migration file in `folder`, oldest first."""
    found = [(path, _FILE_NAME.fullmatch(path.name)) for path in sorted(folder.glob("*.sql"))]
    return [Migration(match[1], match[2], path) for path, match in found if match]
