"""The sign-in screen. Its current view is kept in the URL, so that a reload shows it again."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

import streamlit as st

from genjobs.auth.error_codes import meaning_of
from genjobs.auth.form_memory import Entered
from genjobs.console.gate import forms, refusals
from genjobs.console.kit import browser, error_messages
from genjobs.domain.people import SHORTEST_PASSWORD
from genjobs.runtime import runtime
from genjobs.web import cookies, demo
from genjobs.web.destination import NOTICE, VIEW, local_path
from genjobs.web.here import is_here

_GOOD_NEWS = {
    "code_sent": "If there is an account for this address, a message with a code is on its way. "
    "At most one message is sent per minute.",
    "signed_out": "You are signed out.",
    "signed_out_everywhere": "You are signed out here and everywhere else.",
}
_HALF_NEWS = {
    "signed_out_here_only": "You are signed out here. The auth server could not be reached, so you may "
    "still be signed in elsewhere. Sign in and try again."
}
_TITLES = {
    "": "Sign in",
    "create": "Create an account",
    "code": "Get a code by e-mail",
    "recover": "Reset your password",
    "verify": "Enter the code",
    "verify-recovery": "Enter the code",
    "new-password": "Choose a new password",
}
_EXPLAINED = {
    "code": "A message with a six-digit code signs you in without a password.",
    "recover": "A message with a six-digit code lets you choose a new password.",
    "new-password": "Setting it signs you out everywhere else.",
}
_PEOPLE_ELSEWHERE = (
    "This console has demo users. You can sign in as one on the machine that it runs on, or with the link "
    "that its operator can share."
)
_MAIL_ELSEWHERE = "This console's mail stays on the machine that it runs on. Ask its operator for the code."
_PASSWORD, _CODE, _CREATE = (
    ("", "Sign in with a password"),
    ("code", "Sign in with a code"),
    ("create", "Create an account"),
)
_WAYS = {
    "": (_CODE, _CREATE, ("recover", "Forgot your password?")),
    "create": (_PASSWORD, _CODE),
    "code": (_PASSWORD, _CREATE),
    "recover": (_PASSWORD, _CODE),
    "verify": (("code", "Send another code"), _PASSWORD),
    "verify-recovery": (("recover", "Send another code"), _PASSWORD),
}


def draw(session_id: object) -> None:
    """Draw the sign-in screen, or the form for a new password after a valid recovery code."""
    view = _view(session_id)
    browser.entitle(_TITLES[view])
    with st.container(horizontal_alignment="center"), st.container(width=480):
        st.markdown(":gray[Generation Jobs Console]")
        st.title(_TITLES[view], anchor=False)
        if view in _EXPLAINED:
            st.markdown(_EXPLAINED[view])
        _draw_notice(session_id)
        _DRAW[view]()
        _draw_ways(view)
        if view == "":
            _draw_people()
    if _refusal():
        st.html(refusals.FOCUS, unsafe_allow_javascript=True)


def _view(session_id: object) -> str:
    if runtime().sessions().recovering(session_id):
        return "new-password"
    wanted = st.query_params.get(VIEW, "")
    return wanted if wanted in _TITLES and wanted != "new-password" else ""


def _draw_notice(session_id: object) -> None:
    """Draw the result of the last form, or else why this browser's session ended."""
    code = st.query_params.get(NOTICE, "")
    if code in _GOOD_NEWS:
        st.success(_GOOD_NEWS[code], icon=":material/check:")
    elif code in _HALF_NEWS:
        st.warning(_HALF_NEWS[code], icon=":material/warning:")
    elif refused := _refusal():
        st.error(refused.reason, icon=":material/error:")
    elif ended := runtime().sessions().why_ended(session_id):
        meaning = meaning_of(ended)
        st.warning(f"{meaning.message} {meaning.hint}", icon=":material/lock:")


def _refusal() -> refusals.Refusal | None:
    """Why the last form was refused; None if it was not."""
    code = st.query_params.get(NOTICE, "")
    if not code or code in _GOOD_NEWS or code in _HALF_NEWS:
        return None
    meaning = meaning_of(code)
    return refusals.Refusal(code, f"{meaning.message} {error_messages.advised(code, meaning.hint)}")


def _draw_password() -> None:
    _form("sign-in", [forms.email_field(_email()), forms.password_field()], "Sign in")


def _draw_create() -> None:
    _form("sign-up", [forms.email_field(_email()), forms.new_password_field(_rule())], "Create account")


def _draw_code() -> None:
    _form("code", [forms.email_field(_email())], "E-mail me a code")


def _draw_recover() -> None:
    _form("recover", [forms.email_field(_email())], "E-mail me a code")


def _draw_verify(kind: str) -> None:
    fields = [forms.email_field(_email(), locked=bool(_email())), forms.code_field()]
    _form("verify", fields, "Continue", kind=kind)
    _draw_mail()


def _draw_new_password() -> None:
    _form("password", [forms.new_password_field(_rule())], "Set password")
    st.html(forms.cancel(_onward()))


def _rule() -> str:
    """Which passwords are taken, as far as it is known: a hosted project does not tell its rules."""
    rule = f"At least {SHORTEST_PASSWORD} characters."
    return rule if runtime().is_local else f"{rule} This project may ask for more."


_DRAW: dict[str, Callable[[], None]] = {
    "": _draw_password,
    "create": _draw_create,
    "code": _draw_code,
    "recover": _draw_recover,
    "verify": lambda: _draw_verify("email"),
    "verify-recovery": lambda: _draw_verify("recovery"),
    "new-password": _draw_new_password,
}


def _form(action: str, fields: list[forms.Field], button: str, **hidden: str) -> None:
    if refused := _refusal():
        fields = refusals.marked(fields, refused)
    st.html(forms.form(action, fields, button, {"next": _onward(), **hidden}))


def _draw_ways(view: str) -> None:
    with st.container(horizontal=True):
        for way, label in _WAYS.get(view, ()):
            st.button(label, key=f"way-{way}", type="tertiary", on_click=_show, args=(way,))


def _show(view: str) -> None:
    st.query_params.pop(NOTICE, None)
    st.query_params[VIEW] = view


def _draw_people() -> None:
    people = demo.people(runtime(), st.context.headers, st.context.cookies)
    if people:
        st.header("Or sign in as a demo user", anchor=False, divider="gray")
        st.markdown(":small[:gray[Made-up people with made-up jobs. One click signs you in.]]")
        st.html(forms.people(people, _onward()))
    elif runtime().demo_people():
        st.markdown(f":small[:gray[{_PEOPLE_ELSEWHERE}]]")


def _draw_mail() -> None:
    """Show the message that this browser asked for, only to a visitor on this machine."""
    if not is_here(st.context.headers):
        if runtime().is_local:
            st.info(_MAIL_ELSEWHERE, icon=":material/mail:")
        return
    entered = _entered()
    for mail in (one for one in runtime().outbox(entered.email) if one.token_hash == entered.mail):
        with st.container(border=True):
            st.markdown("**Mail on this machine**")
            st.text(f"To {mail.to}\n{mail.subject}")
            st.code(mail.code, language=None)


def _email() -> str:
    return _entered().email


def _entered() -> Entered:
    return runtime().form_memory.unseal(cookies.entered(st.context.cookies))


def _onward() -> str:
    """The page that was asked for, with its query."""
    url = st.context.url
    path = urlsplit(url).path if isinstance(url, str) else ""
    query = urlencode([(name, value) for name in st.query_params for value in st.query_params.get_all(name)])
    return local_path((path or "/") + (f"?{query}" if query else ""))
