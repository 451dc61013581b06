"""A refused form, for people who do not see the notice above it: at which field to go on, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from genjobs.console.gate.forms import Field

FOCUS = """<script>
if (document.activeElement === document.body) document.querySelector("[data-refused]")?.focus();
</script>"""
"""Moves the keyboard into the form; Streamlit removes `autofocus`. Who is already typing is left alone."""

_AT_FAULT: dict[str, Sequence[str]] = {
    "invalid_credentials": ["password"],
    "weak_password": ["password"],
    "same_password": ["password"],
    "otp_expired": ["code"],
    "validation_failed": ["code", "password", "email"],
    "email_address_invalid": ["email"],
    "email_address_not_authorized": ["email"],
    "email_exists": ["email"],
    "user_already_exists": ["email"],
    "user_not_found": ["email"],
}
"""By error code, the fields that may be at fault; the first of them that the form has is called wrong."""


@dataclass(frozen=True)
class Refusal:
    """The code of an error, and its meaning in words."""

    code: str
    reason: str


def marked(fields: Sequence[Field], refused: Refusal) -> list[Field]:
    """The fields, of which one gives the reason: the wrong one, else the first empty one, else the first."""
    names, empty = [field.name for field in fields], [field.name for field in fields if not field.value]
    wrong = [name for name in _AT_FAULT.get(refused.code, ()) if name in names]
    at = [*wrong, *empty, *names][0]
    is_wrong = bool(wrong) or refused.code == "missing_field"
    return [
        replace(field, refusal=refused.reason, is_wrong=is_wrong) if field.name == at else field
        for field in fields
    ]
