from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.gate import guard
from genjobs.console.kit import session
from genjobs.domain import errors
from genjobs.domain.people import SignedIn
from genjobs.domain.queue import QueueHealth
from genjobs.domain.reach import Reach
from genjobs.domain.totals import TotalsHealth, TotalsState
from genjobs.migrations import available
from genjobs.paths import PAGES
from genjobs.runtime import install
from genjobs.settings.connection import Connection
from genjobs.setup import reading

VERSIONS = [migration.version for migration in available()]
HOSTED = "https://abcdefghijklmnopqrst.supabase.co"


def drawn(url: str, applied: list[str] | None, *, local: bool = False) -> AppTest:
    def script(url: str, applied: list[str] | None, local: bool) -> None:
        from genjobs.console.setup import migration_list

        migration_list.draw(url, applied, local=local)

    arguments = {"url": url, "applied": applied, "local": local}
    test = AppTest.from_function(script, kwargs=arguments).run()
    assert not test.exception
    return test


def labels(test: AppTest) -> list[str]:
    return [expander.label for expander in test.expander]


def test_a_hosted_project_that_is_behind_gets_its_editor_and_its_command() -> None:
    test = drawn(HOSTED, VERSIONS[:-2])

    (link,) = test.get("link_button")
    assert link.proto.url == "https://supabase.com/dashboard/project/abcdefghijklmnopqrst/sql/new"
    assert "db.abcdefghijklmnopqrst.supabase.co:5432" in test.code[0].value
    *missing, folded = labels(test)
    assert len(missing) == 2
    assert all("Missing" in label for label in missing)
    assert [label.split()[2] for label in missing] == VERSIONS[-2:]
    assert f"{len(VERSIONS) - 2} files" in folded
    assert "Applied" in folded


def test_a_file_that_is_opened_can_be_copied_whole_and_the_others_are_not_sent() -> None:
    test = drawn(HOSTED, VERSIONS)
    assert not test.code
    assert not test.get("link_button")
    assert len(labels(test)) == 1
    test.session_state["migrations-applied"] = True
    assert len(labels(test.run())) == 1 + len(VERSIONS)
    assert not test.code
    opened = available()[1]
    test.session_state[f"migration-{opened.version}"] = True
    assert [code.value for code in test.run().code] == [opened.sql.strip("\n")]


def test_a_database_too_old_to_say_is_not_said_to_lack_anything() -> None:
    test = drawn(HOSTED, None)
    assert ["Not known" in label for label in labels(test)] == [True] * len(VERSIONS)
    assert any("cannot say which" in text.value for text in test.markdown)
    assert test.code[0].value.startswith("genjobs migrate --repair --database-url ")


def test_at_this_machine_a_function_that_was_dropped_is_put_back_by_a_command() -> None:
    repair = "env $(genjobs local env) genjobs migrate --repair"
    assert [code.value for code in drawn("http://127.0.0.1:54321", None, local=True).code] == [repair]
    assert not drawn("http://127.0.0.1:54321", VERSIONS[:-1], local=True).code


def test_a_server_of_ones_own_has_no_dashboard_but_the_command() -> None:
    test = drawn("https://supabase.example.org", [])
    assert not test.get("link_button")
    assert "<host>:5432" in test.code[0].value


def test_a_failing_check_comes_first_and_is_counted() -> None:
    def script() -> None:
        from genjobs.console.setup import check_list
        from genjobs.domain.check import Check

        check_list.draw(
            [
                Check("One", "a", "a", True, "select 1"),
                Check("Two", "six", "none", False, "select 2", "Do this. `genjobs migrate --repair` helps."),
            ],
            "As it must be.",
        )

    test = AppTest.from_function(script).run()
    assert "1 of 2 checks failed" in test.warning[0].value
    assert r"Do this\. `genjobs migrate --repair` helps" in test.warning[0].value, "it can be copied"
    assert re.findall(r"\*\*(\w+)\*\*", test.markdown[0].value) == ["Two", "One"]
    assert not test.code
    test.session_state["queries-One"] = True
    assert [code.value for code in test.run().code] == ["select 1", "select 2"]


SOUND_TOTALS = TotalsHealth(TotalsState.COMPLETE, 0, None, 0, 1, 0, ())
SOUND_QUEUE = QueueHealth(0, None, 0, 0, 1, 0, None)


def health_tabs(schema_differs: bool = False) -> None:
    import streamlit as st

    from genjobs.console.setup import health_panels

    for panel in health_panels.read("ana", None):  # type: ignore[arg-type]
        st.text(health_panels.marked(panel, schema_differs=schema_differs))
        health_panels.draw(panel, schema_differs=schema_differs)


def answering(answer: object, error: str = "") -> Callable[[object], object]:
    """A read that answers, or raises the error of this name."""

    def read(client: object) -> object:
        if error:
            raise getattr(errors, error)("As told.")
        return answer

    return read


@pytest.mark.parametrize(
    ("totals", "queue", "marked", "told"),
    [
        ("", "", ["Totals", "Queue"], ["genjobs totals check", "genjobs queue check"]),
        ("SchemaBehind", "", ["Totals :orange", "Queue"], ["report on its totals", "genjobs queue check"]),
        ("", "UnexpectedError", ["Totals", "Queue :orange"], ["genjobs totals check", "As told"]),
        ("Unavailable", "", ["Totals :orange", "Queue"], ["As told", "genjobs queue check"]),
    ],
)
def test_what_cannot_be_read_hides_nothing_else(
    monkeypatch: pytest.MonkeyPatch, totals: str, queue: str, marked: list[str], told: list[str]
) -> None:
    monkeypatch.setattr(reading, "read_totals", answering(SOUND_TOTALS, totals))
    monkeypatch.setattr(reading, "read_queue", answering(SOUND_QUEUE, queue))
    test = AppTest.from_function(health_tabs).run()
    assert not test.exception
    assert [tab.value[: len(start)] for tab, start in zip(test.text, marked, strict=True)] == marked
    boxes = [*test.success, *test.warning, *test.error, *test.markdown]
    assert all(any(words in box.value for box in boxes) for words in told)


