"""Refusals have the form that the client's API version reads."""

from __future__ import annotations

import httpx
import pytest

from tests.local.lab import Lab

VERSION = {"X-Supabase-Api-Version": "2024-01-01"}
UNKNOWN = {"email": "nobody@test.example", "password": "correct horse"}


def test_a_client_that_names_the_version_gets_code_and_message(lab: Lab) -> None:
    answer = lab.post("token?grant_type=password", UNKNOWN, **VERSION)
    assert answer.status_code == 400
    assert answer.json() == {"code": "invalid_credentials", "message": "Invalid login credentials"}
    assert answer.headers["X-Supabase-Api-Version"] == "2024-01-01"


@pytest.mark.parametrize("headers", [{}, {"X-Supabase-Api-Version": "2023-01-01"}])
def test_others_get_the_older_form(lab: Lab, headers: dict[str, str]) -> None:
    answer = lab.post("token?grant_type=password", UNKNOWN, **headers)
    assert answer.json() == {
        "code": 400,
        "error_code": "invalid_credentials",
        "msg": "Invalid login credentials",
    }
    assert "X-Supabase-Api-Version" not in answer.headers


def test_a_weak_password_names_its_reasons_in_both_forms(lab: Lab) -> None:
    body = {"email": "ana@test.example", "password": "short"}
    for headers in ({}, VERSION):
        assert lab.post("signup", body, **headers).json()["weak_password"] == {"reasons": ["length"]}


@pytest.mark.parametrize("raw", ["{", "[]", '"text"', "\x00"])
def test_a_body_that_is_no_json_object(lab: Lab, raw: str) -> None:
    answer = send(lab, raw)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "bad_json")


def test_a_body_that_is_too_large(lab: Lab) -> None:
    answer = send(lab, '"' + "x" * (1 << 20) + '"')
    assert (answer.status_code, answer.json()["error_code"]) == (413, "request_entity_too_large")


@pytest.mark.parametrize(
    "body",
    [
        {"email": 5, "password": "correct horse"},
        {"email": "ana@test.example", "password": ["correct horse"]},
        {"email": "ana@test.example", "password": "correct horse", "data": "text"},
        {"email": "ana@test.example", "password": "correct horse", "data": {"name": "\0"}},
        {"email": "a\0na@test.example", "password": "correct horse"},
    ],
)
def test_fields_of_the_wrong_kind(lab: Lab, body: dict[str, object]) -> None:
    answer = lab.post("signup", body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "validation_failed")


@pytest.mark.parametrize(
    ("grant", "status", "code"),
    [
        ("token?grant_type=pkce", 404, "flow_state_not_found"),
        ("token?grant_type=id_token", 400, "validation_failed"),
        ("token", 400, "validation_failed"),
        ("factors", 404, "not_found"),
        ("user", 405, "not_found"),
    ],
)
def test_what_is_not_offered(lab: Lab, grant: str, status: int, code: str) -> None:
    answer = lab.post(grant, {"auth_code": "x", "code_verifier": "y"})
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


def test_an_unforeseen_failure_is_told_in_the_same_form(lab: Lab) -> None:
    lab.sql("drop table auth.sessions cascade")
    lab.user()
    answer = lab.post("token?grant_type=password", {**UNKNOWN, "email": "ana@test.example"}, **VERSION)
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected_failure")


def send(lab: Lab, raw: str) -> httpx.Response:
    headers = {"apikey": lab.keys.publishable_key}
    return lab.http.post("/auth/v1/signup", content=raw, headers=headers)
