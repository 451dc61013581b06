"""Signing in: the guard and its screens."""
