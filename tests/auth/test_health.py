"""What a monitor reads: the status is about the process, and the body tells of the database too."""

from pathlib import Path

import pytest

from genjobs.domain.errors import SettingsError
from genjobs.runtime import Runtime
from tests.auth.browser import Browser, hosted, running_console
from tests.local.waiting import until

HEALTHY = {"status": "ready", "step": None, "error": None, "database_answers": True, "demo": None}


@pytest.mark.parametrize("path", ["/health", "/healthz"])
def test_health_says_ready(browser: Browser, path: str) -> None:
    answer = browser.client.get(path)
    assert (answer.status_code, answer.json()) == (200, HEALTHY)


def test_health_says_that_the_database_does_not_answer_and_that_the_console_is_ready(tmp_path: Path) -> None:
    with running_console(hosted("http://127.0.0.1:9", "sb_publishable_x", tmp_path)) as console:
        client = console.browser().client
        until(lambda: not client.get("/health").json()["database_answers"], "the outage is noticed")
        answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {**HEALTHY, "database_answers": False})


def test_health_says_what_failed() -> None:
    with running_console(Runtime(SettingsError("SUPABASE_KEY is wrong.", hint="Mend it."))) as console:
        answer = console.browser().client.get("/health")
    failure = {"status": "failed", "error": "SUPABASE_KEY is wrong.", "database_answers": None}
    assert (answer.status_code, answer.json()) == (503, {**HEALTHY, **failure})
