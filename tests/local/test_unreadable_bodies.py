"""Valid JSON that cannot be stored or sent back is refused, whatever the field."""

from __future__ import annotations

import base64
import json

import httpx
import pytest

from tests.local.conftest import MakeLab
from tests.local.lab import Lab

SURROGATE = r'"\ud800"'
FIELDS = {
    "signup": ("email", "password", "data", "phone", "code_challenge"),
    "token?grant_type=password": ("email", "password", "phone"),
    "token?grant_type=refresh_token": ("refresh_token",),
    "otp": ("email", "data", "phone"),
    "verify": ("type", "email", "token", "token_hash"),
    "recover": ("email",),
    "resend": ("type", "email"),
    "admin/users": ("id", "email", "password", "role", "user_metadata", "app_metadata", "ban_duration"),
}


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def send(lab: Lab, path: str, raw: str | bytes, method: str = "POST") -> tuple[int, str]:
    key = lab.keys.secret_key if path.startswith("admin") else lab.keys.publishable_key
    answer = lab.http.request(method, f"/auth/v1/{path}", content=raw, headers={"apikey": key})
    body = answer.json()
    return answer.status_code, body["error_code"] if "error_code" in body else body["user"]["email"]


@pytest.mark.parametrize("path", FIELDS)
def test_half_a_character_in_any_field(lab: Lab, path: str) -> None:
    for name in FIELDS[path]:
        assert send(lab, path, f'{{"{name}": {SURROGATE}}}') == (400, "bad_json")
        assert send(lab, path, f'{{"{name}": {{"in": [{SURROGATE}]}}}}') == (400, "bad_json")
    assert send(lab, path, f"{{{SURROGATE}: 1}}") == (400, "bad_json")


@pytest.mark.parametrize("path", ["user", "admin/users/5f0c3f86-6c0c-4c5f-8f0a-0d6f4f5a9b11"])
def test_half_a_character_in_a_change(lab: Lab, path: str) -> None:
    assert send(lab, path, f'{{"password": {SURROGATE}}}', "PUT") == (400, "bad_json")


@pytest.mark.parametrize(
    "value",
    [
        *(nested(101), nested(900), nested(200_000), '{"a":' * 200_000),
        *("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5000),
    ],
)
def test_values_that_cannot_be_kept(make_lab: MakeLab, value: str) -> None:
    lab = make_lab(autoconfirm=False)
    lab.user()
    for email in ("ana@test.example", "new@test.example"):
        raw = f'{{"email": "{email}", "password": "correct horse", "data": {{"a": {value}}}}}'
        assert send(lab, "signup", raw) == (400, "bad_json")
    assert lab.sql("select count(*) from auth.users") == [(1,)]


def test_what_can_be_kept_comes_back(lab: Lab) -> None:
    kept = {"deep": json.loads(nested(97)), "whole": "\U0001f600", "long": 10**400, "small": 1e-300}
    made = lab.post("signup", {"email": "a@test.example", "password": "correct horse", "data": kept})
    assert made.status_code == 200
    found = made.json()["user"]["user_metadata"]
    assert {name: found[name] for name in kept} == kept


def test_a_body_in_bytes_that_are_no_text(lab: Lab) -> None:
    for raw in (b'{"email": "\xff@test.example"}', b'{"email": "\xed\xa0\x80"}', b"\x00", b"\xff\xfe"):
        assert send(lab, "signup", raw) == (400, "bad_json")


@pytest.mark.parametrize(
    "header",
    [
        nested(20_000),
        '{"alg": "\\ud800"}',
        '{"alg": {"a": 1}}',
        f'{{"alg": {"9" * 5000}}}',
        '{"alg": "ES256", "kid": 5}',
    ],
)
def test_a_token_whose_header_nobody_can_read(lab: Lab, header: str) -> None:
    token = base64.urlsafe_b64encode(header.encode()).decode().rstrip("=") + ".e30.x"
    answer: httpx.Response = lab.http.get(
        "/auth/v1/user", headers={"apikey": lab.keys.anon_key, "Authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, answer.json()["error_code"]) == (403, "bad_jwt")


def test_a_refusal_does_not_repeat_all_that_was_sent(lab: Lab) -> None:
    answer = lab.post("verify", {"type": "x" * 100_000, "email": "a@test.example", "token": "123456"})
    assert answer.status_code == 400
    assert len(answer.content) < 1000


def test_somebody_who_is_deleted_at_the_same_moment(lab: Lab) -> None:
    """A foreign key that breaks between two statements is nobody's fault and no failure of the server."""
    user_id = lab.user()
    lab.sql(
        "create function public.vanish() returns trigger language plpgsql as "
        "$$ begin raise foreign_key_violation; end $$"
    )
    lab.sql("create trigger vanish before insert on auth.sessions execute function public.vanish()")
    answer = lab.post("token?grant_type=password", {"email": "ana@test.example", "password": "correct horse"})
    assert (answer.status_code, answer.json()["error_code"]) == (409, "conflict")
    assert lab.sql("select id::text from auth.users") == [(user_id,)]
