"""One-time codes by e-mail: signing in without a password, and getting a new one."""

from __future__ import annotations

import pytest
from supabase_auth.errors import AuthApiError

from tests.local.conftest import MakeLab
from tests.local.lab import Lab
from tests.presence import present

ANA = "ana@test.example"
WRONG = (403, "otp_expired")


def verify(lab: Lab, kind: str, code: str, email: str = ANA) -> int | tuple[int, str]:
    answer = lab.post("verify", {"type": kind, "email": email, "token": code})
    return 200 if answer.status_code == 200 else (answer.status_code, answer.json()["error_code"])


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_newcomer_signs_in_by_code(lab: Lab) -> None:
    client = lab.client()
    client.auth.sign_in_with_otp({"email": "New@test.example", "options": {"data": {"name": "New"}}})
    [mail] = lab.mails("new@test.example")
    assert len(mail.code) == 6
    assert mail.code in mail.text
    verified = client.auth.verify_otp({"type": "email", "email": "new@test.example", "token": mail.code})
    assert present(verified.session).user.user_metadata["name"] == "New"
    assert present(client.auth.get_claims())["claims"]["amr"][0]["method"] == "otp"


def test_a_newcomers_code_proves_the_address(make_lab: MakeLab) -> None:
    lab = make_lab(autoconfirm=False)
    lab.client().auth.sign_in_with_otp({"email": ANA})
    [mail] = lab.mails(ANA)
    assert mail.kind == "signup"
    assert lab.sql("select confirmed_at from auth.users") == [(None,)]
    assert verify(lab, "email", mail.code) == 200
    assert lab.sql("select confirmed_at from auth.users") == [(lab.clock.now(),)]


def test_strangers_can_be_kept_out(lab: Lab) -> None:
    with pytest.raises(AuthApiError) as error:
        lab.client().auth.sign_in_with_otp({"email": ANA, "options": {"should_create_user": False}})
    assert (error.value.status, error.value.code) == (422, "otp_disabled")
    assert lab.sql("select count(*) from auth.users") == [(0,)]


def test_a_code_works_once(lab: Lab) -> None:
    lab.user()
    lab.post("otp", {"email": ANA})
    code = lab.mails(ANA)[0].code
    assert verify(lab, "email", code) == 200
    assert verify(lab, "email", code) == WRONG


def test_wrong_codes_strangers_and_others_codes_read_the_same(lab: Lab) -> None:
    lab.user()
    lab.user("bob@test.example")
    lab.post("otp", {"email": ANA})
    code = lab.mails(ANA)[0].code
    assert verify(lab, "email", other_than(code)) == WRONG
    assert verify(lab, "email", code, "bob@test.example") == WRONG
    assert verify(lab, "email", code, "nobody@test.example") == WRONG
    assert verify(lab, "email", code) == 200


def test_a_code_runs_out(make_lab: MakeLab) -> None:
    lab = make_lab(code_seconds=600)
    lab.user()
    lab.post("otp", {"email": ANA})
    lab.clock.forward(600)
    assert verify(lab, "email", lab.mails(ANA)[0].code) == WRONG


def test_a_newer_code_takes_the_place_of_the_older(lab: Lab) -> None:
    lab.user()
    lab.post("otp", {"email": ANA})
    lab.post("otp", {"email": ANA})
    newer, older = lab.mails(ANA)
    if newer.code != older.code:
        assert verify(lab, "email", older.code) == WRONG
    assert verify(lab, "email", newer.code) == 200


def test_each_type_takes_its_own_codes(lab: Lab) -> None:
    lab.user()
    lab.post("otp", {"email": ANA})
    code = lab.mails(ANA)[0].code
    assert verify(lab, "signup", code) == WRONG
    assert verify(lab, "email_change", code) == WRONG
    assert verify(lab, "magiclink", code) == 200


def test_the_hash_of_a_mail_is_as_good_as_its_code(lab: Lab) -> None:
    lab.user()
    client = lab.client()
    client.auth.sign_in_with_otp({"email": ANA})
    [mail] = lab.mails(ANA)
    assert mail.token_hash.startswith("pkce_")
    verified = client.auth.verify_otp({"type": "magiclink", "token_hash": mail.token_hash})
    assert present(verified.user).email == ANA


def test_a_forgotten_password_is_replaced(lab: Lab) -> None:
    lab.user()
    client = lab.client()
    client.auth.reset_password_for_email(ANA)
    [mail] = lab.mails(ANA)
    assert mail.kind == "recovery"
    client.auth.verify_otp({"type": "recovery", "email": ANA, "token": mail.code})
    client.auth.update_user({"password": "remembered now"})
    lab.signed_in(password="remembered now")


def test_recovery_tells_nobody_who_is_known(lab: Lab) -> None:
    answer = lab.post("recover", {"email": "nobody@test.example"})
    assert (answer.status_code, answer.json()) == (200, {})
    assert lab.mails("nobody@test.example") == []


def test_mails_to_one_person_are_a_minute_apart(make_lab: MakeLab) -> None:
    lab = make_lab(mail_spacing_seconds=60)
    lab.user()
    lab.user("bob@test.example")
    lab.post("otp", {"email": ANA})
    assert verify(lab, "email", lab.mails(ANA)[0].code) == 200
    lab.clock.forward(30)
    hasty = lab.post("recover", {"email": ANA})
    assert (hasty.status_code, hasty.json()["error_code"]) == (429, "over_email_send_rate_limit")
    assert "after 30 seconds" in hasty.json()["msg"] or "after 31 seconds" in hasty.json()["msg"]
    assert lab.post("recover", {"email": "bob@test.example"}).status_code == 200
    lab.clock.forward(30)
    assert lab.post("recover", {"email": ANA}).status_code == 200
    assert len(lab.mails(ANA)) == 2


def test_a_lost_mail_is_sent_again(make_lab: MakeLab) -> None:
    lab = make_lab(autoconfirm=False)
    client = lab.client()
    client.auth.sign_up({"email": ANA, "password": "correct horse"})
    client.auth.resend({"type": "signup", "email": ANA})
    newest, _ = lab.mails(ANA)
    assert verify(lab, "signup", newest.code) == 200
    client.auth.resend({"type": "signup", "email": ANA})
    assert len(lab.mails(ANA)) == 2


def test_a_pending_address_gets_its_mail_again(make_lab: MakeLab) -> None:
    lab = make_lab(autoconfirm=False)
    lab.user()
    lab.signed_in().auth.update_user({"email": "new@test.example"})
    lab.client().auth.resend({"type": "email_change", "email": ANA})
    assert verify(lab, "email_change", lab.mails("new@test.example")[0].code, "new@test.example") == 200


@pytest.mark.parametrize(
    "body",
    [
        {"type": "email", "email": ANA},
        {"type": "unheard of", "email": ANA, "token": "123456"},
        {"type": "email", "token": "123456"},
        {"type": 7, "email": ANA, "token": "123456"},
    ],
)
def test_what_is_no_verification(lab: Lab, body: dict[str, object]) -> None:
    answer = lab.post("verify", body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "validation_failed")
