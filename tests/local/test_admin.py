"""What the holder of a secret key does with users."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from supabase_auth.errors import AuthApiError, AuthWeakPasswordError
from supabase_auth.types import AdminUserAttributes

from tests.local.lab import Lab
from tests.presence import present

ANA = "ana@test.example"
SOME_ID = "5f0c3f86-6c0c-4c5f-8f0a-0d6f4f5a9b11"


def test_an_admin_makes_reads_changes_and_deletes_a_user(lab: Lab) -> None:
    admin = lab.admin().auth.admin
    made = admin.create_user(
        {
            "email": ANA,
            "password": "correct horse",
            "email_confirm": True,
            "user_metadata": {"name": "Ana"},
            "app_metadata": {"console_role": "analyst"},
        }
    ).user
    assert made.email_confirmed_at is not None
    assert made.user_metadata == {"name": "Ana"}
    assert made.app_metadata == {"provider": "email", "providers": ["email"], "console_role": "analyst"}
    admin.update_user_by_id(made.id, {"email": "new@test.example", "password": "another horse"})
    assert admin.get_user_by_id(made.id).user.email == "new@test.example"
    lab.signed_in("new@test.example", "another horse")
    admin.delete_user(made.id)
    assert admin.list_users() == []


def test_a_user_may_have_a_chosen_id_and_be_unproven(lab: Lab) -> None:
    made = lab.admin().auth.admin.create_user({"id": SOME_ID, "email": ANA}).user
    assert (made.id, made.email_confirmed_at) == (SOME_ID, None)
    confirmed = lab.admin().auth.admin.update_user_by_id(SOME_ID, {"email_confirm": True}).user
    assert confirmed.email_confirmed_at is not None


def test_an_address_is_given_once(lab: Lab) -> None:
    lab.user(ANA)
    for email in (ANA, "ANA@test.example"):
        with pytest.raises(AuthApiError) as error:
            lab.admin().auth.admin.create_user({"email": email})
        assert (error.value.status, error.value.code) == (422, "email_exists")


def test_users_are_listed_newest_first_in_pages(lab: Lab) -> None:
    for number in range(5):
        lab.clock.forward(1)
        lab.admin().auth.admin.create_user({"email": f"user{number}@test.example"})
    listed = lab.admin().auth.admin.list_users(page=2, per_page=2)
    assert [user.email for user in listed] == ["user2@test.example", "user1@test.example"]
    answer = lab.http.get("/auth/v1/admin/users?page=2&per_page=2", headers={"apikey": lab.keys.secret_key})
    assert answer.headers["X-Total-Count"] == "5"
    assert answer.headers["Link"] == (
        '</admin/users?page=3&per_page=2>; rel="next", </admin/users?page=3&per_page=2>; rel="last"'
    )
    assert answer.json()["aud"] == "authenticated"


def test_what_was_not_given_does_not_get_into_the_metadata_later(lab: Lab) -> None:
    user_id, admin = lab.user(), lab.admin().auth.admin
    admin.update_user_by_id(user_id, {"email": "new@test.example", "email_confirm": True})
    lab.signed_in("new@test.example")
    assert admin.get_user_by_id(user_id).user.user_metadata == {}


@pytest.mark.parametrize(
    ("chosen", "status", "code"),
    [
        ("00000000-0000-0000-0000-000000000000", 400, "validation_failed"),
        ("no-uuid", 400, "validation_failed"),
        (SOME_ID, 422, "user_already_exists"),
    ],
)
def test_ids_that_cannot_be_chosen(lab: Lab, chosen: str, status: int, code: str) -> None:
    lab.admin().auth.admin.create_user({"id": SOME_ID, "email": "first@test.example"})
    with pytest.raises(AuthApiError) as error:
        lab.admin().auth.admin.create_user({"id": chosen, "email": ANA})
    assert (error.value.status, error.value.code) == (status, code)
    assert lab.sql("select email from auth.users") == [("first@test.example",)]


@pytest.mark.parametrize(
    "query",
    [
        *("page=0", "per_page=-1", "page=two", "page=%C2%B2", "per_page=1e3"),
        *(f"page={'9' * 5000}", f"per_page={'9' * 5000}", "page=9223372036854775807"),
    ],
)
def test_pages_that_do_not_exist(lab: Lab, query: str) -> None:
    answer = lab.http.get(f"/auth/v1/admin/users?{query}", headers={"apikey": lab.keys.secret_key})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "validation_failed")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "users"),
        ("GET", "users"),
        ("GET", f"users/{SOME_ID}"),
        ("PUT", f"users/{SOME_ID}"),
        ("DELETE", f"users/{SOME_ID}"),
    ],
)
def test_others_are_no_admins(lab: Lab, method: str, path: str) -> None:
    lab.admin().auth.admin.create_user({"id": SOME_ID, "email": ANA, "password": "correct horse"})
    lab.admin().auth.admin.update_user_by_id(SOME_ID, {"email_confirm": True})
    token = present(lab.signed_in().auth.get_session()).access_token
    before = lab.sql("select id, email, encrypted_password from auth.users")
    for headers in ({}, {"Authorization": f"Bearer {token}"}):
        answer = lab.http.request(
            method,
            f"/auth/v1/admin/{path}",
            json={"email": "eve@test.example", "password": "eve's own"},
            headers={"apikey": lab.keys.publishable_key, **headers},
        )
        assert (answer.status_code, answer.json()["error_code"]) == (403, "not_admin")
    assert lab.sql("select id, email, encrypted_password from auth.users") == before


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (SOME_ID, 404, "user_not_found"),
        ("00000000-0000-0000-0000-000000000000", 404, "user_not_found"),
        ("no-uuid", 404, "validation_failed"),
        ("%00", 404, "validation_failed"),
        ("%ED%A0%80", 404, "validation_failed"),
    ],
)
def test_a_user_who_is_not_there(lab: Lab, path: str, status: int, code: str) -> None:
    answer = lab.http.get(f"/auth/v1/admin/users/{path}", headers={"apikey": lab.keys.secret_key})
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


def test_what_an_admin_cannot_do_is_said(lab: Lab) -> None:
    user_id = lab.user()
    admin = lab.admin().auth.admin
    with pytest.raises(AuthApiError, match="for good only"):
        admin.delete_user(user_id, should_soft_delete=True)
    with pytest.raises(AuthWeakPasswordError, match="at least 6"):
        admin.update_user_by_id(user_id, {"password": "short"})


@pytest.mark.parametrize("lifted", ["none", "0", "0s"])
def test_a_ban_is_lifted(lab: Lab, lifted: str) -> None:
    user_id = lab.user()
    lab.admin().auth.admin.update_user_by_id(user_id, {"ban_duration": "24h"})
    lab.admin().auth.admin.update_user_by_id(user_id, {"ban_duration": lifted})
    lab.signed_in()


@pytest.mark.parametrize("made_banned", [True, False])
def test_a_ban_lasts_as_long_as_it_was_given(lab: Lab, made_banned: bool) -> None:
    ban: AdminUserAttributes = {"ban_duration": "1.5h"}
    admin = lab.admin().auth.admin
    made = admin.create_user({"email": ANA, **(ban if made_banned else {})}).user
    if not made_banned:
        admin.update_user_by_id(made.id, ban)
    assert lab.sql("select banned_until from auth.users") == [(lab.clock.now() + timedelta(hours=1.5),)]


@pytest.mark.parametrize("ban", ["for ever", "80000000h", "9" * 5000 + "h", "1d", "h", "٣h"])
def test_a_ban_that_cannot_be(lab: Lab, ban: str) -> None:
    user_id, admin = lab.user(), lab.admin().auth.admin
    requests: tuple[Callable[[], object], ...] = (
        lambda: admin.update_user_by_id(user_id, {"ban_duration": ban}),
        lambda: admin.create_user({"email": "other@test.example", "ban_duration": ban}),
    )
    for refused in requests:
        with pytest.raises(AuthApiError, match="invalid format for ban duration") as error:
            refused()
        assert (error.value.status, error.value.code) == (400, "validation_failed")
    assert lab.sql("select email, banned_until from auth.users") == [(ANA, None)]
