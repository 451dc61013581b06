"""Where the files beside the package are: at the root of a checkout, or inside an installed package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_INSTALLED = PACKAGE / "bundle"
"""Only an installed package has it: `app.py`, `pages/`, `sql/` and `.streamlit/config.toml`, side by side."""

ROOT = _INSTALLED if _INSTALLED.is_dir() else PACKAGE.parents[1]
APP = ROOT / "app.py"
PAGES = ROOT / "pages"
SQL = ROOT / "sql"


def is_installed() -> bool:
    """Whether this is an installed package, and no checkout."""
    return ROOT == _INSTALLED


def settings_folder() -> Path:
    """Where `.env` and `.streamlit/secrets.toml` are looked for: the checkout, else the current folder."""
    return Path.cwd() if is_installed() else ROOT


def install_command(extra: str) -> str:
    """What adds an extra of this package, such as `local`, to this installation."""
    return f'pip install "genjobs[{extra}]"' if is_installed() else f'pip install -e ".[{extra}]"'