@pytest.mark.parametrize("differs", [True, False])
def test_in_a_schema_that_was_changed_sound_checks_are_no_proof(
    monkeypatch: pytest.MonkeyPatch, differs: bool
) -> None:
    """Without the trigger that records, nothing new comes into the totals or the queue."""
    monkeypatch.setattr(reading, "read_totals", answering(SOUND_TOTALS))
    monkeypatch.setattr(reading, "read_queue", answering(SOUND_QUEUE))
    test = AppTest.from_function(health_tabs, args=(differs,)).run()
    assert ["may miss changes" in one.value for one in test.warning] == [True, True] * differs
    assert ["warning" in tab.value for tab in test.text] == [differs, differs]


@dataclass
class FakeRuntime:
    """A local stack that answers, or is away."""

    is_local: bool = True

    def connection(self) -> Connection:
        return Connection("http://127.0.0.1:54321", "key")

    def reach(self, access_token: str = "") -> Reach:
        return Reach()

    def look_soon(self) -> None:
        pass

    def demo_ids(self) -> tuple[str, ...]:
        return ()


@pytest.mark.parametrize(
    ("error", "is_unknown"), [("Unavailable", True), ("SchemaBehind", False), ("UnexpectedError", False)]
)
def test_only_an_outage_is_waited_for_and_what_can_be_read_is_drawn(
    monkeypatch: pytest.MonkeyPatch, error: str, is_unknown: bool
) -> None:
    me = SignedIn("ana", "ana@test.example", "a.user.token")
    monkeypatch.setattr(guard, "require_user", lambda: me)
    monkeypatch.setattr(session, "client", lambda: None)
    monkeypatch.setattr(reading, "read_setup", answering(None, error))
    monkeypatch.setattr(reading, "read_totals", answering(SOUND_TOTALS))
    monkeypatch.setattr(reading, "read_queue", answering(SOUND_QUEUE))
    install(FakeRuntime())  # type: ignore[arg-type]
    try:
        test = AppTest.from_file(str(PAGES / "setup.py"), default_timeout=30).run()
    finally:
        install(None)
    assert not test.exception
    assert ("Try again" in [one.label for one in test.button]) is is_unknown
    assert sum("Not known: the database" in one.value for one in test.markdown) == 3 * is_unknown
    assert any("migrate --repair" in one.value for one in test.code) is not is_unknown


def test_a_database_that_could_not_be_asked_is_not_called_old() -> None:
    def script() -> None:
        from genjobs.console.setup import health_panels

        for panel in health_panels.unreached():
            health_panels.draw(panel, schema_differs=False)

    test = AppTest.from_function(script).run()
    assert ["Not known" in text.value for text in test.markdown] == [True, True]


def test_isolation_that_had_nothing_to_reach_proves_nothing_and_a_breach_is_named() -> None:
    def script(reached: bool) -> None:
        from genjobs.console.setup.isolation_panel import show
        from genjobs.setup.isolation import Attempt

        show([Attempt("Read a job", "select", 1 if reached else 0, not reached, "…", reached)])

    empty = AppTest.from_function(script, kwargs={"reached": False}).run()
    assert "nothing to reach" in empty.info[0].value
    breach = AppTest.from_function(script, kwargs={"reached": True}).run()
    assert "1 attempt reached" in breach.error[0].value


def schema_panel(extra: int, *, failing: bool, known: bool = True) -> AppTest:
    def script(extra: int, failing: bool, known: bool) -> None:
        from genjobs.console.setup import schema_differences
        from genjobs.migrations.schema import Difference, Key, Kind

        policy = Key("policy", "public.jobs", '"Everybody *reads*"')
        found = [
            Difference(Key("index", "public.jobs", f"i{n}"), Kind.EXTRA, False, None, None)
            for n in range(extra)
        ]
        view = Key("open view", "public.jobs", "public.all")
        found += [Difference(policy, Kind.MISSING, True, "", None)] if failing else []
        found += [Difference(view, Kind.EXTRA, True, None, None)] if failing else []
        schema_differences.draw(
            "https://abcdefghijklmnopqrst.supabase.co", found if known else None, local=False
        )

    arguments = {"extra": extra, "failing": failing, "known": known}
    test = AppTest.from_function(script, kwargs=arguments).run()
    assert not test.exception
    return test


def test_each_difference_is_named_the_failing_first_with_the_cure() -> None:
    test = schema_panel(2, failing=True)
    assert "2 differences from the schema" in test.error[0].value
    assert test.code[0].value.startswith("genjobs migrate --repair --database-url ")
    table = test.table[0].value
    assert ["red" in line for line in table["Result"]] == [True, True, False, False]
    assert table["Object"][0] == 'policy "Everybody \\*reads\\*" of public\\.jobs'
    assert "open view public\\.all of public\\.jobs" in table["Object"][1]
    assert "set security\\_invoker on it" in table["Object"][1], "and says what to do"


def test_a_schema_as_it_must_be_is_said_to_be_so_also_with_additions() -> None:
    test = schema_panel(101, failing=False)
    assert "as the migrations make it" in test.success[0].value
    assert len(test.table[0].value) == 100
    assert "And 1 more difference." in [caption.value for caption in test.caption]


def test_a_database_that_had_other_files_is_not_compared() -> None:
    test = schema_panel(0, failing=False, known=False)
    assert "no migration is missing" in test.info[0].value
    assert not test.success
    assert not test.table
