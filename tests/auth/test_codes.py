"""Accounts and codes: sign-up with and without confirmation, one-time codes, a forgotten password, limits."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from genjobs.domain.people import SHORTEST_PASSWORD
from genjobs.local.options import AuthOptions, RateLimit
from genjobs.local.stack import StackInfo, read_outbox
from tests.auth.browser import Browser, Console, hosted, led_to, query_of, running_console
from tests.stacks import SMALL, UNLIMITED, new_user, running_stack

PASSWORD = "correct horse battery"
VERIFY, RECOVERY = {"sign-in": "verify"}, {"sign-in": "verify-recovery"}


def newest_code(stack: StackInfo, email: str) -> str:
    return read_outbox(stack, email)[0].code


def account(stack: StackInfo) -> dict[str, str]:
    _, email, password = new_user(stack)
    return {"email": email, "password": password}


@pytest.fixture(scope="module")
def strict_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackInfo]:
    """A stack that confirms addresses and sends one mail a minute."""
    auth = AuthOptions(
        autoconfirm=False, mail_spacing_seconds=60, token_limit=UNLIMITED, other_limit=UNLIMITED
    )
    with running_stack(tmp_path_factory.mktemp("strict"), replace(SMALL, auth=auth)) as running:
        yield running


@pytest.fixture(scope="module")
def strict_console(strict_stack: StackInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console on that stack."""
    home = tmp_path_factory.mktemp("home")
    with running_console(hosted(strict_stack.url, strict_stack.publishable_key, home)) as running:
        yield running


@pytest.fixture
def strict(strict_console: Console) -> Browser:
    """A browser in front of that console."""
    return strict_console.browser()


def test_a_new_account_is_signed_in_where_addresses_need_no_proof(browser: Browser) -> None:
    answer = browser.post("sign-up", email="new@test.example", password=PASSWORD, next="/projects")
    assert led_to(answer) == "/projects"
    assert browser.person is not None
    assert browser.person.email == "new@test.example"


def test_an_address_with_an_account_is_told_so(browser: Browser, stack: StackInfo) -> None:
    answer = browser.post("sign-up", **account(stack), next="/projects")
    assert led_to(answer) == "/projects?sign-in=create&notice=user_already_exists"


def test_the_shortest_password_that_the_screen_allows_is_taken(browser: Browser) -> None:
    browser.post("sign-up", email="short@test.example", password="x" * SHORTEST_PASSWORD)
    assert browser.person is not None


@pytest.mark.parametrize(
    ("password", "notice"),
    [("x" * (SHORTEST_PASSWORD - 1), "weak_password"), ("x" * 73, "validation_failed")],
)
def test_a_password_that_cannot_be_is_refused(browser: Browser, password: str, notice: str) -> None:
    answer = browser.post("sign-up", email="weak@test.example", password=password)
    assert query_of(answer) == {"sign-in": "create", "notice": notice}
    assert browser.email == "weak@test.example"


def test_a_new_account_waits_for_the_code_where_addresses_need_proof(
    strict: Browser, strict_stack: StackInfo
) -> None:
    who = {"email": "unproved@test.example", "password": PASSWORD}
    assert query_of(strict.post("sign-up", **who)) == {**VERIFY, "notice": "code_sent"}
    assert query_of(strict.post("sign-in", **who)) == {**VERIFY, "notice": "email_not_confirmed"}
    assert strict.person is None
    code = newest_code(strict_stack, who["email"])
    assert led_to(strict.post("verify", email=who["email"], code=code, next="/setup")) == "/setup"
    assert strict.person is not None


def test_a_stranger_does_not_learn_who_has_an_account(strict: Browser, strict_stack: StackInfo) -> None:
    known, unknown = account(strict_stack)["email"], "nobody@test.example"
    for action, view in (("code", VERIFY), ("recover", RECOVERY)):
        for email in (known, unknown, known, unknown):
            assert query_of(strict.post(action, email=email)) == {**view, "notice": "code_sent"}
    for email in (known, "newcomer@test.example", known, "newcomer@test.example"):
        taken = strict.post("sign-up", email=email, password=PASSWORD)
        assert query_of(taken) == {**VERIFY, "notice": "code_sent"}


def test_a_code_signs_in(browser: Browser, stack: StackInfo) -> None:
    email = account(stack)["email"]
    answer = browser.post("code", email=email, next="/projects?q=1")
    assert led_to(answer) == "/projects?q=1&sign-in=verify&notice=code_sent"
    assert browser.email == email
    code = newest_code(stack, email)
    assert led_to(browser.post("verify", email=email, code=f" {code[:3]} {code[3:]} ")) == "/"
    assert browser.person is not None
    assert browser.email == ""


