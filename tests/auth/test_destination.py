"""Where a form may lead: into this console and nowhere else."""

import pytest

from genjobs.web.destination import local_path, sign_in_page


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/projects",
        "/projects?status=failed&q=a+b",
        "/jobs-test?tag=1&tag=2&empty=",
        "/a%20b",
        "/x?to=//y",
    ],
)
def test_a_path_of_the_console_is_kept_with_its_query(path: str) -> None:
    assert local_path(path) == path.replace("//y", "%2F%2Fy")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/%2Fevil.example",
        "/%5cevil.example",
        "%2F/evil.example",
        "/..//evil.example",
        "/%2e//evil.example",
        "/a/..//evil.example",
        "/a//evil.example",
        "/a/..",
        "/a/./b",
        "/a/..\\evil.example",
        "/a\\\\evil.example",
        "/a/%2e%2e%5cevil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/%09/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "projects",
        "?next=/",
        "/session/sign-out",
        "/%73ession/sign-out",
        "/proj\r\nSet-Cookie: a=b",
        "/projects\u2028",
        "/" + "a" * 2000,
    ],
)
def test_anything_else_leads_to_the_start(elsewhere: str) -> None:
    assert local_path(elsewhere) == "/"


def test_what_belongs_to_the_sign_in_screen_is_left_behind() -> None:
    assert local_path("/projects?sign-in=code&q=1&notice=otp_expired") == "/projects?q=1"


def test_the_sign_in_screen_stands_on_the_page_that_was_asked_for() -> None:
    assert sign_in_page("/projects?q=1", view="code", notice="x") == "/projects?q=1&sign-in=code&notice=x"
    assert sign_in_page("/projects", notice="x") == "/projects?notice=x"
    assert sign_in_page("//evil.example") == "/"
