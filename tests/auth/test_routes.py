"""The forms of the sign-in screen: what each answers, and what it never answers."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from genjobs.auth.error_codes import MEANINGS
from genjobs.domain.errors import SettingsError
from genjobs.local.stack import StackInfo
from genjobs.runtime import Runtime
from tests.auth.browser import Browser, Console, hosted, led_to, query_of, running_console
from tests.auth.conftest import MovedClock
from tests.stacks import new_user


@pytest.fixture(scope="module")
def person(stack: StackInfo) -> dict[str, str]:
    """The e-mail address and password of someone with an account."""
    _, email, password = new_user(stack)
    return {"email": email, "password": password}


def set_cookies(answer: httpx.Response) -> list[str]:
    return answer.headers.get_list("set-cookie")


def test_the_right_password_signs_in_and_leads_to_the_page_that_was_asked_for(
    browser: Browser, person: dict[str, str]
) -> None:
    answer = browser.post("sign-in", **person, next="/projects?q=a+b&tag=1&tag=2")
    assert led_to(answer) == "/projects?q=a+b&tag=1&tag=2"
    assert browser.person is not None
    assert browser.person.email == person["email"]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    browser: Browser, person: dict[str, str]
) -> None:
    cookie = next(
        text for text in set_cookies(browser.post("sign-in", **person)) if "genjobs_session" in text
    )
    value, *attributes = cookie.split("; ")
    assert value == f"genjobs_session={browser.session_id}"
    assert {text.lower() for text in attributes} == {"httponly", "samesite=lax", "path=/", "max-age=604800"}


def test_on_https_the_cookie_is_secure_and_of_this_host_alone(
    browser: Browser, person: dict[str, str]
) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "https://console.test"}
    answer = browser.post("sign-in", headers, **person)
    cookie = next(text for text in set_cookies(answer) if "genjobs_session" in text)
    assert cookie.startswith("__Host-genjobs_session=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert "domain" not in cookie.lower()


NO_REFERRER = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
ELSEWHERE = {"Host": "203.0.113.9"}


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({**NO_REFERRER, "X-Forwarded-Proto": "https"}, "__Host-genjobs_session"),
        ({**NO_REFERRER, **ELSEWHERE}, "__Host-genjobs_session"),
        ({**NO_REFERRER, **ELSEWHERE, "X-Forwarded-Proto": "http"}, "__Host-genjobs_session"),
        (NO_REFERRER, "genjobs_session"),
        ({"Origin": "http://203.0.113.9", **ELSEWHERE}, "genjobs_session"),
        ({"Origin": "http://203.0.113.9", **ELSEWHERE, "Sec-Fetch-Site": "same-origin"}, "genjobs_session"),
    ],
)
def test_a_page_without_a_referrer_gets_the_cookie_of_its_scheme(
    browser: Browser, person: dict[str, str], headers: dict[str, str], name: str
) -> None:
    [cookie] = [
        text for text in set_cookies(browser.post("sign-in", headers, **person)) if "_session" in text
    ]
    assert cookie.startswith(f"{name}=")
    assert ("Secure" in cookie.split("; ")) is name.startswith("__Host-")


def test_the_scheme_that_a_proxy_names_counts_only_if_it_is_trusted(
    stack: StackInfo, tmp_path: Path, person: dict[str, str]
) -> None:
    runtime = hosted(stack.url, stack.publishable_key, tmp_path)
    with running_console(runtime, trusted_proxies="192.0.2.1") as console:
        headers = {**NO_REFERRER, "X-Forwarded-Proto": "https"}
        answer = console.browser().post("sign-in", headers, **person)
    assert any(text.startswith("genjobs_session=") for text in set_cookies(answer))


def test_no_cache_keeps_an_answer(browser: Browser, person: dict[str, str]) -> None:
    assert browser.post("sign-in", **person).headers["cache-control"] == "no-store"
    assert browser.post("sign-in").headers["cache-control"] == "no-store"


def test_a_wrong_password_leads_back_with_a_code_and_the_page_that_was_asked_for(
    browser: Browser, person: dict[str, str]
) -> None:
    answer = browser.post("sign-in", **{**person, "password": "wrong one"}, next="/projects?q=1")
    assert led_to(answer) == "/projects?q=1&notice=invalid_credentials"
    assert browser.person is None
    assert browser.email == person["email"]


def test_an_unknown_address_is_answered_like_a_wrong_password(browser: Browser) -> None:
    answer = browser.post("sign-in", email="nobody@test.example", password="wrong one")
    assert led_to(answer) == "/?notice=invalid_credentials"


@pytest.mark.parametrize("action", ["sign-in", "sign-up", "code", "recover", "verify", "demo"])
def test_an_empty_form_leads_back(browser: Browser, action: str) -> None:
    assert query_of(browser.post(action))["notice"] == "missing_field"


def test_no_answer_carries_an_address_or_the_senders_words(browser: Browser) -> None:
    answer = browser.post(
        "sign-in", email="<b>@x.test", password="p", notice="<script>", next="/a?notice=<b>"
    )
    location = led_to(answer)
    assert location.startswith("/a?notice=")
    assert query_of(answer)["notice"] in MEANINGS
    assert "%40" not in location
    assert "@" not in location


@pytest.mark.parametrize("target", ["https://evil.test", "//evil.test", "/\\evil.test", "/session/sign-out"])
def test_no_form_leads_out_of_the_console(browser: Browser, person: dict[str, str], target: str) -> None:
    assert led_to(browser.post("sign-in", **person, next=target)) == "/"
    assert led_to(browser.post("sign-out", next=target)) == "/?notice=signed_out"
    wrong = {**person, "password": "wrong one"}
    assert led_to(browser.post("sign-in", **wrong, next=target)) == "/?notice=invalid_credentials"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "X-Forwarded-Proto": "https"},
        {},
    ],
)
def test_a_post_from_another_site_changes_nothing(
    browser: Browser, person: dict[str, str], headers: dict[str, str]
) -> None:
    answer = browser.post("sign-in", headers, **person)
    assert (answer.status_code, set_cookies(answer)) == (403, [])
    browser.post("sign-in", **person)
    answer = browser.post("sign-out", headers, scope="everywhere")
    assert (answer.status_code, set_cookies(answer)) == (403, [])
    assert browser.person is not None


def test_a_link_signs_nobody_in_or_out(browser: Browser, person: dict[str, str]) -> None:
    browser.post("sign-in", **person)
    assert browser.client.get("/session/sign-out").status_code == 405
    assert browser.client.get("/session/demo", params={"email": person["email"]}).status_code == 405
    assert browser.person is not None


def test_a_planted_session_id_is_not_taken_up(browser: Browser, person: dict[str, str]) -> None:
    browser.client.cookies.set("genjobs_session", "p" * 43)
    answer = browser.post("sign-in", **person)
    assert "p" * 43 not in "".join(set_cookies(answer))
    assert browser.runtime.sessions().current("p" * 43) is None


def test_signing_in_again_ends_the_session_before_it(
    console: Console, browser: Browser, person: dict[str, str]
) -> None:
    browser.post("sign-in", **person)
    before = browser.session_id
    browser.post("sign-in", **person)
    assert browser.session_id != before
    assert console.runtime.sessions().current(before) is None
    assert browser.person is not None


@pytest.mark.parametrize("session_id", ["", "p" * 43, "%00", '"', "a;b"])
def test_a_cookie_that_is_no_session_signs_nobody_in(browser: Browser, session_id: str) -> None:
    header = {
        "Sec-Fetch-Site": "same-origin",
        "Cookie": f"genjobs_session={session_id}",
    }
    assert led_to(browser.post("sign-out", header)) == "/?notice=signed_out"
    assert led_to(browser.post("password", header, password="a new password")).endswith("notice=no_recovery")


def test_a_form_larger_than_any_of_ours_is_refused(browser: Browser, person: dict[str, str]) -> None:
    assert browser.post("sign-in", **person, next="/" + "a" * 20_000).status_code == 413
    stream = iter([b"email=a&", b"next=" + b"a" * 20_000])
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert browser.client.post("/session/sign-in", content=stream, headers=headers).status_code == 413


@pytest.mark.parametrize("body", [b"\xff\xfe", b"&".join(b"a=1" for _ in range(100)), b'{"email": 1}'])
def test_a_body_that_is_no_form_leads_back(browser: Browser, body: bytes) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = browser.client.post("/session/sign-in", content=body, headers=headers)
    assert led_to(answer) == "/?notice=missing_field"


def test_signing_out_here_leaves_another_browser_alone(
    console: Console, browser: Browser, person: dict[str, str]
) -> None:
    other = console.browser()
    for each in (browser, other):
        each.post("sign-in", **person)
    answer = browser.post("sign-out", next="/projects")
    assert led_to(answer) == "/projects?notice=signed_out"
    assert (browser.session_id, browser.person) == (None, None)
    assert other.person is not None


def test_signing_out_everywhere_takes_effect_in_another_browser_at_once(
    console: Console, browser: Browser, person: dict[str, str]
) -> None:
    other = console.browser()
    for each in (browser, other):
        each.post("sign-in", **person)
    assert led_to(browser.post("sign-out", scope="everywhere")) == "/?notice=signed_out_everywhere"
    assert other.session_id is not None
    assert other.person is None


def test_nobody_is_a_demo_person_on_a_hosted_project(browser: Browser, person: dict[str, str]) -> None:
    assert led_to(browser.post("demo", email=person["email"])) == "/?notice=no_such_person"
    assert browser.person is None


def test_a_session_survives_a_restart_of_the_console(
    stack: StackInfo, tmp_path: Path, clock: MovedClock, person: dict[str, str]
) -> None:
    with running_console(hosted(stack.url, stack.publishable_key, tmp_path, clock)) as before:
        browser = before.browser()
        browser.post("sign-in", **person)
    with running_console(hosted(stack.url, stack.publishable_key, tmp_path, clock)) as after:
        signed_in = after.runtime.sessions().current(browser.session_id)
    assert signed_in is not None
    assert signed_in.email == person["email"]


def test_a_session_of_another_project_does_not_count(
    console: Console, stack: StackInfo, tmp_path: Path, person: dict[str, str]
) -> None:
    browser = console.browser()
    browser.post("sign-in", **person)
    other_name = stack.url.replace("127.0.0.1", "localhost")
    with running_console(hosted(other_name, stack.publishable_key, tmp_path)) as other:
        assert other.runtime.sessions().current(browser.session_id) is None
    assert browser.person is not None


@pytest.fixture
def failed(tmp_path: Path) -> Iterator[Console]:
    with running_console(Runtime(SettingsError("SUPABASE_KEY is wrong.", hint="Mend it."))) as running:
        yield running


def test_a_console_that_did_not_start_answers_forms_with_words(failed: Console) -> None:
    browser = failed.browser()
    assert query_of(browser.post("sign-in", email="a@b.test", password="p"))["notice"] in MEANINGS
    assert led_to(browser.post("sign-out")) == "/?notice=signed_out"


def test_a_project_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    with running_console(hosted("http://127.0.0.1:9", "sb_publishable_x", tmp_path)) as console:
        answer = console.browser().post("sign-in", email="a@b.test", password="p", next="/projects")
    assert led_to(answer) == "/projects?notice=unavailable"


def test_a_key_that_the_project_refuses_is_named(stack: StackInfo, tmp_path: Path) -> None:
    with running_console(hosted(stack.url, "sb_publishable_of_another", tmp_path)) as console:
        answer = console.browser().post("sign-in", email="a@b.test", password="p")
    assert led_to(answer) == "/?notice=key_refused"
