"""Applies the files of sql/migrations to a database, in the Supabase CLI's own history."""

from genjobs.migrations.failure import MigrationFailed
from genjobs.migrations.files import Migration, available
from genjobs.migrations.runner import apply, pending

__all__ = ["Migration", "MigrationFailed", "apply", "available", "pending"]
