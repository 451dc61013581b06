"""Signing up and in by password, through the real supabase client."""

from __future__ import annotations

import jwt
import pytest
from supabase_auth.errors import AuthApiError, AuthWeakPasswordError

from tests.local.conftest import MakeLab
from tests.local.lab import PASSWORD, Lab
from tests.presence import present

ANA = "ana@test.example"


def refused(error: pytest.ExceptionInfo[AuthApiError]) -> tuple[int, str | None]:
    return error.value.status, error.value.code


def test_signing_up_opens_a_session(lab: Lab) -> None:
    signed_up = lab.client().auth.sign_up(
        {"email": " Ana@Test.example ", "password": PASSWORD, "options": {"data": {"name": "Ana"}}}
    )
    assert signed_up.session is not None
    user = present(signed_up.user)
    assert user.email == ANA
    assert user.user_metadata["name"] == "Ana"
    assert user.email_confirmed_at is not None
    assert [identity.provider for identity in present(user.identities)] == ["email"]


def test_the_access_token_carries_what_hosted_ones_do(lab: Lab) -> None:
    session = present(lab.client().auth.sign_up({"email": ANA, "password": PASSWORD}).session)
    user_id = present(session.user).id
    claims = jwt.decode(session.access_token, options={"verify_signature": False})
    assert claims["iss"] == f"{lab.url}/auth/v1"
    assert (claims["sub"], claims["email"], claims["phone"]) == (user_id, ANA, "")
    assert (claims["aud"], claims["role"], claims["aal"]) == ("authenticated", "authenticated", "aal1")
    assert claims["exp"] - claims["iat"] == session.expires_in == 3600
    assert claims["amr"] == [{"method": "password", "timestamp": claims["iat"]}]
    assert claims["session_id"]
    assert claims["is_anonymous"] is False
    assert claims["app_metadata"] == {"provider": "email", "providers": ["email"]}
    assert claims["user_metadata"]["email"] == ANA


def test_get_claims_needs_nothing_but_the_listed_public_key(lab: Lab) -> None:
    user_id = lab.user()
    assert present(lab.signed_in().auth.get_claims())["claims"]["sub"] == user_id
    listed = lab.http.get("/auth/v1/.well-known/jwks.json").json()["keys"]
    assert [(key["kty"], key["alg"], "d" in key) for key in listed] == [("EC", "ES256", False)]


def test_passwords_are_kept_as_argon2_hashes(lab: Lab) -> None:
    lab.user()
    [[kept]] = lab.sql("select encrypted_password from auth.users")
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


@pytest.mark.parametrize("credentials", [(ANA, "wrong password"), ("nobody@test.example", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_read_the_same(
    lab: Lab, credentials: tuple[str, str]
) -> None:
    lab.user()
    with pytest.raises(AuthApiError, match="Invalid login credentials") as error:
        lab.signed_in(*credentials)
    assert refused(error) == (400, "invalid_credentials")


def test_someone_without_a_password_cannot_sign_in_by_one(lab: Lab) -> None:
    lab.admin().auth.admin.create_user({"email": ANA, "email_confirm": True})
    with pytest.raises(AuthApiError, match="Invalid login credentials"):
        lab.signed_in(password="nobody")


@pytest.mark.parametrize(
    ("email", "password", "status", "code"),
    [
        ("no address", PASSWORD, 400, "validation_failed"),
        ("a@b@c", PASSWORD, 400, "validation_failed"),
        (ANA, "", 400, "validation_failed"),
        (ANA, "é" * 37, 400, "validation_failed"),
        (ANA, "\0" * 8, 200, None),
    ],
)
def test_what_sign_up_accepts(lab: Lab, email: str, password: str, status: int, code: str | None) -> None:
    answer = lab.post("signup", {"email": email, "password": password})
    assert (answer.status_code, answer.json().get("error_code")) == (status, code)


def test_a_short_password_is_refused_with_its_reason(lab: Lab) -> None:
    with pytest.raises(AuthWeakPasswordError) as error:
        lab.client().auth.sign_up({"email": ANA, "password": "short"})
    assert error.value.reasons == ["length"]
    assert error.value.status == 422


def test_an_address_signs_up_once(lab: Lab) -> None:
    lab.user()
    with pytest.raises(AuthApiError) as error:
        lab.client().auth.sign_up({"email": "ANA@test.example", "password": PASSWORD})
    assert refused(error) == (422, "user_already_exists")


def test_sign_up_can_be_closed(make_lab: MakeLab) -> None:
    lab = make_lab(signups=False)
    with pytest.raises(AuthApiError) as error:
        lab.client().auth.sign_up({"email": ANA, "password": PASSWORD})
    assert refused(error) == (422, "signup_disabled")
    assert lab.http.get("/auth/v1/settings", params={"apikey": lab.keys.anon_key}).json()["disable_signup"]


def test_an_unproven_address_waits_for_its_code(make_lab: MakeLab) -> None:
    lab = make_lab(autoconfirm=False)
    signed_up = lab.client().auth.sign_up({"email": ANA, "password": PASSWORD})
    assert signed_up.session is None
    assert present(signed_up.user).confirmation_sent_at == lab.clock.now()
    with pytest.raises(AuthApiError) as error:
        lab.signed_in()
    assert refused(error) == (400, "email_not_confirmed")
    code = lab.mails(ANA)[0].code
    verified = lab.client().auth.verify_otp({"type": "signup", "email": ANA, "token": code})
    assert present(verified.session).user.id == present(signed_up.user).id
    assert present(lab.signed_in().auth.get_user()).user.email_confirmed_at is not None


def test_signing_up_with_a_known_address_tells_an_outsider_nothing(make_lab: MakeLab) -> None:
    lab = make_lab(autoconfirm=False)
    user_id = lab.user()
    invented = lab.client().auth.sign_up({"email": ANA, "password": "another password"})
    user = present(invented.user)
    assert (invented.session, user.identities) == (None, [])
    assert user.id != user_id
    assert lab.mails(ANA) == []
    lab.signed_in()


def test_signing_up_again_before_the_proof_sends_another_code_and_keeps_the_password(
    make_lab: MakeLab,
) -> None:
    lab = make_lab(autoconfirm=False)
    lab.client().auth.sign_up({"email": ANA, "password": PASSWORD})
    again = lab.client().auth.sign_up({"email": ANA, "password": "a thief's password"})
    assert present(again.user).confirmation_sent_at == lab.clock.now()
    newest, _ = lab.mails(ANA)
    lab.client().auth.verify_otp({"type": "signup", "email": ANA, "token": newest.code})
    lab.signed_in(password=PASSWORD)


def test_the_banned_are_kept_out_everywhere(lab: Lab) -> None:
    user_id = lab.user()
    client = lab.signed_in()
    lab.admin().auth.admin.update_user_by_id(user_id, {"ban_duration": "1h30m"})
    with pytest.raises(AuthApiError) as error:
        lab.signed_in()
    assert refused(error) == (400, "user_banned")
    with pytest.raises(AuthApiError) as error:
        client.auth.get_user()
    assert refused(error) == (403, "user_banned")
    with pytest.raises(AuthApiError) as error:
        client.auth.refresh_session()
    assert refused(error) == (400, "user_banned")
    lab.clock.forward(91 * 60)
    lab.signed_in()
