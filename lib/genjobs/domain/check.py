"""One line of a verification: what is expected and what was found."""

from __future__ import annotations

from dataclasses import dataclass

APPLY = "Apply the missing migrations, then check again."
REPAIR = (
    "No migration is missing: somebody changed the schema since. Repair it with `genjobs migrate --repair`."
)


@dataclass(frozen=True)
class Check:
    """One line of the verification; `sql` is the query that shows the same in the SQL editor.

    `fix` says what to do if the check fails; commands stand between backticks.
    """

    name: str
    expected: str
    found: str
    ok: bool
    sql: str
    fix: str = APPLY
