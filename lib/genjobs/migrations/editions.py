"""Which version of the schema a database has, by its history and its catalogue."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum

from genjobs.migrations import catalogue, history
from genjobs.migrations.connection import Connection
from genjobs.migrations.files import available
from genjobs.migrations.schema import compare, failures
from genjobs.migrations.schema_files import expected_schema


class Edition(Enum):
    """How a database's schema relates to the files of this package."""

    OURS = "ours"
    """It has had some or all of our files, or none yet, and no others."""
    NEWER = "newer"
    """It has had all of our files, and later ones that this package does not know."""
    DRAFT = "draft"
    """It has had files that are not among ours, lacks some of ours, and its schema differs from ours."""


def unknown_versions(noted: Collection[str]) -> list[str]:
    """The noted versions that none of our files has."""
    return sorted(set(noted) - {migration.version for migration in available()})


def edition(connection: Connection) -> Edition:
    """The edition of the database behind `connection`."""
    noted, ours = set(history.noted(connection)), {migration.version for migration in available()}
    unknown = unknown_versions(noted)
    if not unknown:
        return Edition.OURS
    if ours <= noted:
        return Edition.NEWER if unknown[-1] > max(ours) else Edition.OURS
    alike = not failures(compare(expected_schema(), catalogue.read(connection)))
    return Edition.OURS if alike else Edition.DRAFT
