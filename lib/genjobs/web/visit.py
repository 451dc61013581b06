"""One post of the sign-in screen: what was sent, by whom, and where the answer leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from genjobs.auth.error_codes import MEANINGS, error_of
from genjobs.auth.form_memory import Entered
from genjobs.domain.errors import ConsoleError, Unavailable
from genjobs.web import cookies
from genjobs.web.destination import local_path, sign_in_page

if TYPE_CHECKING:
    from genjobs.auth.sessions import SessionService
    from genjobs.runtime import Runtime


@dataclass(frozen=True)
class Visit:
    """A request with its form already read."""

    request: Request
    form: dict[str, str]
    runtime: Runtime

    @property
    def sessions(self) -> SessionService:
        """The session service. Raises Unavailable while the console starts."""
        return self.runtime.sessions()

    @property
    def session_id(self) -> str | None:
        """The id that the browser sent."""
        return cookies.session_id(self.request.cookies, secure=cookies.is_secure(self.request))

    @property
    def visitor(self) -> str | None:
        """The browser's address: the socket's peer, or the one that a trusted proxy names."""
        return self.request.client.host if self.request.client else None

    @property
    def email(self) -> str:
        """The address in the form."""
        return self.required("email").strip()

    def required(self, field: str) -> str:
        """The field's text. Raises InvalidInput if it is empty."""
        value = self.form.get(field, "")
        if not value.strip():
            raise error_of("missing_field")
        return value

    def mails(self) -> list[str]:
        """Token hashes of the local stack's messages to the address in the form, newest first."""
        return [mail.token_hash for mail in self.runtime.outbox(self.email)]

    def onward(self) -> Response:
        """Redirect to the page that the person asked for."""
        return see_other(local_path(self.form.get("next", "/")))

    def back(self, view: str, notice: str, *, mail: str = "") -> Response:
        """Redirect to the sign-in screen's `view`, which explains `notice`.

        Remembers the e-mail address, and the `mail` that was sent to it at this browser's request.
        """
        response = see_other(sign_in_page(self.form.get("next", "/"), view=view, notice=notice))
        if email := self.form.get("email", "").strip()[:254]:
            before = self.runtime.form_memory.unseal(cookies.entered(self.request.cookies))
            asked_for = mail or (before.mail if before.email.lower() == email.lower() else "")
            sealed = self.runtime.form_memory.seal(Entered(email, asked_for))
            cookies.keep_entered(self.request, response, sealed)
        return response


def see_other(path: str) -> Response:
    """An answer that makes the browser load `path`, and that no cache keeps."""
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})


def notice_of(error: ConsoleError) -> str:
    """A code that the screen has a text for; the text itself is never put into a URL."""
    if error.code in MEANINGS:
        return error.code
    return "unavailable" if isinstance(error, Unavailable) else "unexpected_failure"
