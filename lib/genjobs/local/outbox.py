"""The mail that a local stack would have sent: one JSON object per line in a file of the home."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from genjobs.local.files import naming_full_disk, open_private, write_private

KEPT_MAILS = 200


@dataclass(frozen=True)
class Mail:
    """`kind` is signup, magiclink, recovery or email_change; `code` the six digits; `sent_at` aware, UTC."""

    to: str
    kind: str
    subject: str
    text: str
    code: str
    token_hash: str
    sent_at: datetime

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "sent_at": self.sent_at.isoformat()})

    @classmethod
    def from_json(cls, line: str) -> Self:
        values = json.loads(line)
        return cls(**{**values, "sent_at": datetime.fromisoformat(values["sent_at"])})


def send(outbox: Path, mail: Mail) -> None:
    """Append one mail in one write."""
    with naming_full_disk(outbox), open_private(outbox) as file:
        file.write(f"{mail.to_json()}\n".encode())


def read(outbox: Path, email: str | None = None) -> list[Mail]:
    """The mails to `email` (by default all), newest first."""
    lines = outbox.read_text().splitlines(keepends=True) if outbox.exists() else []
    mails = [Mail.from_json(line) for line in lines if line.endswith("\n")]
    return [mail for mail in reversed(mails) if email is None or mail.to == email.strip().lower()]


def trim(outbox: Path) -> None:
    """Delete all but the newest mails."""
    mails = read(outbox)
    if len(mails) > KEPT_MAILS:
        kept = "".join(f"{mail.to_json()}\n" for mail in reversed(mails[:KEPT_MAILS]))
        write_private(outbox, kept.encode())
