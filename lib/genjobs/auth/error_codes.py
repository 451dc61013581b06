"""All error codes of signing in: the auth server's, the gateway's and the console's own."""

from __future__ import annotations

from dataclasses import dataclass

from genjobs.domain import errors as e


@dataclass(frozen=True)
class Meaning:
    """The error that a code stands for, in two sentences: what happened, and what to do."""

    error: type[e.ConsoleError]
    message: str
    hint: str


UNEXPECTED = Meaning(
    e.UnexpectedError,
    "Signing in failed in a way that the console does not know.",
    "Try again. If it fails again, check the console's log.",
)

_UNSAVED = "Sign in again. What you had entered but not saved is lost."
_ENDED = Meaning(e.NotSignedIn, "Your session has ended.", _UNSAVED)
_WRONG_CODE = Meaning(
    e.NotSignedIn, "That code is wrong or has expired.", "Use the newest message, or ask for another code."
)
_CODES_OFF = Meaning(
    e.Forbidden, "This project does not allow signing in with a code.", "Use your password instead."
)
_TOO_MANY = Meaning(e.RateLimited, "Too many attempts from here.", "Wait five minutes, then try again.")
_TOO_MANY_MAILS = Meaning(
    e.RateLimited,
    "A message was sent a short while ago.",
    "Use the code in it, or wait a minute before you ask for another.",
)
_TAKEN = Meaning(
    e.Conflict, "An account with this e-mail address already exists.", "Sign in, or ask for a new password."
)
_BAD_ADDRESS = Meaning(e.InvalidInput, "This e-mail address cannot be used.", "Check its spelling.")
_REAUTHENTICATE = Meaning(
    e.Forbidden,
    "The project requires a new proof of identity before it changes a password.",
    "Ask for a new password by e-mail.",
)
_LINK = Meaning(
    e.NotSignedIn, "This sign-in link belongs to another browser or has expired.", "Ask for a code instead."
)
_SIGN_UP_OFF = Meaning(
    e.Forbidden, "This project does not accept new accounts.", "Ask its owner to invite you, or sign in."
)
_NO_MAIL = Meaning(
    e.Forbidden, "This project does not allow signing in by e-mail.", "Ask its owner to allow it."
)
_SERVER_FAULT = Meaning(
    e.Unavailable, "The auth server failed.", "Try again in a moment; nothing you entered is lost."
)

