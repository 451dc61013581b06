"""Applies the files of sql/migrations to a database, in the Supabase CLI's own history."""

from lib.migrations.failure import MigrationFailed
from lib.migrations.files import Migration, available
from lib.migrations.runner import apply, pending

__all__ = ["Migration", "MigrationFailed", "apply", "available", "pending"]
