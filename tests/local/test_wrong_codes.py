"""A code cannot be guessed, and asking for one does not reveal who has an account."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor

import httpx
import psycopg
import pytest

from genjobs.local.auth.context import bring_up_to_date, open_pool
from genjobs.local.auth.limits import MOST_ADDRESSES, MailSpacing
from genjobs.local.auth.refusals import AuthRefusal
from tests.clusters import Cluster
from tests.local.conftest import MakeLab
from tests.local.lab import Clock, Lab
from tests.local.waiting import until

ANA, BOB, NOBODY = "ana@test.example", "bob@test.example", "nobody@test.example"


def asked(lab: Lab, email: str = ANA, kind: str = "otp") -> str:
    """The code that `email` was sent."""
    assert lab.post(kind, {"email": email}).status_code == 200
    return lab.mails(email)[0].code


def tried(lab: Lab, code: str, email: str = ANA, kind: str = "email") -> int:
    return lab.post("verify", {"type": kind, "email": email, "token": code}).status_code


def wrong(code: str, number: int = 1) -> str:
    return f"{(int(code) + number) % 1_000_000:06d}"


def test_a_code_ends_after_five_wrong_tries(lab: Lab) -> None:
    lab.user()
    code = asked(lab)
    assert [tried(lab, wrong(code, number)) for number in range(1, 6)] == [403] * 5
    assert tried(lab, code) == 403
    assert tried(lab, asked(lab)) == 200


def test_four_wrong_tries_are_forgiven(lab: Lab) -> None:
    lab.user()
    code = asked(lab)
    assert [tried(lab, wrong(code, number)) for number in range(1, 5)] == [403] * 4
    assert tried(lab, code) == 200


HELD = """
    create function auth.hold() returns trigger language plpgsql as
        $$ begin perform pg_catalog.pg_advisory_xact_lock(1); return null; end $$;
    create trigger hold before update on auth.one_time_tokens for each statement execute function auth.hold()
