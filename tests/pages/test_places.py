"""File names that must not shadow modules: Streamlit puts the script's folder first on the import path."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.kit import browser, session
from genjobs.console.shell import navigation
from genjobs.paths import PAGES

CONSOLE = Path(navigation.__file__).parent
HIDES = "import sys; sys.path.insert(0, {0!r}); from genjobs.console.shell import {1}; print({1}.__file__)"


@pytest.mark.parametrize("module", sorted(CONSOLE.glob("*.py")), ids=lambda path: path.stem)
def test_no_file_of_the_shell_hides_a_module_of_the_standard_library(module: Path) -> None:
    assert module.stem not in sys.stdlib_module_names


def test_lib_is_found_with_the_shells_folder_first_on_the_path(tmp_path: Path) -> None:
    code = HIDES.format(str(CONSOLE), "startup")
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(found.stdout.strip()) == CONSOLE / "startup.py"


def test_no_page_stands_where_streamlit_would_find_it_by_itself() -> None:
    assert not (CONSOLE / "pages").exists()


def start() -> None:
    from genjobs.console.shell import navigation

    navigation._start()


def test_back_to_the_bare_address_is_no_redirect_which_would_lead_forward_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "current_user", lambda: None)
    monkeypatch.setattr(browser, "went_back", lambda: True)
    test = AppTest.from_function(start).run()
    assert not test.exception
    assert test.get("page_link")[0].proto.page == "jobs-test"


def test_the_menu_names_every_page() -> None:
    assert sorted(navigation.TITLES) == sorted(one.stem for one in PAGES.glob("*.py"))
