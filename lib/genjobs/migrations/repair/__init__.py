"""Repairs differences from sql/schema, in short transactions and without losing a row."""

from genjobs.migrations.repair.run import Left, Repair

__all__ = ["Left", "Repair"]
