"""No address may ask the auth server too often."""

from __future__ import annotations

import httpx
import pytest

from genjobs.local.auth.limits import MOST_ADDRESSES, Buckets
from genjobs.local.auth.refusals import AuthRefusal
from genjobs.local.options import AuthOptions, RateLimit
from tests.local.conftest import MakeLab
from tests.local.lab import Clock, Lab

FEW = RateLimit(requests=30, seconds=300, burst=2)
NOBODY = {"email": "nobody@test.example", "password": "correct horse"}


def taken(buckets: Buckets, address: str, times: int) -> int:
    """How many of `times` requests pass."""
    return sum(passes(buckets, address) for _ in range(times))


def passes(buckets: Buckets, address: str) -> bool:
    try:
        buckets.take(address)
    except AuthRefusal:
        return False
    return True


def test_a_bucket_empties_and_refills() -> None:
    clock = Clock()
    buckets = Buckets(FEW, clock.seconds)
    assert taken(buckets, "a", 5) == 2
    clock.forward(10)
    assert taken(buckets, "a", 5) == 1
    clock.forward(10_000)
    assert taken(buckets, "a", 5) == 2


def test_asking_in_vain_does_not_put_the_refill_off() -> None:
    clock = Clock()
    buckets = Buckets(FEW, clock.seconds)
    taken(buckets, "a", 2)
    for _ in range(9):
        clock.forward(1)
        assert taken(buckets, "a", 1) == 0
    clock.forward(1.001)
    assert taken(buckets, "a", 1) == 1


def test_of_too_many_addresses_those_that_asked_last_are_remembered() -> None:
    clock = Clock()
    buckets = Buckets(FEW, clock.seconds)
    for number in range(MOST_ADDRESSES):
        buckets.take(str(number))
    clock.forward(1)
    assert taken(buckets, "last", 3) == 2
    assert taken(buckets, "next", 1) == 1
    assert len(buckets) < MOST_ADDRESSES
    assert taken(buckets, "last", 1) == 0


def test_each_address_has_its_own_bucket() -> None:
    buckets = Buckets(FEW, Clock().seconds)
    assert [taken(buckets, address, 3) for address in ("a", "b")] == [2, 2]


def test_memory_is_bounded() -> None:
    buckets = Buckets(FEW, Clock().seconds)
    for number in range(MOST_ADDRESSES + 10):
        buckets.take(str(number))
    assert len(buckets) <= MOST_ADDRESSES + 1


def test_the_defaults_are_a_hosted_projects() -> None:
    options = AuthOptions()
    assert options.token_limit == RateLimit(requests=150, seconds=300, burst=30)
    assert options.other_limit == RateLimit(requests=30, seconds=300, burst=30)
    assert options.mail_spacing_seconds == 60


def answers(lab: Lab, path: str, count: int, **headers: str) -> list[int]:
    return [lab.post(path, NOBODY, **headers).status_code for _ in range(count)]


def test_passwords_cannot_be_tried_without_end(make_lab: MakeLab) -> None:
    lab = make_lab(token_limit=FEW)
    assert answers(lab, "token?grant_type=password", 3) == [400, 400, 429]
    refused = lab.post("token?grant_type=refresh_token", {"refresh_token": "x" * 20})
    assert (refused.status_code, refused.json()["error_code"]) == (429, "over_request_rate_limit")


@pytest.mark.parametrize("path", ["signup", "otp", "recover", "verify", "resend"])
def test_the_other_calls_are_limited_each_by_itself(make_lab: MakeLab, path: str) -> None:
    lab = make_lab(other_limit=FEW)
    assert [status == 429 for status in answers(lab, path, 3)] == [False, False, True]
    assert 429 not in answers(lab, "token?grant_type=password", 3)


def test_changing_a_user_is_limited_and_reading_is_not(make_lab: MakeLab) -> None:
    lab = make_lab(other_limit=FEW)
    headers = {"apikey": lab.keys.publishable_key}
    assert [lab.http.put("/auth/v1/user", json={}, headers=headers).status_code for _ in range(3)] == [
        403,
        403,
        429,
    ]
    assert [lab.http.get("/auth/v1/user", headers=headers).status_code for _ in range(3)] == [403] * 3


