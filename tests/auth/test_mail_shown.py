"""The local stack's mail is shown only at this machine, to the browser that asked for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from genjobs.auth.form_memory import Entered, FormMemory
from genjobs.local.options import AuthOptions
from genjobs.local.stack import StackInfo, read_outbox
from genjobs.runtime import Runtime
from genjobs.settings.loading import LOCAL, Settings
from tests.auth.browser import Browser, Console, query_of, running_console
from tests.auth.screen import ELSEWHERE, codes_in, drawn, forms_in, installed
from tests.stacks import SMALL, UNLIMITED, new_user, running_stack

AUTH = AuthOptions(autoconfirm=False, mail_spacing_seconds=60, token_limit=UNLIMITED, other_limit=UNLIMITED)
VIEWS = {"code": "verify", "recover": "verify-recovery", "sign-up": "verify"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def mailing(place: Path) -> Iterator[StackInfo]:
    """A stack that confirms addresses and sends one message a minute to each."""
    with running_stack(place, replace(SMALL, auth=AUTH)) as running:
        yield running


@pytest.fixture(scope="module")
def local(mailing: StackInfo, place: Path) -> Iterator[Console]:
    """A console on that stack, with nothing configured."""
    runtime = Runtime(Settings(None, LOCAL, place))
    with running_console(runtime) as running, installed(runtime):
        yield running


@pytest.fixture
def visitor(local: Console) -> Browser:
    return local.browser()


@pytest.fixture
def email(mailing: StackInfo) -> str:
    """Of someone with an account."""
    return new_user(mailing)[1]


def ask(browser: Browser, action: str, email: str) -> str:
    """Ask for a message by one of the forms; answers the view that it led to."""
    return query_of(browser.post(action, email=email, password="correct horse battery"))["sign-in"]


def shown(browser: Browser, view: str, peer: tuple[str, int] = ("127.0.0.1", 1)) -> list[str]:
    return codes_in(drawn(view, browser.client.cookies, peer))


def sent(stack: StackInfo, email: str) -> list[str]:
    return [mail.code for mail in read_outbox(stack, email)]


@pytest.mark.parametrize("action", VIEWS)
def test_who_asked_for_a_message_sees_it(
    mailing: StackInfo, visitor: Browser, email: str, action: str
) -> None:
    to = f"new-{email}" if action == "sign-up" else email
    assert ask(visitor, action, to) == VIEWS[action]
    assert shown(visitor, VIEWS[action]) == sent(mailing, to) != []


@pytest.mark.parametrize("action", VIEWS)
def test_a_visitor_from_elsewhere_sees_no_message_and_learns_where_it_is(
    visitor: Browser, email: str, action: str
) -> None:
    view = ask(visitor, action, f"new-{email}" if action == "sign-up" else email)
    screen = drawn(view, visitor.client.cookies, ELSEWHERE)
    assert codes_in(screen) == []
    assert "stays on the machine" in " ".join(element.value for element in screen.info)


def made_up(email: str) -> dict[str, str]:
    """What someone without the key may write into the cookie: the address, or a seal of another's."""
    other = FormMemory().seal(Entered(email, "guessed"))
    return {"plain": email, "hex": email.encode().hex(), "sealed": other, "none": "", "odd": "\udcff"}


@pytest.mark.parametrize("kind", ["plain", "hex", "sealed", "none", "odd"])
def test_a_cookie_that_was_made_up_names_nobody_and_shows_nothing(
    visitor: Browser, email: str, kind: str
) -> None:
    ask(visitor, "recover", email)
    screen = drawn("verify-recovery", {"genjobs_email": made_up(email)[kind]})
    assert codes_in(screen) == []
    assert email not in forms_in(screen)


def test_a_cookie_that_was_altered_shows_nothing(visitor: Browser, email: str) -> None:
    ask(visitor, "recover", email)
    kept = visitor.client.cookies["genjobs_email"]
    for altered in (kept[:-8], kept[:40] + ("A" if kept[40] != "A" else "B") + kept[41:]):
        assert codes_in(drawn("verify-recovery", {"genjobs_email": altered})) == []


def test_whoever_only_entered_the_address_sees_no_message_to_it(
    local: Console, mailing: StackInfo, visitor: Browser, email: str
) -> None:
    ask(visitor, "recover", email)
    other = local.browser()
    other.post("sign-in", email=email, password="a guess")
    other.post("verify", email=email, code="000000", kind="recovery")
    assert other.email == email
    assert shown(other, "verify-recovery") == []
    assert sent(mailing, email) != []


def test_asking_when_no_message_is_sent_shows_none_that_another_asked_for(
    local: Console, visitor: Browser, email: str
) -> None:
    ask(visitor, "recover", email)
    other = local.browser()
    ask(other, "recover", email)
    assert shown(other, "verify-recovery") == []
    assert len(shown(visitor, "verify-recovery")) == 1


def test_who_asks_again_too_early_or_mistypes_the_code_still_sees_the_first_message(
    mailing: StackInfo, visitor: Browser, email: str
) -> None:
    ask(visitor, "recover", email)
    ask(visitor, "recover", email.upper())
    visitor.post("verify", email=email, code="000000", kind="recovery")
    assert shown(visitor, "verify-recovery") == sent(mailing, email)


def test_another_address_in_the_same_browser_shows_none_of_the_first(
    mailing: StackInfo, visitor: Browser, email: str
) -> None:
    ask(visitor, "recover", email)
    ask(visitor, "recover", "nobody@test.example")
    assert shown(visitor, "verify-recovery") == []
    visitor.post("sign-in", email=email, password="a guess")
    assert shown(visitor, "verify-recovery") == []
