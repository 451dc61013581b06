"""Paths of the files beside the package: at the root of a checkout, or inside an installed package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_INSTALLED = PACKAGE / "bundle"
"""Exists only in an installed package; contains `app.py`, `pages/`, `sql/` and `.streamlit/config.toml`."""

ROOT = _INSTALLED if _INSTALLED.is_dir() else PACKAGE.parents[1]
APP = ROOT / "app.py"
PAGES = ROOT / "pages"
SQL = ROOT / "sql"


def is_installed() -> bool:
    """Whether this is an installed package and not a checkout."""
    return ROOT == _INSTALLED


def settings_folder() -> Path:
    """Where `.env` and `.streamlit/secrets.toml` are looked for: the checkout, else the current folder."""
    return Path.cwd() if is_installed() else ROOT


def install_command(extra: str) -> str:
    """The command that adds an extra of this package, such as `local`, to this installation."""
    return f'pip install "genjobs[{extra}]"' if is_installed() else f'pip install -e ".[{extra}]"'
