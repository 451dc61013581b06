from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.kit.error_messages import ERROR_STYLES, face
from genjobs.domain import errors
from genjobs.domain.errors import ConsoleError

EVERY = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, ConsoleError)]


@pytest.mark.parametrize("kind", [kind for kind in EVERY if kind is not ConsoleError])
def test_every_error_has_a_face_of_its_own(kind: type[ConsoleError]) -> None:
    assert kind in ERROR_STYLES


def test_an_error_without_a_face_takes_that_of_its_parent() -> None:
    class Stolen(errors.Conflict):
        pass

    assert face(Stolen("Gone.")) is ERROR_STYLES[errors.Conflict]
    assert face(ConsoleError("Odd.")) is ERROR_STYLES[errors.UnexpectedError]


def shown(hint: str) -> str:
    def script(hint: str) -> None:
        from genjobs.console.kit.error_messages import show
        from genjobs.domain.errors import InvalidInput

        show(InvalidInput("cost_cents cannot be *free*.", hint=hint, code="23514"))

    test = AppTest.from_function(script, kwargs={"hint": hint}).run()
    assert not test.exception
    (warning,) = test.warning
    return warning.value


def test_an_error_says_what_to_what_and_what_to_do() -> None:
    text = shown("Give a number.")
    assert "That cannot be saved" in text
    assert r"Cost in cents cannot be \*free\*" in text, "as the form calls it"
    assert "23514" in text
    assert r"Give a number\." in text


def test_an_error_without_a_hint_still_says_what_to_do() -> None:
    assert r"Change it and try again\." in shown("")
