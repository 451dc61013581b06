from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

PATIENCE_SECONDS = 60.0


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """No script is given up because the machine is busy; by default it is after three seconds."""
    defaults = AppTest.from_function.__func__.__kwdefaults__  # type: ignore[attr-defined]
    monkeypatch.setitem(defaults, "default_timeout", PATIENCE_SECONDS)