def test_this_machine_has_one_address(make_lab: MakeLab) -> None:
    """Linux lets anybody send from all of 127.0.0.0/8."""
    lab = make_lab(token_limit=FEW)
    statuses = []
    for number in range(1, 6):
        transport = httpx.HTTPTransport(local_address=f"127.0.0.{number}")
        with httpx.Client(transport=transport, headers={"apikey": lab.keys.publishable_key}) as client:
            answer = client.post(f"{lab.url}/auth/v1/token?grant_type=password", json=NOBODY)
            statuses.append(answer.status_code)
    assert statuses == [400, 400, 429, 429, 429]
    secret = {"apikey": lab.keys.secret_key}
    for told in ("127.9.8.7", "::1", "::ffff:127.0.0.3"):
        assert answers(lab, "token?grant_type=password", 1, **{**secret, "Sb-Forwarded-For": told}) == [429]


def test_the_secret_keys_holder_is_believed_about_whose_request_it_passes_on(make_lab: MakeLab) -> None:
    lab = make_lab(token_limit=FEW)
    secret = {"apikey": lab.keys.secret_key}
    for visitor in ("198.51.100.1", "198.51.100.2", "2001:db8::1"):
        forwarded = {**secret, "Sb-Forwarded-For": f"{visitor}, 10.0.0.1"}
        assert answers(lab, "token?grant_type=password", 3, **forwarded) == [400, 400, 429]


@pytest.mark.parametrize("name", ["publishable_key", "anon_key", "service_role_key"])
def test_nobody_else_is(make_lab: MakeLab, name: str) -> None:
    lab = make_lab(token_limit=FEW)
    key = getattr(lab.keys, name)
    statuses = [
        answers(
            lab, "token?grant_type=password", 1, apikey=key, **{"Sb-Forwarded-For": f"198.51.100.{number}"}
        )
        for number in range(3)
    ]
    assert statuses == [[400], [400], [429]]


def test_a_proxy_is_not_believed_even_on_the_loopback(make_lab: MakeLab) -> None:
    """Anybody on this machine can send such headers; the gateway alone tells whose request it is."""
    lab = make_lab(token_limit=FEW)
    claims = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "CF-Connecting-IP")
    statuses = [
        answers(lab, "token?grant_type=password", 1, **dict.fromkeys(claims, f"198.51.100.{number}"))
        for number in range(10)
    ]
    assert statuses == [[400]] * 2 + [[429]] * 8


def test_an_address_with_a_zone_counts_without_it(make_lab: MakeLab) -> None:
    lab = make_lab(token_limit=FEW)
    lab.user("ana@test.example")
    body = {"email": "ana@test.example", "password": "correct horse"}
    headers = {"apikey": lab.keys.secret_key, "Sb-Forwarded-For": "fe80::1%eth0"}
    assert lab.post("token?grant_type=password", body, **headers).status_code == 200
    assert lab.sql("select host(ip) from auth.sessions") == [("fe80::1",)]


def test_a_forwarded_address_that_is_none_counts_for_the_peer(make_lab: MakeLab) -> None:
    lab = make_lab(token_limit=FEW)
    headers = {"apikey": lab.keys.secret_key, "Sb-Forwarded-For": "unknown"}
    assert answers(lab, "token?grant_type=password", 3, **headers) == [400, 400, 429]


def test_sessions_remember_the_forwarded_address(lab: Lab) -> None:
    lab.user("ana@test.example")
    body = {"email": "ana@test.example", "password": "correct horse"}
    headers = {"apikey": lab.keys.secret_key, "Sb-Forwarded-For": "198.51.100.7"}
    assert lab.post("token?grant_type=password", body, **headers).status_code == 200
    assert lab.sql("select host(ip) from auth.sessions") == [("198.51.100.7",)]
