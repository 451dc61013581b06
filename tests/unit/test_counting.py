"""One of a thing is told in the singular."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from genjobs.domain.counting import counted
from genjobs.migrations import command, totals_care
from genjobs.setup import verification


def test_a_number_comes_with_its_noun() -> None:
    assert [counted(number, "job") for number in (0, 1, 1204)] == ["0 jobs", "1 job", "1,204 jobs"]


def test_one_difference_is_told_as_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    verification._told([], 1, [], said.append)
    assert "0 of 0 checks failed, 1 difference from the schema," in said[-1]
    monkeypatch.setattr(totals_care, "ask", lambda *_: [(1, [])])
    connection: Any = None
    totals_care._agree(connection, said.append)
    assert said[-1] == "1 difference. To rebuild the totals: genjobs totals rebuild"
    fake = SimpleNamespace(apply=lambda *_: [], differences=lambda _: [])
    monkeypatch.setattr(command, "migrations", fake)
    monkeypatch.setattr(command, "tell", lambda *_: 1)
    with pytest.raises(SystemExit):
        command.migrate("postgresql://x")
    assert capsys.readouterr().out == "1 difference from the schema. To repair: genjobs migrate --repair\n"
