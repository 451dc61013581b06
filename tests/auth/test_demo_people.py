"""Who is offered the demo people: visitors at this machine, and those with the operator's link."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from genjobs.runtime import Runtime
from genjobs.settings.connection import Connection
from genjobs.settings.loading import LOCAL, Settings
from genjobs.web.demo import warning
from tests.auth.browser import Browser, Console, led_to, query_of, running_console
from tests.auth.screen import ELSEWHERE, HERE, drawn, forms_in, installed
from tests.stacks import SMALL, running_stack

FROM_ELSEWHERE = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": "203.0.113.7"}
NOBODY = "no_such_person"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of a running stack with demo people."""
    home = tmp_path_factory.mktemp("home")
    with running_stack(home, replace(SMALL, demo=True)):
        yield home


@pytest.fixture(scope="module")
def private(place: Path) -> Iterator[Console]:
    """A console that shares nothing."""
    with running_console(Runtime(Settings(None, LOCAL, place))) as running:
        yield running


@pytest.fixture(scope="module")
def shared(place: Path) -> Iterator[Console]:
    """A console whose operator shares the demo people by a link."""
    with running_console(Runtime(Settings(None, LOCAL, place, share_demo=True))) as running:
        yield running


def click(browser: Browser, headers: dict[str, str] | None = None) -> str:
    """The notice that a click on a demo person leads to; empty when it signs in."""
    email = browser.runtime.demo_people()[0].email
    return query_of(browser.post("demo", headers, email=email)).get("notice", "")


def offered(console: Console, peer: tuple[str, int], cookies: dict[str, str]) -> bool:
    with installed(console.runtime):
        return "/session/demo" in forms_in(drawn("", cookies, peer))


@pytest.mark.parametrize("name", ["private", "shared"])
def test_they_are_offered_at_this_machine_and_not_elsewhere(
    name: str, request: pytest.FixtureRequest
) -> None:
    console: Console = request.getfixturevalue(name)
    assert offered(console, HERE, {})
    assert not offered(console, ELSEWHERE, {})
    assert click(console.browser()) == ""
    assert click(console.browser(), FROM_ELSEWHERE) == NOBODY


def test_a_visitor_from_elsewhere_reads_how_they_could_be_offered(private: Console) -> None:
    with installed(private.runtime):
        words = " ".join(element.value for element in drawn("", {}, ELSEWHERE).markdown)
    assert "link that its operator can share" in words


def test_who_comes_by_the_link_may_choose_them_from_anywhere(shared: Console) -> None:
    browser = shared.browser()
    answer = browser.client.get(f"/demo/{shared.runtime.demo_token}")
    assert led_to(answer) == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert offered(shared, ELSEWHERE, dict(browser.client.cookies))
    assert click(browser, FROM_ELSEWHERE) == ""
    assert browser.person is not None


@pytest.mark.parametrize(("headers", "secure"), [({}, False), ({"Sec-Fetch-Site": "none"}, True)])
def test_a_link_that_was_followed_without_https_leaves_a_cookie_that_the_browser_keeps(
    shared: Console, headers: dict[str, str], secure: bool
) -> None:
    """A link that is followed names no origin; browsers drop a secure cookie that came without https."""
    link = f"/demo/{shared.runtime.demo_token}"
    answer = shared.browser().client.get(link, headers={"Host": "203.0.113.9", **headers})
    assert ("Secure" in answer.headers["set-cookie"].split("; ")) is secure


@pytest.mark.parametrize("token", ["x" * 32, "%FF", "%ED%B3%BF", "None", "null", "%20", "ü"])
def test_any_other_link_opens_nothing(shared: Console, private: Console, token: str) -> None:
    for console in (shared, private):
        browser = console.browser()
        answer = browser.client.get(f"/demo/{token}")
        assert query_of(answer) == {"notice": "no_such_link"}
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("token", ["", "x" * 32, "None", "\udcff"])
def test_a_made_up_cookie_opens_nothing(shared: Console, private: Console, token: str) -> None:
    for console in (shared, private):
        assert not offered(console, ELSEWHERE, {"genjobs_demo": token})


def test_the_link_of_one_console_opens_no_other(shared: Console, private: Console, place: Path) -> None:
    cookies = {"genjobs_demo": str(shared.runtime.demo_token)}
    again = Runtime(Settings(None, LOCAL, place, share_demo=True))
    assert again.demo_token != shared.runtime.demo_token
    assert not offered(private, ELSEWHERE, cookies)


def test_the_link_shows_no_mail(shared: Console) -> None:
    browser = shared.browser()
    browser.client.get(f"/demo/{shared.runtime.demo_token}")
    browser.post("code", email=shared.runtime.demo_people()[0].email)
    with installed(shared.runtime):
        assert not drawn("verify", dict(browser.client.cookies), ELSEWHERE).code
        assert drawn("verify", dict(browser.client.cookies), HERE).code


def test_only_a_demo_can_be_shared(tmp_path: Path) -> None:
    hosted = Settings(
        Connection("https://x.supabase.co", "sb_publishable_x"), "test", tmp_path, share_demo=True
    )
    assert Runtime(hosted).demo_token is None
    assert Runtime(Settings(None, LOCAL, tmp_path)).demo_token is None


@pytest.mark.parametrize(
    ("address", "encrypted", "link"),
    [
        ("192.168.1.7", False, "http://192.168.1.7:8501/demo/token"),
        ("::1", True, "https://[::1]:8501/demo/token"),
        ("console.test", True, "https://console.test:8501/demo/token"),
    ],
)
def test_the_operator_is_warned_and_told_the_link(address: str, encrypted: bool, link: str) -> None:
    text = warning("token", address, 8501, encrypted=encrypted)
    assert "GENJOBS_SHARE_DEMO" in text
    assert text.split()[-1] == link


@pytest.mark.parametrize("address", [None, "0.0.0.0", "::"])
def test_a_server_that_listens_everywhere_is_named_by_an_address_of_this_machine(address: str | None) -> None:
    link = warning("token", address, 8501, encrypted=False).split()[-1]
    assert link.startswith("http://")
    assert link.removeprefix("http://")[0].isdigit()
    assert "0.0.0.0" not in link
