"""Every error code of the auth server has an error and a message of ours."""

from typing import get_args

import httpx
import pytest
from supabase_auth.errors import AuthApiError, AuthRetryableError, AuthUnknownError, ErrorCode

from genjobs.auth.error_codes import MEANINGS, UNEXPECTED, error_of
from genjobs.auth.translation import mapped
from genjobs.domain import errors

OF_THE_CALLS_WE_MAKE = [
    "weak_password",
    "signup_disabled",
    "user_already_exists",
    "invalid_credentials",
    "email_not_confirmed",
    "user_banned",
    "validation_failed",
    "refresh_token_not_found",
    "refresh_token_already_used",
    "session_expired",
    "session_not_found",
    "no_authorization",
    "bad_jwt",
    "user_not_found",
    "same_password",
    "email_exists",
    "reauthentication_needed",
    "current_password_required",
    "current_password_invalid",
    "otp_disabled",
    "otp_expired",
    "over_email_send_rate_limit",
    "flow_state_not_found",
    "flow_state_expired",
    "bad_code_verifier",
    "not_admin",
    "over_request_rate_limit",
]

OF_CALLS_THAT_WE_DO_NOT_MAKE = (
    *(
        "mfa_",
        "saml_",
        "sso_",
        "oauth_",
        "bad_oauth_",
        "phone_",
        "sms_",
        "invite_",
        "identity_",
        "anonymous_",
    ),
    *("manual_linking_", "single_identity_", "email_conflict_identity_", "too_many_enrolled_mfa_"),
    "provider_email_needs_verification",
)


@pytest.mark.parametrize("code", OF_THE_CALLS_WE_MAKE)
def test_each_code_that_the_server_documents_has_a_meaning(code: str) -> None:
    assert code in MEANINGS


@pytest.mark.parametrize("code", get_args(ErrorCode))
def test_each_code_that_the_client_knows_has_a_meaning_or_belongs_to_other_calls(code: str) -> None:
    assert code in MEANINGS or code.startswith(OF_CALLS_THAT_WE_DO_NOT_MAKE)


@pytest.mark.parametrize("code", MEANINGS)
def test_each_meaning_is_an_error_in_whole_sentences(code: str) -> None:
    error = error_of(code)
    assert isinstance(error, errors.ConsoleError)
    assert (error.code, error.message[-1], error.hint[-1]) == (code, ".", ".")


def test_a_code_from_the_future_is_unexpected_and_kept() -> None:
    with pytest.raises(errors.UnexpectedError) as raised, mapped():
        raise AuthApiError("prose that names a@b.test", 400, "brand_new")  # type: ignore[arg-type]
    assert (raised.value.message, raised.value.code) == (UNEXPECTED.message, "brand_new")


def test_a_server_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(errors.Unavailable), mapped():
        raise AuthRetryableError("connection refused", 0)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, errors.SettingsError),
        (403, errors.SettingsError),
        (404, errors.SettingsError),
        (429, errors.RateLimited),
        (500, errors.Unavailable),
        (418, errors.UnexpectedError),
    ],
)
def test_a_gateway_that_answers_without_a_code_is_judged_by_its_status(
    status: int, kind: type[errors.ConsoleError]
) -> None:
    with pytest.raises(kind), mapped():
        raise AuthApiError("", status, None)
    response = httpx.Response(status, request=httpx.Request("POST", "http://gateway.test"))
    original = httpx.HTTPStatusError("", request=response.request, response=response)
    with pytest.raises(kind), mapped():
        raise AuthUnknownError("<html>", original)
