"""Signed out, nobody sees a page: not through the shell, and not when Streamlit runs a page by itself."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import PropertyMock, patch

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from genjobs import paths
from genjobs.domain.errors import SettingsError
from genjobs.local.stack import StackInfo, read_outbox
from genjobs.runtime import Runtime, install
from tests.auth.browser import Browser, Console
from tests.stacks import new_user

PAGES = sorted(paths.PAGES.glob("*.py"))
SHELL = paths.PACKAGE / "console" / "shell" / "script.py"


@pytest.fixture
def installed(console: Console) -> Iterator[Console]:
    install(console.runtime)
    yield console
    install(None)


def run(script: Path, cookies: dict[str, str] | None = None) -> AppTest:
    test = AppTest.from_file(str(script), default_timeout=30)
    if cookies is None:
        return test.run()
    with patch.object(ContextProxy, "cookies", PropertyMock(return_value=cookies)):
        return test.run()


def forms_in(test: AppTest) -> str:
    return "".join(element.proto.body for element in test.get("html"))


def assert_only_the_sign_in_screen(test: AppTest) -> None:
    assert not test.exception
    assert [title.value for title in test.title] == ["Sign in"]
    assert 'action="/session/sign-in"' in forms_in(test)
    assert not test.dataframe
    assert not test.sidebar.children


@pytest.mark.parametrize("script", [SHELL, *PAGES], ids=lambda path: path.stem)
@pytest.mark.parametrize(
    "cookies", [None, {}, {"genjobs_session": "x" * 43}], ids=["mocked", "none", "wrong"]
)
def test_nobody_signed_out_sees_a_page(
    installed: Console, script: Path, cookies: dict[str, str] | None
) -> None:
    assert_only_the_sign_in_screen(run(script, cookies))


def test_someone_signed_in_sees_the_page_and_no_form_to_sign_in(
    installed: Console, browser: Browser, stack: StackInfo
) -> None:
    _, email, password = new_user(stack)
    browser.post("sign-in", email=email, password=password)
    test = run(SHELL, {"genjobs_session": browser.session_id or ""})
    assert not test.exception
    assert "/session/sign-in" not in forms_in(test)
    assert "/session/sign-out" in forms_in(test)


def test_a_sign_out_elsewhere_takes_effect_at_the_next_click_and_leaves_nothing_behind(
    installed: Console, browser: Browser, stack: StackInfo
) -> None:
    _, email, password = new_user(stack)
    browser.post("sign-in", email=email, password=password)
    cookies = {"genjobs_session": browser.session_id or ""}
    with patch.object(ContextProxy, "cookies", PropertyMock(return_value=cookies)):
        test = AppTest.from_file(str(SHELL), default_timeout=30).run()
        test.session_state["of the last person"] = "secret"
        browser.post("sign-out", scope="everywhere")
        assert_only_the_sign_in_screen(test.run())
    assert "of the last person" not in test.session_state


def test_a_tab_that_someone_else_takes_over_starts_empty(installed: Console, stack: StackInfo) -> None:
    ids = []
    for _ in range(2):
        _, email, password = new_user(stack)
        other = installed.browser()
        other.post("sign-in", email=email, password=password)
        ids.append(other.session_id or "")
    test = AppTest.from_file(str(SHELL), default_timeout=30)
    for session_id in ids:
        with patch.object(
            ContextProxy, "cookies", PropertyMock(return_value={"genjobs_session": session_id})
        ):
            test.run()
        if session_id == ids[0]:
            test.session_state["of the last person"] = "secret"
    assert "of the last person" not in test.session_state


def test_the_code_for_a_new_password_opens_its_form_and_nothing_else(
    installed: Console, browser: Browser, stack: StackInfo
) -> None:
    _, email, _ = new_user(stack)
    browser.post("recover", email=email)
    browser.post("verify", email=email, code=read_outbox(stack, email)[0].code, kind="recovery")
    test = run(SHELL, {"genjobs_session": browser.session_id or ""})
    assert [title.value for title in test.title] == ["Choose a new password"]
    assert 'action="/session/password"' in forms_in(test)
    assert "At least 6 characters." in forms_in(test)


def test_settings_that_cannot_be_used_are_a_page_with_the_reason() -> None:
    failed = Runtime(SettingsError("SUPABASE_KEY is a secret key.", hint="Take the publishable one."))
    failed.start()
    failed.wait()
    install(failed)
    try:
        test = run(SHELL)
    finally:
        install(None)
    assert not test.exception
    words = " ".join(element.value for element in test.error).replace("\\", "")
    assert "SUPABASE_KEY is a secret key." in words
    assert "Take the publishable one." in words


@pytest.mark.parametrize(
    ("name", "title"), [("__Host-genjobs_session", "Jobs test"), ("genjobs_session", "Sign in")]
)
def test_on_https_only_the_cookie_of_this_host_counts(
    installed: Console, browser: Browser, stack: StackInfo, name: str, title: str
) -> None:
    _, email, password = new_user(stack)
    browser.post("sign-in", email=email, password=password)
    with patch.object(ContextProxy, "url", PropertyMock(return_value="https://console.test/")):
        test = run(SHELL, {name: browser.session_id or ""})
    assert [element.value for element in test.title] == [title]


def test_signing_in_through_a_proxy_that_hides_the_origin_shows_the_page(
    installed: Console, browser: Browser, stack: StackInfo
) -> None:
    """A proxy that adds `Referrer-Policy: no-referrer` and ends TLS."""
    _, email, password = new_user(stack)
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null", "X-Forwarded-Proto": "https"}
    browser.post("sign-in", headers, email=email, password=password)
    with patch.object(ContextProxy, "url", PropertyMock(return_value="https://console.test/")):
        test = run(SHELL, dict(browser.client.cookies))
    assert [element.value for element in test.title] == ["Jobs test"]


def test_words_in_the_address_are_never_shown(installed: Console) -> None:
    test = AppTest.from_file(str(SHELL), default_timeout=30)
    test.query_params["notice"] = "<b>Call 555-0100</b>"
    test.query_params["sign-in"] = "new-password"
    test.run()
    assert "555-0100" not in " ".join(element.value for element in test.error)
    assert_only_the_sign_in_screen(test)
