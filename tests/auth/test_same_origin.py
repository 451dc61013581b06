"""Which posts count as sent by a page of this console."""

import pytest
from starlette.datastructures import Headers

from genjobs.web.same_origin import is_same_origin


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_a_browser_that_names_another_site_is_refused_whatever_the_origin(site: str) -> None:
    headers = {"sec-fetch-site": site, "origin": "http://console.test", "host": "console.test"}
    assert not is_same_origin(Headers(headers))


def test_a_browser_that_names_this_site_is_let_in_behind_a_proxy_that_renames_the_host() -> None:
    headers = {"sec-fetch-site": "same-origin", "origin": "https://console.test", "host": "10.0.0.1:8501"}
    assert is_same_origin(Headers(headers))


@pytest.mark.parametrize("host", ["console.test", "console.test:8501", "[::1]:8501"])
def test_without_it_the_origin_must_be_the_host(host: str) -> None:
    assert is_same_origin(Headers({"origin": f"http://{host}", "host": host}))


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://evil.test",
        "http://console.test:81",
        "http://console.test@evil.test",
        "console.test",
    ],
)
def test_another_origin_or_none_is_refused(origin: str) -> None:
    assert not is_same_origin(Headers({"origin": origin, "host": "console.test"}))


def test_a_request_that_says_nothing_is_refused() -> None:
    assert not is_same_origin(Headers({"host": "console.test"}))
    assert not is_same_origin(Headers({}))
