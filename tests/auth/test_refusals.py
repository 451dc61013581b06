"""After a refusal, one field of the form has the focus, says why, and is called wrong only if it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

import pytest

from genjobs.auth.error_codes import meaning_of
from genjobs.console.gate import forms, refusals, sign_in
from genjobs.console.gate.refusals import Refusal
from genjobs.runtime import install
from tests.auth.browser import Console
from tests.auth.screen import drawn, forms_in, installed


class Inputs(HTMLParser):
    """The inputs of a page by name, each with its attributes, and words by the id of what says them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.inputs: dict[str, dict[str, str | None]] = {}
        self.words: dict[str, str] = {}
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._inside = told.get("id") or ""
        if tag == "input":
            self.inputs[told["name"] or ""] = told

    def handle_data(self, data: str) -> None:
        self.words[self._inside] = unescape(data)

    def described(self, name: str) -> str:
        """What a screen reader says after the label of an input."""
        return " ".join(
            self.words[place] for place in (self.inputs[name].get("aria-describedby") or "").split()
        )


@pytest.fixture(autouse=True)
def shown(console: Console) -> Iterator[None]:
    with installed(console.runtime):
        yield


def page(view: str, notice: str = "") -> Inputs:
    return Inputs(forms_in(drawn(view, notice=notice)))


@pytest.mark.parametrize(
    ("view", "notice", "field"),
    [
        ("", "invalid_credentials", "password"),
        ("create", "weak_password", "password"),
        ("create", "user_already_exists", "email"),
        ("code", "email_address_invalid", "email"),
        ("create", "validation_failed", "password"),
        ("recover", "validation_failed", "email"),
        ("verify", "otp_expired", "code"),
        ("verify-recovery", "otp_expired", "code"),
        ("", "missing_field", "email"),
    ],
)
def test_the_field_at_fault_is_called_wrong_and_says_why(view: str, notice: str, field: str) -> None:
    seen = page(view, notice)
    meaning = meaning_of(notice)
    assert [name for name, told in seen.inputs.items() if "data-refused" in told] == [field]
    assert [name for name, told in seen.inputs.items() if told.get("aria-invalid") == "true"] == [field]
    assert f"{meaning.message} {meaning.hint}" in seen.described(field)


@dataclass
class Place:
    """A console on the local stack, or in front of a hosted project."""

    is_local: bool


@pytest.mark.parametrize(
    ("is_local", "rule"),
    [
        (True, "At least 6 characters."),
        (False, "At least 6 characters. This project may ask for more."),
    ],
)
def test_no_more_is_said_of_new_passwords_than_is_known(is_local: bool, rule: str) -> None:
    install(Place(is_local))  # type: ignore[arg-type]
    assert sign_in._rule() == rule


def test_the_rule_for_a_new_password_is_said_beforehand_and_again_after_a_refusal() -> None:
    assert page("create").described("password").startswith("At least 6 characters.")
    refused = page("create", "weak_password").described("password")
    assert refused.startswith("This password is too weak.")
    assert "At least 6 characters." in refused
    assert page("").described("password") == ""


@pytest.mark.parametrize("notice", ["over_request_rate_limit", "unavailable", "email_not_confirmed"])
def test_where_no_field_is_at_fault_the_reason_is_heard_but_nothing_is_called_wrong(notice: str) -> None:
    seen = page("", notice)
    assert meaning_of(notice).message in seen.described("email")
    assert all("aria-invalid" not in told for told in seen.inputs.values())


@pytest.mark.parametrize("notice", ["", "code_sent", "signed_out_here_only"])
def test_without_a_refusal_the_form_is_left_alone(notice: str) -> None:
    test = drawn("", notice=notice)
    assert all("data-refused" not in told for told in Inputs(forms_in(test)).inputs.values())
    assert refusals.FOCUS not in forms_in(test)


def test_the_keyboard_is_led_to_the_field() -> None:
    assert refusals.FOCUS in forms_in(drawn("", notice="invalid_credentials"))


def test_what_is_filled_in_already_need_not_be_entered_again() -> None:
    fields = [forms.email_field("ana@studio.test"), forms.password_field()]
    for code in ("over_request_rate_limit", "missing_field"):
        assert [one.refusal for one in refusals.marked(fields, Refusal(code, "Why."))] == ["", "Why."]


def test_a_form_without_the_field_at_fault_still_says_why() -> None:
    [field] = refusals.marked([forms.new_password_field("Long.")], Refusal("email_exists", "Why."))
    assert (field.refusal, field.is_wrong) == ("Why.", False)


def test_the_reason_is_text_and_not_a_part_of_the_page() -> None:
    fields = refusals.marked([forms.code_field()], Refusal("otp_expired", "<b>Why</b>"))
    assert "&lt;b&gt;Why&lt;/b&gt;" in forms.form("verify", fields, "Continue", {})
