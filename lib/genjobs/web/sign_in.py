"""The actions of the sign-in forms. Each answers with a redirect; a ConsoleError redirects back."""

from __future__ import annotations

import logging
from typing import Literal

from starlette.responses import Response

from genjobs.auth.error_codes import error_of
from genjobs.auth.tokens import Tokens
from genjobs.domain.errors import ConsoleError
from genjobs.web import cookies, demo
from genjobs.web.visit import Visit, notice_of

logger = logging.getLogger(__name__)


def sign_in(visit: Visit) -> Response:
    """Sign in with a password."""
    email, password = visit.email, visit.required("password")
    try:
        tokens = visit.sessions.server.sign_in(email, password, visitor=visit.visitor)
    except ConsoleError as error:
        if error.code != "email_not_confirmed":
            raise
        return visit.back("verify", error.code)
    return _enter(visit, tokens)


def sign_up(visit: Visit) -> Response:
    """Create an account; a project that confirms addresses sends a code first."""
    email, password = visit.email, visit.required("password")
    known = visit.mails()
    tokens = visit.sessions.server.sign_up(email, password, visitor=visit.visitor)
    return _enter(visit, tokens) if tokens else visit.back("verify", "code_sent", mail=_new(visit, known))


def send_code(visit: Visit) -> Response:
    """Send a one-time code and ask for it."""
    return _after_sending(visit, "email")


def recover(visit: Visit) -> Response:
    """Send a code that allows to set a new password, and ask for it."""
    return _after_sending(visit, "recovery")


def verify(visit: Visit) -> Response:
    """Sign in with an e-mailed code. A recovery code only opens the form for a new password."""
    kind = _kind(visit)
    code = "".join(visit.required("code").split())
    tokens = visit.sessions.server.verify_code(visit.email, code, kind, visitor=visit.visitor)
    return _enter(visit, tokens, recovering=kind == "recovery")


def set_password(visit: Visit) -> Response:
    """Set the new password after a recovery code."""
    return _keep(visit, visit.sessions.set_password(visit.session_id, visit.required("password")))


def sign_in_as_demo_person(visit: Visit) -> Response:
    """Sign in as a demo user of the local stack with one click, if the visitor may."""
    email = visit.email
    offered = demo.people(visit.runtime, visit.request.headers, visit.request.cookies)
    person = next((one for one in offered if one.email == email), None)
    if person is None:
        raise error_of("no_such_person")
    tokens = visit.sessions.server.sign_in(person.email, person.password, visitor=visit.visitor)
    return _enter(visit, tokens)


def sign_out(visit: Visit) -> Response:
    """Sign out here or everywhere. The browser is signed out even if the auth server cannot be reached."""
    everywhere = visit.form.get("scope") == "everywhere"
    try:
        visit.sessions.close(visit.session_id, "global" if everywhere else "local")
        notice = "signed_out_everywhere" if everywhere else "signed_out"
    except ConsoleError as error:
        logger.warning("The auth server could not be told of a sign-out: %s", error.message)
        notice = "signed_out_here_only" if everywhere else "signed_out"
    response = visit.back("", notice)
    cookies.drop_session(visit.request, response)
    return response


def view_of(visit: Visit) -> str:
    """The view of the sign-in screen that a post came from, shown again when the post fails."""
    page = visit.request.url.path.rsplit("/", 1)[-1]
    if page == "verify":
        return "verify-recovery" if _kind(visit) == "recovery" else "verify"
    return {"sign-up": "create", "code": "code", "recover": "recover", "password": "recover"}.get(page, "")


def _after_sending(visit: Visit, kind: Literal["email", "recovery"]) -> Response:
    view = "verify" if kind == "email" else "verify-recovery"
    server, known = visit.sessions.server, visit.mails()
    send = server.send_code if kind == "email" else server.send_recovery
    send(visit.email, visitor=visit.visitor)
    return visit.back(view, "code_sent", mail=_new(visit, known))


def _new(visit: Visit, known: list[str]) -> str:
    """The token hash of a message that is not among `known`, or an empty text."""
    return next((mail for mail in visit.mails() if mail not in known), "")


def _kind(visit: Visit) -> Literal["email", "recovery"]:
    return "recovery" if visit.form.get("kind") == "recovery" else "email"


def _enter(visit: Visit, tokens: Tokens, *, recovering: bool = False) -> Response:
    """Open a session with a new id and close the browser's old one, so that nobody can plant a session."""
    try:
        visit.sessions.close(visit.session_id)
    except ConsoleError as error:
        logger.warning("An earlier session was closed here only: %s (%s)", error.message, notice_of(error))
    return _keep(visit, visit.sessions.open(tokens, visitor=visit.visitor, recovering=recovering))


def _keep(visit: Visit, session_id: str) -> Response:
    response = visit.onward()
    cookies.keep_session(visit.request, response, session_id, visit.sessions.absolute_limit)
    cookies.drop_entered(visit.request, response)
    return response