def test_a_wrong_code_signs_nobody_in_and_can_be_tried_again(browser: Browser, stack: StackInfo) -> None:
    email = account(stack)["email"]
    browser.post("code", email=email)
    code = newest_code(stack, email)
    wrong = str((int(code) + 1) % 1_000_000).zfill(6)
    answer = browser.post("verify", email=email, code=wrong)
    assert query_of(answer) == {**VERIFY, "notice": "otp_expired"}
    assert browser.person is None
    browser.post("verify", email=email, code=code)
    assert browser.person is not None


def test_a_code_serves_once(console: Console, browser: Browser, stack: StackInfo) -> None:
    email = account(stack)["email"]
    browser.post("code", email=email)
    code = newest_code(stack, email)
    browser.post("verify", email=email, code=code)
    again = console.browser()
    assert query_of(again.post("verify", email=email, code=code))["notice"] == "otp_expired"
    assert again.person is None


def test_a_forgotten_password_is_replaced(console: Console, browser: Browser, stack: StackInfo) -> None:
    who = account(stack)
    browser.post("recover", email=who["email"], next="/setup")
    code = newest_code(stack, who["email"])
    answer = browser.post("verify", email=who["email"], code=code, kind="recovery", next="/setup")
    assert led_to(answer) == "/setup"
    recovering = browser.session_id
    assert browser.person is None
    assert led_to(browser.post("password", password=PASSWORD, next="/setup")) == "/setup"
    assert browser.person is not None
    assert browser.session_id != recovering
    assert console.runtime.sessions().recovering(recovering) is None
    old, new = (
        console.browser().post("sign-in", email=who["email"], password=p) for p in (who["password"], PASSWORD)
    )
    assert (query_of(old).get("notice"), led_to(new)) == ("invalid_credentials", "/")


def test_a_code_for_a_new_password_opens_no_page(browser: Browser, stack: StackInfo) -> None:
    email = account(stack)["email"]
    browser.post("recover", email=email)
    browser.post("verify", email=email, code=newest_code(stack, email), kind="recovery")
    sessions = browser.runtime.sessions()
    assert sessions.current(browser.session_id) is None
    person = sessions.recovering(browser.session_id)
    assert person is not None
    assert person.email == email


def test_a_new_password_ends_the_sessions_elsewhere(
    console: Console, browser: Browser, stack: StackInfo
) -> None:
    who, thief = account(stack), console.browser()
    thief.post("sign-in", **who)
    browser.post("recover", email=who["email"])
    browser.post("verify", email=who["email"], code=newest_code(stack, who["email"]), kind="recovery")
    browser.post("password", password=PASSWORD)
    assert thief.person is None
    assert browser.person is not None


@pytest.mark.parametrize(
    ("password", "notice"), [("short", "weak_password"), (None, "same_password"), ("  ", "missing_field")]
)
def test_a_new_password_that_cannot_be_leaves_the_form_open(
    browser: Browser, stack: StackInfo, password: str | None, notice: str
) -> None:
    who = account(stack)
    browser.post("recover", email=who["email"])
    browser.post("verify", email=who["email"], code=newest_code(stack, who["email"]), kind="recovery")
    answer = browser.post("password", password=password or who["password"])
    assert query_of(answer)["notice"] == notice
    assert browser.runtime.sessions().recovering(browser.session_id) is not None


def test_only_a_recovery_may_set_a_password(browser: Browser, stack: StackInfo) -> None:
    who = account(stack)
    browser.post("sign-in", **who)
    assert query_of(browser.post("password", password=PASSWORD))["notice"] == "no_recovery"
    browser.post("sign-in", **who)
    assert browser.person is not None


def test_no_second_mail_is_sent_within_a_minute_and_the_first_still_serves(
    strict: Browser, strict_stack: StackInfo
) -> None:
    email = account(strict_stack)["email"]
    for _ in range(2):
        assert query_of(strict.post("code", email=email)) == {**VERIFY, "notice": "code_sent"}
    assert len(read_outbox(strict_stack, email)) == 1
    strict.post("verify", email=email, code=newest_code(strict_stack, email))
    assert strict.person is not None


@pytest.fixture
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackInfo]:
    """A stack that allows two attempts from one address, then one in five minutes."""
    auth = AuthOptions(token_limit=RateLimit(requests=1, burst=2))
    with running_stack(tmp_path_factory.mktemp("limited"), replace(SMALL, auth=auth)) as running:
        yield running


def test_too_many_attempts_are_named(limited: StackInfo, tmp_path: Path) -> None:
    with running_console(hosted(limited.url, limited.publishable_key, tmp_path)) as console:
        browser = console.browser()
        answers = [browser.post("sign-in", email="a@b.test", password="p") for _ in range(3)]
    wrong, too_many = "invalid_credentials", "over_request_rate_limit"
    assert [query_of(answer)["notice"] for answer in answers] == [wrong, wrong, too_many]