"""
WAITING = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"


def test_a_try_waits_until_the_one_before_it_is_counted(lab: Lab) -> None:
    """The fifth wrong code is paused after it was judged and before it is counted."""
    lab.user()
    code = asked(lab)
    assert [tried(lab, wrong(code, number)) for number in range(1, 5)] == [403] * 4
    lab.sql(HELD)
    with psycopg.connect(lab.database.admin_dsn) as gate, ThreadPoolExecutor(2) as threads:
        gate.execute("select pg_advisory_xact_lock(1)")
        fifth = threads.submit(tried, lab, wrong(code, 5))
        until(lambda: lab.sql(WAITING) == [(1,)], "it is judged, and not counted")
        right = threads.submit(tried, lab, code)
        until(lambda: right.done() or lab.sql(WAITING) == [(2,)], "the next one waits")
        gate.rollback()
        assert (fifth.result(), right.result()) == (403, 403)


def test_tries_count_whatever_kind_they_name(lab: Lab) -> None:
    lab.user()
    code = asked(lab, kind="recover")
    for kind in ("email", "magiclink", "recovery", "email", "recovery"):
        assert tried(lab, wrong(code), kind=kind) == 403
    assert tried(lab, code, kind="recovery") == 403


def test_tries_count_against_nobody_else(lab: Lab) -> None:
    lab.user()
    lab.user(BOB)
    code = asked(lab)
    for _ in range(5):
        assert tried(lab, code, BOB) == tried(lab, code, NOBODY) == 403
    assert tried(lab, code) == 200


def test_a_newer_code_may_be_tried_as_often_as_the_first(lab: Lab) -> None:
    lab.user()
    for _ in range(2):
        code = asked(lab)
        assert [tried(lab, wrong(code, number)) for number in range(1, 5)] == [403] * 4
    assert tried(lab, code) == 200


def test_tries_at_the_same_moment_are_each_counted(lab: Lab) -> None:
    """Five wrong ones are held back until all are under way."""
    lab.user()
    code = asked(lab)
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
    statuses: list[Future[int]] = []
    with psycopg.connect(lab.database.admin_dsn) as gate, ThreadPoolExecutor(5) as threads:
        gate.execute("lock table auth.one_time_tokens in share mode")
        for number in range(1, 6):
            statuses.append(threads.submit(tried, lab, wrong(code, number)))
            until(lambda: lab.sql(waiting) == [(len(statuses),)], "another one waits")
        gate.rollback()
        assert [status.result() for status in statuses] == [403] * 5
    assert tried(lab, code) == 403


def test_a_pending_address_is_guarded_like_any_other(make_lab: MakeLab) -> None:
    lab = make_lab(autoconfirm=False)
    lab.user()
    lab.signed_in().auth.update_user({"email": BOB})
    code = lab.mails(BOB)[0].code
    assert {tried(lab, wrong(code), BOB, "email_change") for _ in range(5)} == {403}
    assert tried(lab, code, BOB, "email_change") == 403


def test_codes_cannot_be_tried_as_hashes(lab: Lab) -> None:
    """No tries are counted where a hash comes without an address, so nobody may be able to compute one."""
    lab.user()
    code = asked(lab)
    for text in (ANA + code, f"{ANA} {code}"):
        guess = hashlib.sha224(text.encode()).hexdigest()
        answer = lab.post("verify", {"type": "email", "token_hash": guess})
        assert answer.status_code == 403


def test_a_database_of_before_learns_to_count(lab: Lab, cluster: Cluster) -> None:
    lab.sql("alter table auth.one_time_tokens drop column wrong_tries")
    url = cluster.server.dsn("supabase_auth_admin", cluster.passwords.supabase_auth_admin, lab.database.name)
    with open_pool(url) as pool:
        bring_up_to_date(pool)
        bring_up_to_date(pool)
    lab.user()
    assert tried(lab, asked(lab)) == 200


SIGN_UP = {"password": "another horse"}


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("recover", {}),
        ("signup", SIGN_UP),
        ("otp", {}),
        ("resend", {"type": "signup"}),
        ("resend", {"type": "email_change"}),
    ],
)
def test_asking_twice_tells_nobody_who_has_an_account(
    make_lab: MakeLab, path: str, more: dict[str, str]
) -> None:
    lab = make_lab(autoconfirm=False, mail_spacing_seconds=60)
    lab.user()
    lab.admin().auth.admin.create_user({"email": BOB})

    def ask() -> set[tuple[int, str]]:
        answers = [lab.post(path, {"email": email, **more}) for email in (ANA, BOB, NOBODY)]
        return {(answer.status_code, said(answer)) for answer in answers}

    assert ask() == {(200, "")}
    assert ask() == {(429, "over_email_send_rate_limit")}
    lab.clock.forward(60)
    assert ask() == {(200, "")}


def test_signing_up_and_asking_for_a_code_tells_nobody_either(make_lab: MakeLab) -> None:
    lab = make_lab(autoconfirm=False, mail_spacing_seconds=60)
    lab.user()
    lab.admin().auth.admin.create_user({"email": BOB})
    for path, status in (("signup", 200), ("otp", 429)):
        answers = [lab.post(path, {"email": email, **SIGN_UP}) for email in (ANA, BOB, NOBODY)]
        assert {answer.status_code for answer in answers} == {status}


def said(answer: httpx.Response) -> str:
    return str(answer.json().get("error_code", ""))


def test_what_was_asked_for_is_forgotten_in_time() -> None:
    clock = Clock()
    spacing = MailSpacing(60, clock.seconds)
    for number in range(MOST_ADDRESSES + 10):
        spacing.take("recovery", str(number))
    assert len(spacing) <= MOST_ADDRESSES
    spacing.take("recovery", "ana")
    clock.forward(30)
    for number in range(MOST_ADDRESSES - len(spacing)):
        spacing.take("signup", str(number))
    clock.forward(31)
    spacing.take("recovery", "bob")
    with pytest.raises(AuthRefusal):
        spacing.take("signup", "0")
