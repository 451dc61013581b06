"""Applies the files of sql/migrations, recorded in the Supabase CLI's history, and repairs their schema."""

from genjobs.migrations.care import bring_up, differences, repair, write_schema
from genjobs.migrations.failure import AnotherEdition, AppliedFileChanged, MigrationFailed, NewerEdition
from genjobs.migrations.files import Migration, available
from genjobs.migrations.runner import apply, pasted, pending
from genjobs.migrations.schema_files import expected_schema

__all__ = [
    "AnotherEdition",
    "AppliedFileChanged",
    "Migration",
    "MigrationFailed",
    "NewerEdition",
    "apply",
    "available",
    "bring_up",
    "differences",
    "expected_schema",
    "pasted",
    "pending",
    "repair",
    "write_schema",
]
