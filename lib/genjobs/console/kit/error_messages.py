"""Errors as messages on the screen: what happened, to what, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from genjobs.console.kit import links
from genjobs.console.kit.local_stack_advice import COMES_BACK, HINTS
from genjobs.console.kit.wording import plain
from genjobs.domain import errors
from genjobs.runtime import runtime

FIELDS = {
    "cost_cents": "Cost in cents",
    "error": "The error",
    "input_asset_id": "The input asset",
    "mode": "The mode",
    "monthly_cents": "The monthly limit in cents",
    "name": "The name",
    "storage_path": "The path",
    "warn_percent": "The warning level in percent",
}
"""What the forms call the fields that a message begins with."""

Tone = Literal["error", "warning", "info", "success"]


@dataclass(frozen=True)
class ErrorStyle:
    """How one kind of error is shown; `advice` is used if the error has no hint."""

    title: str
    tone: Tone
    icon: str
    advice: str


ERROR_STYLES: dict[type[errors.ConsoleError], ErrorStyle] = {
    errors.InvalidInput: ErrorStyle(
        "That cannot be saved", "warning", ":material/edit_note:", "Change it and try again."
    ),
    errors.NotSignedIn: ErrorStyle(
        "You are signed out", "warning", ":material/lock:", "Reload the page to sign in."
    ),
    errors.Forbidden: ErrorStyle(
        "You don't have access",
        "warning",
        ":material/lock:",
        "Ask the owner, or choose one of your own.",
    ),
    errors.NotFound: ErrorStyle(
        "It no longer exists", "warning", ":material/search_off:", "Refresh to see what is there now."
    ),
    errors.Conflict: ErrorStyle(
        "That is not possible now", "warning", ":material/call_split:", "Refresh to see its current state."
    ),
    errors.OverBudget: ErrorStyle(
        "Over budget", "warning", ":material/account_balance_wallet:", "Raise the budget on Costs."
    ),
    errors.RateLimited: ErrorStyle(
        "Too many attempts", "warning", ":material/hourglass_top:", "Wait a minute, then try again."
    ),
    errors.TimedOut: ErrorStyle(
        "No answer in time",
        "error",
        ":material/timer_off:",
        "Refresh to see whether it happened, then try again.",
    ),
    errors.Unavailable: ErrorStyle(
        "The service is out of reach", "error", ":material/cloud_off:", "Try again in a moment."
    ),
    errors.SchemaBehind: ErrorStyle(
        "The database is behind this console",
        "warning",
        ":material/database:",
        "Apply the missing migrations, then reload this page.",
    ),
    errors.SettingsError: ErrorStyle(
        "The configuration cannot be used", "error", ":material/settings:", "Correct it and start again."
    ),
    errors.UnexpectedError: ErrorStyle(
        "Something unexpected happened",
        "error",
        ":material/error:",
        "Try again. If it fails again, read the log.",
    ),
}


def face(error: errors.ConsoleError) -> ErrorStyle:
    """The face of the error's class, or of its nearest base class that has one."""
    known = (ERROR_STYLES[kind] for kind in type(error).__mro__ if kind in ERROR_STYLES)
    return next(known, ERROR_STYLES[errors.UnexpectedError])


def advised(code: str, hint: str) -> str:
    """The advice for an error of this code: `hint`, or on the local stack its own advice if it has one."""
    if code not in HINTS or not runtime().is_local:
        return hint
    progress = runtime().progress()
    if code in COMES_BACK and progress.state == "failed" and progress.error:
        return progress.error.hint  # it was stopped, or could not be started again
    return HINTS[code]


def say(tone: Tone, title: str, text: str = "", icon: str | None = None) -> None:
    """Show one notice: a bold title and `text`, which is safe Markdown; a success stays on one line."""
    draw = {"error": st.error, "warning": st.warning, "info": st.info, "success": st.success}[tone]
    gap = " " if tone == "success" else "\n\n"
    draw(f"**{title}**{gap}{text}" if text else f"**{title}**", icon=icon)


def show(error: errors.ConsoleError) -> None:
    """Show an error as a notice, with a link to Setup if the database lacks migrations."""
    look = face(error)
    code = f" `{error.code}`" if error.code else ""
    say(
        look.tone,
        look.title,
        f"{plain(_in_words(error.message))}{code}\n\n{plain(advised(error.code, error.hint) or look.advice)}",
        look.icon,
    )
    if isinstance(error, errors.SchemaBehind):
        links.open_setup()


def _in_words(message: str) -> str:
    field, space, rest = message.partition(" ")
    return f"{FIELDS.get(field, field)}{space}{rest}"


def behind(error: errors.SchemaBehind) -> None:
    """Show on the Setup page itself that the database is behind: the migrations are on another tab."""
    look = face(error)
    fix = "Apply the files under **Migrations**, then check again."
    say(look.tone, look.title, f"{plain(error.message)} `{error.code}`\n\n{fix}", look.icon)


@contextmanager
def reported() -> Iterator[None]:
    """Show a ConsoleError that the block raises, and continue after the block."""
    try:
        yield
    except errors.ConsoleError as error:
        show(error)
