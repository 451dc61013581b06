"""Applies the files of sql/migrations to a database."""
