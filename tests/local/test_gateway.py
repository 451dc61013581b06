"""The gateway's rule for keys, and how it passes requests on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from supabase import create_client

from genjobs.local.stack import StackInfo
from tests.local.waiting import until
from tests.presence import present
from tests.stacks import new_user

WHO = """
create or replace function public.who() returns json language sql stable as $$
    select json_build_object(
        'role', auth.role(), 'user', auth.uid(), 'limit', current_setting('statement_timeout')
    )
$$;
create or replace function public.doze(seconds float) returns text language sql as $$
    select pg_sleep(seconds)::text
$$;
create table if not exists public.numbers (id int primary key, note text);
alter table public.numbers disable row level security;
insert into public.numbers select n, repeat('x', 400) from generate_series(1, 2500) n on conflict do nothing;
grant select, insert, update, delete on public.numbers to service_role, anon, authenticated;
grant execute on function public.who(), public.doze(float) to anon, authenticated, service_role;
"""


@pytest.fixture(scope="module")
def rest(info: StackInfo) -> httpx.Client:
    """A client of the REST root, without any key; tables and functions to try are there."""
    with psycopg.connect(info.database_url, autocommit=True) as connection:
        connection.execute(WHO)
    client = httpx.Client(base_url=f"{info.url}/rest/v1", timeout=30)
    until(
        lambda: client.get("/numbers?limit=1", headers={"apikey": info.secret_key}).is_success,
        "numbers are known",
    )
    until(lambda: client.post("/rpc/who", headers={"apikey": info.secret_key}).is_success, "who is known")
    return client


def role(rest: httpx.Client, **headers: str) -> str | tuple[int, str]:
    answer = rest.post("/rpc/who", headers=headers)
    return answer.json()["role"] if answer.is_success else (answer.status_code, answer.json()["message"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("publishable_key", "anon"),
        ("anon_key", "anon"),
        ("secret_key", "service_role"),
        ("service_role_key", "service_role"),
    ],
)
def test_each_key_stands_for_its_role(info: StackInfo, rest: httpx.Client, name: str, expected: str) -> None:
    key = getattr(info, name)
    assert role(rest, apikey=key) == expected
    assert role(rest, apikey=key, Authorization=f"Bearer {key}") == expected
    assert rest.post("/rpc/who", params={"apikey": key}).json()["role"] == expected


def test_a_persons_token_is_not_outranked_by_a_secret_key(info: StackInfo, rest: httpx.Client) -> None:
    user_id, email, password = new_user(info)
    client = create_client(info.url, info.publishable_key)
    token = present(
        client.auth.sign_in_with_password({"email": email, "password": password}).session
    ).access_token
    for key in (info.publishable_key, info.secret_key):
        answer = rest.post("/rpc/who", headers={"apikey": key, "Authorization": f"Bearer {token}"}).json()
        assert (answer["role"], answer["user"]) == ("authenticated", user_id)


def test_without_a_key_of_the_project_nobody_enters(info: StackInfo, rest: httpx.Client) -> None:
    assert role(rest) == (401, "No API key found in request")
    assert role(rest, Authorization=f"Bearer {info.secret_key}") == (401, "No API key found in request")
    assert role(rest, apikey="sb_secret_guessed") == (401, "Invalid API key")
    assert role(rest, apikey=info.secret_key[:-1]) == (401, "Invalid API key")
    assert httpx.get(f"{info.url}/auth/v1/settings").status_code == 401


def test_the_public_keys_need_no_key(info: StackInfo) -> None:
    assert httpx.get(f"{info.url}/auth/v1/.well-known/jwks.json").json()["keys"][0]["alg"] == "ES256"


def test_a_token_of_another_hand_is_refused(info: StackInfo, rest: httpx.Client) -> None:
    forged = info.anon_key[:-6] + "AAAAAA"
    assert (
        rest.post(
            "/rpc/who", headers={"apikey": info.anon_key, "Authorization": f"Bearer {forged}"}
        ).status_code
        == 401
    )


def test_reads_are_cut_at_a_thousand_rows(info: StackInfo, rest: httpx.Client) -> None:
    headers = {"apikey": info.secret_key}
    answer = rest.get("/numbers?limit=2000", headers=headers)
    assert (answer.status_code, len(answer.json())) == (200, 1000)
    assert answer.headers["Content-Range"] == "0-999/*"
    counted = rest.get("/numbers", headers={**headers, "Prefer": "count=exact"})
    assert (counted.status_code, counted.headers["Content-Range"]) == (206, "0-999/2500")
    head = rest.head("/numbers", headers={**headers, "Prefer": "count=exact"})
    assert (head.headers["Content-Range"], head.content) == ("0-999/2500", b"")


@pytest.mark.parametrize(
    "preferences",
    [
        ["count=planned"],
        ["count=estimated"],
        ["return=minimal, count=planned"],
        ["count=planned", "tx=commit"],
    ],
)
def test_a_count_is_exact_also_where_an_estimate_is_asked_for(
    info: StackInfo, rest: httpx.Client, preferences: list[str]
) -> None:
    """An estimate is of everybody's rows, and never zero."""
    headers = [("apikey", info.secret_key), *(("Prefer", one) for one in preferences)]
    assert rest.get("/numbers?note=eq.nobody", headers=headers).headers["Content-Range"] == "*/0"


