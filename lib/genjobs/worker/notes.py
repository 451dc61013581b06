"""What a worker and a running handler tell each other: in files, which a killed process leaves unlocked."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

MESSAGE_CHARACTERS = 200


@dataclass(frozen=True)
class Progress:
    """How far a job is: `percent` 0 to 100 and a line of text; None where nothing is said of it."""

    percent: int | None = None
    message: str | None = None


@dataclass(frozen=True)
class Notes:
    """The two files of the job `name` in `folder`."""

    folder: Path
    name: str

    def tell(self, progress: Progress) -> None:
        """The handler says how far it is. Whoever reads meanwhile finds what was told before."""
        new = self._file("new")
        new.write_text(json.dumps([progress.percent, progress.message]), encoding="utf-8")
        new.replace(self._file("progress"))

    def told(self) -> Progress:
        """What the handler told last."""
        try:
            percent, message = json.loads(self._file("progress").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Progress()
        return Progress(percent, message)

    def cancel(self) -> None:
        """The worker says that the job is no longer its own."""
        self._file("cancelled").touch()

    def is_cancelled(self) -> bool:
        """Whether the worker has said so."""
        return self._file("cancelled").exists()

    def clear(self) -> None:
        """Remove both files."""
        for name in ("new", "progress", "cancelled"):
            with contextlib.suppress(FileNotFoundError):
                self._file(name).unlink()

    def _file(self, name: str) -> Path:
        return self.folder / f"{self.name}.{name}"
