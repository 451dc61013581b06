"""Encryption at rest: one key beside the session store, made at first start, readable by its owner only."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.fernet import Fernet

from genjobs.domain.errors import SettingsError


def load_or_make_key(path: Path) -> Fernet:
    """The key in `path` (mode 0600), made if missing. The caller must prevent concurrent calls."""
    if not path.exists():
        _make(path)
    try:
        return Fernet(path.read_bytes().strip())
    except ValueError as error:
        raise SettingsError(
            f"The session key {path} is damaged.", hint="Remove it. Everyone must then sign in again."
        ) from error


def _make(path: Path) -> None:
    """Written under another name, then renamed, so that a crash leaves no partial key."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key())
        os.fsync(file.fileno())
    draft.replace(path)