def test_bodies_pass_whole_both_ways(info: StackInfo, rest: httpx.Client) -> None:
    note = "é" * 3_000_000
    headers = {"apikey": info.secret_key, "Prefer": "return=representation"}
    made = rest.post("/numbers", json={"id": 9001, "note": note}, headers=headers)
    assert made.json()[0]["note"] == note
    assert rest.delete("/numbers?id=eq.9001", headers=headers).status_code == 200


def test_paths_and_queries_pass_as_they_are(info: StackInfo, rest: httpx.Client) -> None:
    headers = {"apikey": info.secret_key}
    rest.post("/numbers", json={"id": 9002, "note": "a&b=c/é %"}, headers=headers)
    found = rest.get("/numbers", params={"note": "eq.a&b=c/é %", "select": "id"}, headers=headers)
    assert found.json() == [{"id": 9002}]
    assert rest.get("/no%2Fsuch%20table", headers=headers).status_code == 404
    rest.delete("/numbers?id=eq.9002", headers=headers)


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("query", ["", "?select=id&limit=5", "?projects.id=eq.1&order=id"])
def test_a_change_of_every_row_is_refused(
    info: StackInfo, rest: httpx.Client, method: str, query: str
) -> None:
    answer = rest.request(
        method, f"/numbers{query}", json={"note": "lost"}, headers={"apikey": info.secret_key}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "21000")
    assert rest.get("/numbers?note=eq.lost", headers={"apikey": info.secret_key}).json() == []


@pytest.mark.parametrize("query", ["?id=eq.1", "?or=(id.eq.1,id.eq.2)", "?not.and=(id.gt.1,id.lt.2501)"])
def test_a_change_with_a_condition_passes(info: StackInfo, rest: httpx.Client, query: str) -> None:
    answer = rest.patch(f"/numbers{query}", json={"note": "x"}, headers={"apikey": info.secret_key})
    assert answer.status_code == 204


def test_statements_end_when_their_role_s_time_is_up(info: StackInfo, rest: httpx.Client) -> None:
    _, email, password = new_user(info)
    client = create_client(info.url, info.publishable_key)
    token = present(
        client.auth.sign_in_with_password({"email": email, "password": password}).session
    ).access_token
    as_person = {"apikey": info.publishable_key, "Authorization": f"Bearer {token}"}
    as_service, as_anon = {"apikey": info.secret_key}, {"apikey": info.publishable_key}
    limits = [rest.post("/rpc/who", headers=who).json()["limit"] for who in (as_anon, as_person, as_service)]
    assert limits == ["3s", "8s", "8s"]
    with ThreadPoolExecutor(2) as threads:
        asked = [
            threads.submit(rest.post, "/rpc/doze", json={"seconds": seconds}, headers=who)
            for who, seconds in ((as_anon, 5), (as_person, 4))
        ]
    cut, answered = (future.result() for future in asked)
    assert (cut.status_code, cut.json()["code"]) == (500, "57014")
    assert answered.status_code == 200


def test_browsers_of_any_origin_may_ask(info: StackInfo) -> None:
    asked = httpx.options(
        f"{info.url}/rest/v1/numbers",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "apikey,authorization,prefer",
        },
    )
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (200, "*")
    answer = httpx.get(
        f"{info.url}/rest/v1/", headers={"Origin": "https://shop.example", "apikey": info.anon_key}
    )
    assert answer.headers.get_list("Access-Control-Allow-Origin") == ["*"]


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_write_to_the_summary_is_forbidden(info: StackInfo, rest: httpx.Client, method: str) -> None:
    body = None if method == "DELETE" else {"status": "queued"}
    answer = rest.request(
        method, "/generation_job_summary?status=eq.queued", headers={"apikey": info.secret_key}, json=body
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "42501")
