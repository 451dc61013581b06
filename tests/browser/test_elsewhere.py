"""A console that listens to the network: what visitors from other machines get, and pages of other ports."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from genjobs.local.stack import StackInfo
from genjobs.web.demo import own_address
from tests.browser.conftest import Arrival
from tests.browser.consoles import running_console
from tests.browser.visitor import Visitor
from tests.data.people import Person

TO_ALL = ["--server.address=0.0.0.0"]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("console") / "log"


@pytest.fixture(scope="module")
def open_console(stack: StackInfo, home: Path, log: Path) -> Iterator[str]:
    """The address on loopback of a console that listens on all addresses and shares its demo people."""
    with running_console(home, {"GENJOBS_SHARE_DEMO": "1"}, options=TO_ALL, log=log) as address:
        yield address


@pytest.fixture
def outside(open_console: str) -> str:
    """The same console by the address that other machines use."""
    address = own_address()
    if address == "127.0.0.1":
        pytest.skip("this machine has no address but loopback's")
    return open_console.replace("127.0.0.1", address)


def ask_for_a_code(visitor: Visitor, person: Person) -> None:
    visitor.open("/?sign-in=code")
    visitor.field("E-mail").fill(person.email)
    visitor.page.keyboard.press("Enter")
    visitor.heading("Enter the code")


def test_at_the_machine_itself_people_and_mail_are_there(
    arrive: Arrival, open_console: str, person: Person
) -> None:
    visitor = arrive(open_console)
    visitor.open()
    visitor.sees("Dan Petrov")
    ask_for_a_code(visitor, person)
    visitor.sees("Mail on this machine")


def test_from_elsewhere_there_are_no_people_and_no_mail(
    arrive: Arrival, outside: str, person: Person
) -> None:
    visitor = arrive(outside)
    visitor.open()
    visitor.sees("link that its operator can share")
    visitor.sees_not("Dan Petrov")
    ask_for_a_code(visitor, person)
    visitor.sees("mail stays on the machine")
    visitor.sees_not("Mail on this machine")


def test_from_elsewhere_a_person_signs_in_as_ever(arrive: Arrival, outside: str, person: Person) -> None:
    visitor = arrive(outside)
    visitor.open()
    visitor.sign_in_by_form(person.email, person.password)
    visitor.heading("Jobs test")
    visitor.sees(person.email)


def test_who_comes_by_the_link_may_choose_a_person(arrive: Arrival, outside: str, log: Path) -> None:
    [link] = [word for word in log.read_text().split() if "/demo/" in word]
    assert link.startswith(f"{outside}/demo/")
    visitor = arrive(outside)
    visitor.page.goto(link)
    visitor.heading("Sign in")
    visitor.page.get_by_role("button", name="Dan Petrov").click()
    visitor.heading("Jobs test")
    visitor.sees("dan.newcomer@demo.example")


@pytest.fixture
def other_port() -> Iterator[str]:
    """The address of a server on another port of this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


OPEN_SOCKET = """url => new Promise(resolve => {
    const socket = new WebSocket(url, ["streamlit"]);
    socket.onopen = () => resolve("open");
    socket.onerror = () => resolve("refused");
})"""


def test_a_page_on_another_port_opens_no_socket_with_the_persons_cookie(
    arrive: Arrival, console: str, other_port: str, person: Person
) -> None:
    visitor = arrive()
    visitor.sign_in(person)
    socket = f"ws://{console.removeprefix('http://')}/_stcore/stream"
    assert visitor.page.evaluate(OPEN_SOCKET, socket) == "open"
    visitor.page.goto(f"{other_port}/nothing-here")
    assert visitor.page.evaluate(OPEN_SOCKET, socket) == "refused"