MEANINGS: dict[str, Meaning] = {
    "invalid_credentials": Meaning(
        e.NotSignedIn, "The e-mail address or the password is wrong.", "Try again, or ask for a new password."
    ),
    "email_not_confirmed": Meaning(
        e.NotSignedIn,
        "This e-mail address is not confirmed yet.",
        "Enter the code from the message you got, or ask for another.",
    ),
    "user_banned": Meaning(e.Forbidden, "This account is blocked.", "Ask the project's owner."),
    "validation_failed": Meaning(
        e.InvalidInput,
        "Something you entered cannot be used.",
        "Check the e-mail address; a password has at most 72 bytes.",
    ),
    "weak_password": Meaning(
        e.InvalidInput,
        "This password is too weak.",
        "Choose a longer one with letters, digits and symbols that is not on a list of leaked passwords.",
    ),
    "same_password": Meaning(e.InvalidInput, "This is your old password.", "Choose another one."),
    "user_already_exists": _TAKEN,
    "email_exists": _TAKEN,
    "conflict": Meaning(e.Conflict, "Someone else did the same at the same time.", "Try again."),
    "signup_disabled": _SIGN_UP_OFF,
    "email_provider_disabled": _NO_MAIL,
    "provider_disabled": _NO_MAIL,
    "email_address_invalid": _BAD_ADDRESS,
    "email_address_not_authorized": Meaning(
        e.Forbidden,
        "The project cannot send mail to this address.",
        "Its owner must set up a mail server; the built-in one writes to the team only.",
    ),
    "otp_disabled": _CODES_OFF,
    "otp_expired": _WRONG_CODE,
    "refresh_token_not_found": _ENDED,
    "refresh_token_already_used": _ENDED,
    "session_expired": _ENDED,
    "session_ended": _ENDED,
    "session_not_found": Meaning(
        e.NotSignedIn, "You were signed out elsewhere, or your password was changed.", _UNSAVED
    ),
    "user_not_found": Meaning(
        e.NotSignedIn, "This account no longer exists.", "Ask the project's owner, or create a new one."
    ),
    "bad_jwt": _ENDED,
    "invalid_jwt": _ENDED,
    "no_authorization": _ENDED,
    "reauthentication_needed": _REAUTHENTICATE,
    "reauthentication_not_valid": _REAUTHENTICATE,
    "reauth_nonce_missing": _REAUTHENTICATE,
    "current_password_required": _REAUTHENTICATE,
    "current_password_invalid": _REAUTHENTICATE,
    "insufficient_aal": Meaning(
        e.Forbidden,
        "This account has a second factor, which the console cannot ask for.",
        "Use an account without one.",
    ),
    "user_sso_managed": Meaning(
        e.Forbidden, "Your organisation manages this account.", "Change it where you sign in there."
    ),
    "flow_state_not_found": _LINK,
    "flow_state_expired": _LINK,
    "bad_code_verifier": _LINK,
    "not_admin": Meaning(e.Forbidden, "This needs a secret key.", "Ask the project's owner."),
    "captcha_failed": Meaning(
        e.Forbidden,
        "The project asks for a captcha, which the console cannot show.",
        "Its owner can switch it off under Authentication, Attack Protection.",
    ),
    "over_request_rate_limit": _TOO_MANY,
    "over_email_send_rate_limit": _TOO_MANY_MAILS,
    "over_sms_send_rate_limit": _TOO_MANY_MAILS,
    "request_timeout": _SERVER_FAULT,
    "hook_timeout": _SERVER_FAULT,
    "hook_timeout_after_retry": _SERVER_FAULT,
    "hook_payload_over_size_limit": _SERVER_FAULT,
    "hook_payload_invalid_content_type": _SERVER_FAULT,
    "unexpected_failure": UNEXPECTED,
    "bad_json": UNEXPECTED,
    "unexpected_audience": UNEXPECTED,
    "unreadable_answer": Meaning(
        e.UnexpectedError,
        "The answer did not come from an auth server.",
        "Check SUPABASE_URL, and whether a proxy answers in its place.",
    ),
    "unavailable": Meaning(
        e.Unavailable,
        "The auth server cannot be reached.",
        "Try again in a moment. If it stays so, check the network and SUPABASE_URL.",
    ),
    "key_refused": Meaning(
        e.SettingsError, "The project does not accept the console's API key.", "Check SUPABASE_KEY."
    ),
    "secret_key_refused": Meaning(
        e.SettingsError, "The project does not accept the secret key.", "Check SUPABASE_SECRET_KEY."
    ),
    "no_auth_server": Meaning(
        e.SettingsError, "There is no auth server at the project's address.", "Check SUPABASE_URL."
    ),
    "starting": Meaning(e.Unavailable, "The console is still starting.", "Try again in a moment."),
    "session_store": Meaning(
        e.Unavailable, "The console cannot keep your session.", "Its disk may be full. Check its log."
    ),
    "renewal_waits": Meaning(
        e.Unavailable, "Renewing your session takes too long.", "Try again in a moment."
    ),
    "missing_field": Meaning(e.InvalidInput, "Something was left empty.", "Fill in all the fields."),
    "no_recovery": Meaning(
        e.NotSignedIn, "The time for setting a new password has expired.", "Ask for another code to set it."
    ),
    "no_such_link": Meaning(
        e.NotFound,
        "This demo link is not valid.",
        "Ask the console's operator for the current one. Each start makes a new link.",
    ),
    "no_such_person": Meaning(
        e.NotFound, "The local stack has no such person.", "Reload the page and choose again."
    ),
}


def meaning_of(code: str) -> Meaning:
    """The meaning of a code; for an unknown code, that of an unexpected failure."""
    return MEANINGS.get(code, UNEXPECTED)


def error_of(code: str) -> e.ConsoleError:
    """The error that a code stands for."""
    meaning = meaning_of(code)
    return meaning.error(meaning.message, hint=meaning.hint, code=code)
