"""Messages between a worker and a running handler: in files, as a killed process leaves no lock on them."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path

MESSAGE_CHARACTERS = 200


@dataclass(frozen=True)
class Progress:
    """The progress of a job: `percent`, 0 to 100, and a line of text; None if not reported."""

    percent: int | None = None
    message: str | None = None


@dataclass(frozen=True)
class Notes:
    """The files of the job `name` in `folder`."""

    folder: Path
    name: str

    def tell(self, progress: Progress) -> None:
        """Write the handler's progress, from any thread or process. A reader meanwhile sees the last one."""
        self._write("progress", json.dumps([progress.percent, progress.message]))

    def told(self) -> Progress:
        """The progress that the handler reported last."""
        try:
            percent, message = json.loads(self._file("progress").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return Progress()
        return Progress(percent, message)

    def record_cost(self, cents: int) -> None:
        """Write what the attempt has cost so far, from any thread or process."""
        self._write("cost", str(cents))

    def cost(self) -> int:
        """What the handler noted last, in cents; else 0."""
        try:
            return int(self._file("cost").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return 0

    def stop(self) -> None:
        """Note that the worker was told to stop."""
        self._file("stopping").touch()

    def is_stopping(self) -> bool:
        """Whether the worker has noted that."""
        return self._file("stopping").exists()

    def cancel(self) -> None:
        """Note that the job no longer belongs to the worker."""
        self._file("cancelled").touch()

    def is_cancelled(self) -> bool:
        """Whether the worker has noted that."""
        return self._file("cancelled").exists()

    def clear(self) -> None:
        """Remove all files of the job."""
        for file in self.folder.glob(f"{self.name}.*"):
            file.unlink(missing_ok=True)

    def _write(self, name: str, text: str) -> None:
        new = self._file(f"new-{name}-{os.getpid()}-{threading.get_ident()}")
        new.write_text(text, encoding="utf-8")
        with contextlib.suppress(FileNotFoundError):  # cleared: the job no longer belongs to the worker
            new.replace(self._file(name))

    def _file(self, name: str) -> Path:
        return self.folder / f"{self.name}.{name}"
