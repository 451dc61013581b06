"""Checks of input from people and callers, made before anything is sent.

Each function returns the value in the form that is sent, or raises InvalidInput, which names the field, the
value, and what would be accepted. It does not quote whole numbers that a float may have rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NoReturn
from unicodedata import category
from uuid import UUID

from genjobs.domain.errors import InvalidInput
from genjobs.domain.workflow import Status

LARGEST_INTEGER = 2**31 - 1
INEXACT = 2**53
"""From here on, a float does not hold every whole number."""
LONGEST_MODE = 100
LONGEST_NAME = 200
LONGEST_PATH = 1_000
LONGEST_ERROR = 100_000
STORABLE = "text without NUL and without halves of surrogate pairs"
LONGEST_WAIT = 1e9
"""Some thirty years, in seconds."""
DRAWN_EMPTY = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols without ink: the fillers of Hangul, and Braille's blank."""


def _refuse(field: str, value: object, wanted: str) -> NoReturn:
    raise InvalidInput(f"{field} cannot be {_shown(value)}.", hint=f"Give {wanted}.")


def _shown(value: object) -> str:
    """A number that came through a browser's field, which holds floats, may have had other digits."""
    if isinstance(value, int) and abs(value) >= INEXACT:
        return "that large" if value > 0 else "that small"
    if value is None or not str(value).strip():
        return "empty"
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def check_uuid(field: str, value: object) -> str:
    """A UUID, given as text in any of its usual spellings or as a UUID, in its canonical spelling."""
    try:
        return str(UUID(str(value)))
    except ValueError:
        _refuse(field, value, "an id such as 8a6e0804-2bd0-4672-b79d-d97027f9071a")


def check_cents(field: str, value: object) -> int:
    """Whole, non-negative cents that fit the column (at most 2,147,483,647); a bool is not a number."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_INTEGER:
        _refuse(field, value, f"a whole number of cents from 0 to {LARGEST_INTEGER:,}")
    return value


def check_count(field: str, value: object) -> int:
    """A whole number from 1 that fits a PostgreSQL integer; a bool is not a number."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_INTEGER:
        _refuse(field, value, f"a whole number from 1 to {LARGEST_INTEGER:,}")
    return value


def check_percent(field: str, value: object) -> int:
    """A whole number from 1 to 100; a bool is not a number."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 100:
        _refuse(field, value, "a whole number of percent from 1 to 100")
    return value


def check_seconds(field: str, value: object) -> float:
    """A number of at least 0, infinity included; a bool is not a number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        _refuse(field, value, "a number of seconds, at least 0, or None")
    return min(value, LONGEST_WAIT)


def check_text(field: str, value: object) -> str:
    """Text that is not blank and can be stored, stripped of spaces around it."""
    if not isinstance(value, str) or not value.strip():
        _refuse(field, value, "some text")
    if not can_be_stored(value):
        _refuse(field, value, STORABLE)
    return value.strip()


def can_be_stored(text: str) -> bool:
    """Whether it can be sent as UTF-8 and stored: PostgreSQL has no NUL character."""
    try:
        return b"\x00" not in text.encode()
    except UnicodeEncodeError:
        return False


def check_mode(field: str, value: object) -> str:
    """Text of at most 100 characters."""
    return _at_most(LONGEST_MODE, field, check_text(field, value))


def check_name(field: str, value: object) -> str:
    """Text of at most 200 characters, at least one of which can be seen."""
    name = _at_most(LONGEST_NAME, field, check_text(field, value))
    if not any(_is_seen(character) for character in name):
        raise InvalidInput(f"{field} has nothing that can be read.", hint="Give a name that people can see.")
    return name


def _is_seen(character: str) -> bool:
    return category(character)[0] in "LNPS" and character not in DRAWN_EMPTY


def check_path(field: str, value: object) -> str:
    """Text of at most 1,000 characters that stays inside the bucket."""
    path = _at_most(LONGEST_PATH, field, check_text(field, value))
    if not stays_inside(path):
        raise InvalidInput(
            f"{field} has an empty part, or one that leads upwards.",
            hint="Give a path such as inputs/shoe.png, without a slash at its ends.",
        )
    return path


def stays_inside(path: str) -> bool:
    """Whether no part of the path is empty or leads upwards, which HTTP clients resolve before sending."""
    return not {"", ".", ".."} & set(path.split("/"))


def check_bucket(field: str, value: object) -> str:
    """The name of a Storage bucket, which is one part of a path."""
    name = check_text(field, value)
    if "/" in name or not stays_inside(name):
        _refuse(field, value, "the name of a bucket, without slashes")
    return name


def check_error(field: str, value: object) -> str | None:
    """None, or text of at most 100,000 characters, as it was given, that can be stored."""
    if value is None:
        return None
    if not isinstance(value, str) or not can_be_stored(value):
        _refuse(field, value, f"{STORABLE}, or None")
    return _at_most(LONGEST_ERROR, field, value)


def _at_most(most: int, field: str, text: str) -> str:
    if len(text) > most:
        raise InvalidInput(
            f"{field} may have at most {most:,} characters, and this has {len(text):,}.",
            hint="Give a shorter text.",
        )
    return text


def check_status(field: str, value: object) -> Status:
    """One of the four statuses."""
    try:
        return Status(str(value))
    except ValueError:
        _refuse(field, value, f"one of {', '.join(Status)}")


def check_statuses(field: str, values: Iterable[object]) -> tuple[Status, ...]:
    """At least one of the four statuses, each once, in the order of the workflow."""
    wanted = {check_status(field, value) for value in values}
    if not wanted:
        _refuse(field, (), "at least one status")
    return tuple(status for status in Status if status in wanted)


def check_moment(field: str, value: object) -> datetime:
    """An aware datetime."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        _refuse(field, value, "a date and time with a time zone")
    return value
