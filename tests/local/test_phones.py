"""The local auth server knows no telephones, and says so in the hosted server's words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from supabase_auth.errors import AuthApiError

from tests.local.lab import PASSWORD, Lab
from tests.presence import present

PHONE = "+4915112345678"
NONE = "phone_provider_disabled"


def test_what_the_client_library_is_told(lab: Lab) -> None:
    auth = lab.client().auth
    for ask in (
        lambda: auth.sign_up({"phone": PHONE, "password": PASSWORD}),
        lambda: auth.sign_in_with_password({"phone": PHONE, "password": PASSWORD}),
        lambda: auth.sign_in_with_otp({"phone": PHONE}),
        lambda: auth.verify_otp({"phone": PHONE, "token": "123456", "type": "sms"}),
        lambda: auth.resend({"phone": PHONE, "type": "sms"}),
        lambda: lab.admin().auth.admin.create_user({"phone": PHONE}),
    ):
        with pytest.raises(AuthApiError) as error:
            ask()
        assert error.value.code == NONE
    assert lab.sql("select count(*) from auth.users") == [(0,)]


@pytest.mark.parametrize(
    ("path", "more", "status", "message"),
    [
        ("signup", {"password": PASSWORD}, 400, "Phone signups are disabled"),
        ("token?grant_type=password", {"password": PASSWORD}, 422, "Phone logins are disabled"),
        ("otp", {}, 400, "Unsupported phone provider"),
        ("resend", {"type": "phone_change"}, 400, "Phone logins are disabled"),
    ],
)
def test_the_hosted_servers_words(
    lab: Lab, path: str, more: dict[str, str], status: int, message: str
) -> None:
    answer = lab.post(path, {"phone": PHONE, **more})
    assert (answer.status_code, answer.json()["error_code"]) == (status, NONE)
    assert answer.json()["msg"] == message


def test_nobody_gets_a_phone_later(lab: Lab) -> None:
    user_id = lab.user()
    client = lab.signed_in()
    changes: tuple[Callable[[], object], ...] = (
        lambda: client.auth.update_user({"phone": PHONE, "password": "another horse"}),
        lambda: lab.admin().auth.admin.update_user_by_id(user_id, {"phone": PHONE, "role": "x"}),
    )
    for change in changes:
        with pytest.raises(AuthApiError) as error:
            change()
        assert (error.value.status, error.value.code) == (400, NONE)
    assert present(lab.signed_in().auth.get_user()).user.role == "authenticated"
