"""The forms of the sign-in screen as HTML. They post to the routes in `genjobs.web`, which set the cookie.

A Streamlit script cannot set a cookie. Values from outside are escaped; all styling is in style attributes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from genjobs.domain.people import DemoPerson

_ACCENT = "#4F46E5"
_LINE = "1px solid color-mix(in srgb, currentColor 55%, transparent)"
_LABEL = "display:block;font-size:0.9rem;font-weight:500"
_HINT = "margin-top:0.35rem;font-size:0.85rem;color:color-mix(in srgb, currentColor 75%, transparent)"
_INPUT = (
    "display:block;width:100%;box-sizing:border-box;margin-top:0.35rem;padding:0.6rem 0.75rem;"
    f"border:{_LINE};border-radius:0.5rem;background:transparent;color:inherit;font:inherit;font-size:1rem"
)
_BUTTON = (
    "display:block;width:100%;box-sizing:border-box;padding:0.65rem 1rem;border:1px solid transparent;"
    f"border-radius:0.5rem;background:{_ACCENT};color:#FFFFFF;font:inherit;font-weight:600;cursor:pointer"
)
_CARD = (
    "display:block;width:100%;height:100%;box-sizing:border-box;padding:0.6rem 0.75rem;text-align:left;"
    f"border:{_LINE};border-radius:0.5rem;background:transparent;color:inherit;font:inherit;cursor:pointer"
)
_CARDS = "display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:0.75rem"


@dataclass(frozen=True)
class Field:
    """One labelled input. `autocomplete` tells password managers what belongs in it.

    `hint` says beforehand what it takes; `refusal` is why the form was refused, if this is the field at which
    to go on.
    """

    name: str
    label: str
    kind: str
    autocomplete: str
    value: str = ""
    attributes: str = ""
    hint: str = ""
    refusal: str = ""
    is_wrong: bool = False


def email_field(value: str, *, locked: bool = False) -> Field:
    """The e-mail address; `locked` when a code was sent to it."""
    return Field(
        "email", "E-mail", "email", "username", value, 'maxlength="254"' + (" readonly" if locked else "")
    )


def password_field() -> Field:
    """The password of an account that exists."""
    return Field("password", "Password", "password", "current-password")


def new_password_field(rule: str) -> Field:
    """A new password; `rule` says which are taken."""
    return Field("password", "New password", "password", "new-password", hint=rule)


def code_field() -> Field:
    """The six digits of a message."""
    return Field(
        "code", "Six-digit code", "text", "one-time-code", attributes='inputmode="numeric" maxlength="10"'
    )


def form(action: str, fields: Sequence[Field], button: str, hidden: dict[str, str]) -> str:
    """A form that posts to `/session/<action>`, with one button."""
    inputs = "".join(_input(action, field) for field in fields)
    return (
        f'<form method="post" action="/session/{action}">{_hidden(hidden)}{inputs}'
        f'<button type="submit" style="{_BUTTON}">{escape(button)}</button></form>'
    )


def people(demo_people: Sequence[DemoPerson], onward: str) -> str:
    """A card each for the made-up people; one click signs in."""
    return f'<div style="{_CARDS}">{"".join(_person(person, onward) for person in demo_people)}</div>'


def cancel(onward: str) -> str:
    """A button that cancels setting a new password."""
    return (
        f'<form method="post" action="/session/sign-out">{_hidden({"next": onward})}'
        f'<button type="submit" style="{_CARD};text-align:center">Cancel</button></form>'
    )


def _input(action: str, field: Field) -> str:
    name = f"{action}-{field.name}"
    return (
        f'<div style="margin-bottom:1rem"><label for="{name}" style="{_LABEL}">{escape(field.label)}'
        f'<input id="{name}" name="{field.name}" type="{field.kind}" autocomplete="{field.autocomplete}" '
        f'value="{escape(field.value)}" required {field.attributes}{_described(name, field)} '
        f'style="{_INPUT}"></label>{_descriptions(name, field)}</div>'
    )


def _described(name: str, field: Field) -> str:
    told = {"refusal": field.refusal, "hint": field.hint}
    places = " ".join(f"{name}-{kind}" for kind, text in told.items() if text)
    wrong = ' aria-invalid="true"' if field.is_wrong else ""
    refused = " data-refused" if field.refusal else ""
    return wrong + refused + (f' aria-describedby="{places}"' if places else "")


def _descriptions(name: str, field: Field) -> str:
    """The hint; and the reason, only for who hears the field, as the notice above the form shows it."""
    hint = f'<div id="{name}-hint" style="{_HINT}">{escape(field.hint)}</div>' if field.hint else ""
    reason = f'<span id="{name}-refusal" hidden>{escape(field.refusal)}</span>' if field.refusal else ""
    return hint + reason


def _person(person: DemoPerson, onward: str) -> str:
    return (
        f'<form method="post" action="/session/demo">{_hidden({"email": person.email, "next": onward})}'
        f'<button type="submit" style="{_CARD}"><strong>{escape(person.name)}</strong><br>'
        f'<span style="font-size:0.85rem">{escape(person.role)}</span></button></form>'
    )


def _hidden(values: dict[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in values.items()
    )
