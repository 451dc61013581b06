"""Reading and changing one's account, and signing out."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import jwt
import pytest
from supabase import Client
from supabase_auth.errors import AuthApiError

from genjobs.local.home import Home
from genjobs.local.keys import Keys
from tests.local.conftest import MakeLab
from tests.local.lab import PASSWORD, Lab
from tests.presence import present

ANA, BOB = "ana@test.example", "bob@test.example"


def refusal_of(client: Client) -> tuple[int, str | None]:
    with pytest.raises(AuthApiError) as error:
        client.auth.get_user()
    return error.value.status, error.value.code


def test_who_one_is(lab: Lab) -> None:
    user_id = lab.user()
    user = present(lab.signed_in().auth.get_user()).user
    assert (user.id, user.email, user.phone, user.aud, user.role) == (
        user_id,
        ANA,
        "",
        "authenticated",
        "authenticated",
    )
    assert user.last_sign_in_at == lab.clock.now()
    assert user.confirmed_at == user.email_confirmed_at == lab.clock.now()
    [identity] = present(user.identities)
    assert (identity.id, identity.user_id, identity.provider) == (user_id, user_id, "email")


def test_without_a_session_there_is_nobody(lab: Lab) -> None:
    answer = lab.http.get("/auth/v1/user", headers={"apikey": lab.keys.publishable_key})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "bad_jwt")


@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [
        ("Bearer nonsense", 403, "bad_jwt"),
        ("Bearer a.b.c", 403, "bad_jwt"),
        ("Basic YW5hOnNlY3JldA==", 401, "no_authorization"),
    ],
)
def test_a_token_of_another_hand_is_refused(lab: Lab, authorization: str, status: int, code: str) -> None:
    headers = {"apikey": lab.keys.publishable_key, "Authorization": authorization}
    answer = lab.http.get("/auth/v1/user", headers=headers)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


def test_a_token_that_a_stranger_signed_is_refused(lab: Lab, tmp_path: Path) -> None:
    lab.user()
    token = present(lab.signed_in().auth.get_session()).access_token
    claims = jwt.decode(token, options={"verify_signature": False})
    stranger = Keys.of(Home.at(tmp_path / "another home"))
    forgeries = [
        jwt.encode(claims, stranger.private_key(), "ES256", headers={"kid": lab.keys.signing_key_id}),
        jwt.encode(claims, lab.keys.private_key().public_key().public_numbers().x.to_bytes(32), "HS256"),
        jwt.encode(claims, "", "none"),
    ]
    assert [_has_ended(lab, forgery) for forgery in forgeries] == [True, True, True]
    assert not _has_ended(lab, token)


def test_a_token_runs_out(make_lab: MakeLab) -> None:
    lab = make_lab(token_seconds=60)
    lab.clock.forward(-61)
    lab.user()
    token = present(lab.signed_in().auth.get_session()).access_token
    answer = lab.http.get(
        "/auth/v1/user",
        headers={"apikey": lab.keys.publishable_key, "Authorization": f"Bearer {token}"},
    )
    assert (answer.status_code, answer.json()["error_code"]) == (403, "bad_jwt")


def test_a_deleted_user_is_gone(lab: Lab) -> None:
    user_id = lab.user()
    client = lab.signed_in()
    lab.admin().auth.admin.delete_user(user_id)
    assert refusal_of(client) == (403, "user_not_found")


def test_metadata_is_merged_and_a_null_takes_a_key_away(lab: Lab) -> None:
    lab.user()
    client = lab.signed_in()
    client.auth.update_user({"data": {"name": "Ana", "team": "studio"}})
    changed = client.auth.update_user({"data": {"team": None, "city": "Malmö"}}).user.user_metadata
    assert (changed["name"], changed["city"], "team" in changed) == ("Ana", "Malmö", False)


def test_a_new_password_ends_the_other_sessions(lab: Lab) -> None:
    lab.user()
    here, elsewhere = lab.signed_in(), lab.signed_in()
    here.auth.update_user({"password": "another horse"})
    assert here.auth.get_user() is not None
    assert refusal_of(elsewhere) == (403, "session_not_found")
    lab.signed_in(password="another horse")
    with pytest.raises(AuthApiError, match="Invalid login credentials"):
        lab.signed_in(password=PASSWORD)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"password": PASSWORD}, 422, "same_password"),
        ({"password": "short"}, 422, "weak_password"),
        ({"password": "another horse", "current_password": "wrong"}, 400, "current_password_invalid"),
        ({"email": BOB}, 422, "email_exists"),
        ({"email": "no address"}, 400, "validation_failed"),
    ],
)
def test_changes_that_are_refused(lab: Lab, change: dict[str, str], status: int, code: str) -> None:
    lab.user()
    lab.user(BOB)
    token = present(lab.signed_in().auth.get_session()).access_token
    answer = lab.http.put(
        "/auth/v1/user",
        json=change,
        headers={"apikey": lab.keys.anon_key, "Authorization": f"Bearer {token}"},
    )
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)
    lab.signed_in()


def test_the_right_current_password_lets_the_new_one_in(lab: Lab) -> None:
    lab.user()
    lab.signed_in().auth.update_user({"password": "another horse", "current_password": PASSWORD})
    lab.signed_in(password="another horse")


def test_a_new_address_counts_at_once_where_none_is_proven(lab: Lab) -> None:
    lab.user()
    changed = lab.signed_in().auth.update_user({"email": "Ana.New@test.example"}).user
    assert (changed.email, changed.new_email) == ("ana.new@test.example", None)
    assert present(changed.identities)[0].identity_data["email"] == "ana.new@test.example"


def test_a_new_address_waits_for_its_code(make_lab: MakeLab) -> None:
    lab = make_lab(autoconfirm=False)
    lab.user()
    client = lab.signed_in()
    pending = client.auth.update_user({"email": BOB}).user
    assert (pending.email, pending.new_email) == (ANA, BOB)
    code = lab.mails(BOB)[0].code
    verified = lab.client().auth.verify_otp({"type": "email_change", "email": BOB, "token": code})
    user = present(verified.user)
    assert (user.email, user.new_email) == (BOB, None)
    lab.signed_in(BOB)


def test_an_address_taken_meanwhile_is_not_taken_over(make_lab: MakeLab) -> None:
    lab = make_lab(autoconfirm=False)
    lab.user()
    lab.signed_in().auth.update_user({"email": BOB})
    lab.user(BOB)
    with pytest.raises(AuthApiError) as error:
        lab.client().auth.verify_otp({"type": "email_change", "email": BOB, "token": lab.mails(BOB)[0].code})
    assert (error.value.status, error.value.code) == (422, "email_exists")


@pytest.mark.parametrize(
    ("scope", "here_ends", "elsewhere_ends"),
    [("global", True, True), ("local", True, False), ("others", False, True)],
)
def test_signing_out_by_scope(
    lab: Lab, scope: Literal["global", "local", "others"], here_ends: bool, elsewhere_ends: bool
) -> None:
    lab.user()
    here, elsewhere, bystander = lab.signed_in(), lab.signed_in(), lab.signed_in_bystander()
    token = present(here.auth.get_session()).access_token
    here.auth.sign_out({"scope": scope})
    ended = [_has_ended(lab, token), _has_ended(lab, present(elsewhere.auth.get_session()).access_token)]
    assert ended == [here_ends, elsewhere_ends]
    assert bystander.auth.get_user() is not None


def _has_ended(lab: Lab, token: str) -> bool:
    headers = {"apikey": lab.keys.publishable_key, "Authorization": f"Bearer {token}"}
    answer = lab.http.get("/auth/v1/user", headers=headers)
    assert answer.status_code in (200, 403)
    return answer.status_code == 403


def test_an_unknown_scope_is_refused(lab: Lab) -> None:
    lab.user()
    token = present(lab.signed_in().auth.get_session()).access_token
    answer = lab.post("logout?scope=everywhere", {}, Authorization=f"Bearer {token}")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "validation_failed")
    assert not _has_ended(lab, token)
