"""Reads the console's settings: the environment first, then `.env`, then `.streamlit/secrets.toml`.

Secrets are never printed: they are left out of each `repr` and of all errors.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from dotenv.parser import Binding, parse_stream
from platformdirs import user_data_path

from genjobs.domain.errors import SettingsError
from genjobs.settings.api_key import check_publishable_key, check_secret_key
from genjobs.settings.connection import Connection
from genjobs.settings.project_url import normalised

LOCAL, SECRET = "local stack", "SUPABASE_SECRET_KEY"
IDLE_HOURS, SESSION_DAYS = 8.0, 7.0
"""When a session ends: this long after the last click, and at the latest at this age."""
MOST = 36_500
"""Hours and days must be fewer."""


@dataclass(frozen=True)
class Settings:
    """`connection` is None when the console runs on the local stack.

    `source` names the place that the connection was read from, and `lone_secret` one that has a secret key
    without a connection. `idle_limit` and `absolute_limit` limit a session. With `share_demo`, a link
    lets visitors on other machines sign in as the local stack's demo users; with `live_demo`, the local
    stack's live demo is on from the start.
    """

    connection: Connection | None
    source: str
    home: Path
    secret_key: str | None = field(default=None, repr=False)
    lone_secret: str = ""
    idle_limit: timedelta = timedelta(hours=IDLE_HOURS)
    absolute_limit: timedelta = timedelta(days=SESSION_DAYS)
    share_demo: bool = False
    live_demo: bool = False


@dataclass(frozen=True)
class _Source:
    name: str
    values: Mapping[str, str]


def load_settings(environ: Mapping[str, str], root: Path) -> Settings:
    """Read the settings of the console in the folder `root`. Raises SettingsError for unusable ones."""
    sources = _sources(environ, root)
    pair = _pair(sources)
    return Settings(
        connection=_connection(pair) if pair else None,
        source=pair.name if pair else LOCAL,
        home=_home(_merged(sources)),
        secret_key=_secret_key(sources[: sources.index(pair) + 1]) if pair else None,
        lone_secret="" if pair else next((one.name for one in sources if SECRET in one.values), ""),
        idle_limit=timedelta(hours=_positive(sources, "GENJOBS_IDLE_HOURS", IDLE_HOURS)),
        absolute_limit=timedelta(days=_positive(sources, "GENJOBS_SESSION_DAYS", SESSION_DAYS)),
        share_demo=_switch(sources, "GENJOBS_SHARE_DEMO"),
        live_demo=_switch(sources, "GENJOBS_LIVE_DEMO"),
    )


def console_home(environ: Mapping[str, str], root: Path) -> Path:
    """Where the console keeps its files: `GENJOBS_HOME`, else the user's data directory for `genjobs`."""
    return _home(_merged(_sources(environ, root)))


def _sources(environ: Mapping[str, str], root: Path) -> list[_Source]:
    return [
        _Source("the environment", _filled(environ)),
        _Source(".env", _read_env_file(root / ".env")),
        _Source(".streamlit/secrets.toml", _read_secrets(root / ".streamlit" / "secrets.toml")),
    ]


def _home(values: Mapping[str, str]) -> Path:
    chosen = values.get("GENJOBS_HOME")
    try:
        return Path(chosen).expanduser().resolve() if chosen else user_data_path("genjobs")
    except (OSError, RuntimeError) as error:
        raise SettingsError(
            f"GENJOBS_HOME is {chosen!r}, which is not a path: {error}",
            hint="Set it to a folder's full path.",
        ) from error


def _filled(values: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value.strip() for name, value in values.items() if value and value.strip()}


def _read_env_file(path: Path) -> dict[str, str]:
    try:
        text = path.read_text("utf-8-sig") if path.is_file() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(".env", error) from error
    lines = list(parse_stream(io.StringIO(text)))
    if wrong := next((line for line in lines if line.error), None):
        raise _unreadable(
            ".env",
            f"line {_number(wrong)} is not NAME=value, or its quotation mark is not closed",
            "Write NAME=value on each line, the value without quotation marks or between two.",
        )
    return _filled({line.key: line.value for line in lines if line.key})


def _number(line: Binding) -> int:
    """The number of the line with the name; the parser counts the empty lines above it as a part of it."""
    text = line.original.string
    return line.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _read_secrets(path: Path) -> dict[str, str]:
    try:
        text = path.read_text("utf-8-sig") if path.is_file() else ""
        values = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unreadable(".streamlit/secrets.toml", error) from error
    return _filled(
        {name: str(value) for name, value in values.items() if isinstance(value, str | int | float)}
    )


def _unreadable(
    name: str, reason: Exception | str, hint: str = "Correct the file, or remove it."
) -> SettingsError:
    return SettingsError(f"The settings file {name} cannot be read: {reason}.", hint=hint)


def _pair(sources: Sequence[_Source]) -> _Source | None:
    """The first source that names a project; it must contain both URL and key, as they belong together."""
    for source in sources:
        missing = [name for name in ("SUPABASE_URL", "SUPABASE_KEY") if name not in source.values]
        if len(missing) == 1:
            raise _half_a_pair(source.name, missing[0])
        if not missing:
            return source
    return None


def _half_a_pair(place: str, missing: str) -> SettingsError:
    other = "SUPABASE_KEY" if missing == "SUPABASE_URL" else "SUPABASE_URL"
    return SettingsError(
        f"{other} is set in {place}, but {missing} is not.",
        hint=f"Set {missing} in the same place, or remove {other} to use the local stack.",
    )


def _connection(source: _Source) -> Connection:
    url = normalised(source.values["SUPABASE_URL"], source.name)
    key = source.values["SUPABASE_KEY"]
    check_publishable_key(key, source.name)
    return Connection(url, key)


def _secret_key(sources: Sequence[_Source]) -> str | None:
    """From the pair's own source or one above it: another project's secret must not be sent to this one."""
    for source in sources:
        if key := source.values.get(SECRET):
            check_secret_key(key, source.name)
            return key
    return None


def _merged(sources: Sequence[_Source]) -> dict[str, str]:
    return {name: value for source in reversed(sources) for name, value in source.values.items()}


def _switch(sources: Sequence[_Source], name: str) -> bool:
    text = _merged(sources).get(name, "0")
    if text not in ("0", "1"):
        raise SettingsError(
            f"{name} is {text!r}, which is neither 1 nor 0.", hint="Set it to 1, or leave it out."
        )
    return text == "1"


def _positive(sources: Sequence[_Source], name: str, default: float) -> float:
    text = _merged(sources).get(name)
    try:
        number = default if text is None else float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < MOST:
        raise SettingsError(
            f"{name} is {text!r}, which is not a number above 0 and below {MOST:,}.",
            hint="Use a number such as 8 or 0.5.",
        )
    return number
