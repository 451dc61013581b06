"""The console's settings: which source wins, what belongs together, and what is refused with a reason."""

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest

from genjobs.domain.errors import SettingsError
from genjobs.settings.loading import LOCAL, console_home, load_settings
from tests.commands import genjobs

URL, KEY = "https://abcdefgh.supabase.co", "sb_publishable_9mKQ2x_abc-123"
PAIR = {"SUPABASE_URL": URL, "SUPABASE_KEY": KEY}


def legacy_key(role: str) -> str:
    def part(value: dict[str, str]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'HS256'})}.{part({'iss': 'supabase', 'role': role})}.c2lnbmF0dXJl"


def write_env(root: Path, **values: str) -> None:
    root.joinpath(".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))


def write_secrets(root: Path, **values: str) -> None:
    folder = root / ".streamlit"
    folder.mkdir()
    folder.joinpath("secrets.toml").write_text(
        "".join(f'{name} = "{value}"\n' for name, value in values.items())
    )


def test_nothing_configured_means_the_local_stack(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    assert (settings.connection, settings.source, settings.secret_key) == (None, LOCAL, None)


def test_the_pair_of_the_environment_is_taken(tmp_path: Path) -> None:
    settings = load_settings(PAIR, tmp_path)
    assert settings.connection is not None
    assert (settings.connection.url, settings.connection.key) == (URL, KEY)
    assert settings.source == "the environment"


def test_the_environment_goes_before_the_env_file_and_that_before_the_secrets(tmp_path: Path) -> None:
    write_secrets(tmp_path, SUPABASE_URL="https://third.supabase.co", SUPABASE_KEY=KEY)
    assert load_settings({}, tmp_path).source == ".streamlit/secrets.toml"
    write_env(tmp_path, SUPABASE_URL="https://second.supabase.co", SUPABASE_KEY=KEY)
    assert load_settings({}, tmp_path).source == ".env"
    assert load_settings(PAIR, tmp_path).source == "the environment"


@pytest.mark.parametrize("missing", ["SUPABASE_URL", "SUPABASE_KEY"])
@pytest.mark.parametrize("blank", [None, "", "  "])
def test_half_a_pair_is_refused_and_the_missing_half_named(
    tmp_path: Path, missing: str, blank: str | None
) -> None:
    environ = {name: value for name, value in PAIR.items() if name != missing}
    if blank is not None:
        environ[missing] = blank
    with pytest.raises(SettingsError, match=f"is set in the environment, but {missing} is not"):
        load_settings(environ, tmp_path)


def test_halves_from_two_places_are_no_pair(tmp_path: Path) -> None:
    write_env(tmp_path, **PAIR)
    with pytest.raises(SettingsError, match="SUPABASE_KEY is not"):
        load_settings({"SUPABASE_URL": "https://other.supabase.co"}, tmp_path)


def test_the_secret_of_another_project_is_left_alone(tmp_path: Path) -> None:
    write_env(tmp_path, **PAIR, SUPABASE_SECRET_KEY="sb_secret_of_env_file")
    assert load_settings({}, tmp_path).secret_key == "sb_secret_of_env_file"
    assert load_settings(PAIR, tmp_path).secret_key is None
    assert load_settings({"SUPABASE_SECRET_KEY": "sb_secret_above"}, tmp_path).secret_key == "sb_secret_above"


def test_a_secret_alone_is_noted(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path).lone_secret == ""
    assert load_settings({"SUPABASE_SECRET_KEY": "sb_secret_a"}, tmp_path).lone_secret == "the environment"
    assert load_settings({**PAIR, "SUPABASE_SECRET_KEY": "sb_secret_a"}, tmp_path).lone_secret == ""
    write_env(tmp_path, SUPABASE_SECRET_KEY="sb_secret_a")
    assert load_settings({}, tmp_path).lone_secret == ".env"


def test_a_worker_with_a_secret_alone_does_not_do_the_local_stacks_jobs(tmp_path: Path) -> None:
    words = ("worker", "--handler", "os:getcwd", "--once")
    done = genjobs(*words, SUPABASE_SECRET_KEY="sb_secret_abc123", GENJOBS_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "set in the environment, but SUPABASE_URL and SUPABASE_KEY are not" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("sb_secret_abc123", "row-level security"),
        (legacy_key("service_role"), "row-level security"),
        (legacy_key("authenticated"), "neither a publishable key"),
        ("sbp_0123456789", "personal access token"),
        ("sb_publishable_with blank", "neither a publishable key"),
        ("hunter2", "neither a publishable key"),
        ("a.b.c", "neither a publishable key"),
    ],
)
def test_any_key_but_a_public_one_is_refused_with_the_reason_and_never_shown(
    tmp_path: Path, key: str, reason: str
) -> None:
    with pytest.raises(SettingsError, match=reason) as refusal:
        load_settings({"SUPABASE_URL": URL, "SUPABASE_KEY": key}, tmp_path)
    assert key not in f"{refusal.value} {refusal.value.hint}"


def test_the_legacy_anon_key_is_taken(tmp_path: Path) -> None:
    connection = load_settings({**PAIR, "SUPABASE_KEY": legacy_key("anon")}, tmp_path).connection
    assert connection is not None
    assert connection.key == legacy_key("anon")


@pytest.mark.parametrize("key", [KEY, legacy_key("anon"), "hunter2"])
def test_a_secret_key_must_be_one(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match="SUPABASE_SECRET_KEY in the environment is not a secret key"):
        load_settings({**PAIR, "SUPABASE_SECRET_KEY": key}, tmp_path)


@pytest.mark.parametrize("key", ["sb_secret_abc123", legacy_key("service_role")])
def test_both_kinds_of_secret_key_are_taken(tmp_path: Path, key: str) -> None:
    assert load_settings({**PAIR, "SUPABASE_SECRET_KEY": key}, tmp_path).secret_key == key


def test_keys_are_in_no_repr(tmp_path: Path) -> None:
    settings = load_settings({**PAIR, "SUPABASE_SECRET_KEY": "sb_secret_abc123"}, tmp_path)
    assert KEY not in repr(settings)
    assert "sb_secret" not in repr(settings)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (f"{URL}/", URL),
        (" HTTPS://AbcdEfgh.supabase.co:443// ", URL),
        ("http://localhost:54321", "http://localhost:54321"),
        ("http://127.0.0.1:54321/", "http://127.0.0.1:54321"),
        ("http://[::1]:54321", "http://[::1]:54321"),
        ("https://example.org/supabase/", "https://example.org/supabase"),
    ],
)
def test_an_address_is_brought_into_one_spelling(tmp_path: Path, written: str, read: str) -> None:
    connection = load_settings({**PAIR, "SUPABASE_URL": written}, tmp_path).connection
    assert connection is not None
    assert connection.url == read


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("abcdefgh.supabase.co", "is not an http address"),
        ("ftp://abcdefgh.supabase.co", "is not an http address"),
        ("https://", "is not an http address"),
        ("http://abcdefgh.supabase.co", "unencrypted"),
        ("http://127.0.0.1.example.org", "unencrypted"),
        ("https://user:pw@abcdefgh.supabase.co", "more than a host and a path"),
        ("https://abcdefgh.supabase.co?apikey=1", "more than a host and a path"),
        ("https://abcdefgh.supabase.co#x", "more than a host and a path"),
        ("https://abcdefgh.supabase.co:99999", "is not an address"),
        ("https://abc def.supabase.co", "blank"),
        ("https://supabase.com/dashboard/project/abcdefgh", "dashboard"),
        ("https://abcdefgh.supabase.co/rest/v1/", "one service of the project"),
    ],
)
def test_an_address_that_is_no_projects_is_refused_with_the_reason(
    tmp_path: Path, url: str, reason: str
) -> None:
    with pytest.raises(SettingsError, match=f"SUPABASE_URL in the environment .*{reason}"):
        load_settings({**PAIR, "SUPABASE_URL": url}, tmp_path)


def test_a_damaged_secrets_file_is_named(tmp_path: Path) -> None:
    tmp_path.joinpath(".streamlit").mkdir()
    tmp_path.joinpath(".streamlit", "secrets.toml").write_text("SUPABASE_URL = https")
    with pytest.raises(SettingsError, match=r"\.streamlit/secrets\.toml cannot be read"):
        load_settings({}, tmp_path)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"SUPABASE_URL='{URL}\nSUPABASE_KEY='{KEY}\n", 1),
        (f'SUPABASE_URL="{URL}"\nSUPABASE_KEY="{KEY}', 2),
        (f"# Where it runs\n\n  SUPABASE_URL: {URL}\nSUPABASE_KEY: {KEY}\n", 3),
        (f"SUPABASE_URL='{URL}'s\n", 1),
    ],
)
def test_an_env_file_that_is_no_list_of_settings_does_not_mean_the_local_stack(
    tmp_path: Path, text: str, line: int
) -> None:
    tmp_path.joinpath(".env").write_text(text)
    with pytest.raises(SettingsError, match=rf"\.env cannot be read: line {line} is not") as refusal:
        load_settings({}, tmp_path)
    assert "NAME=value" in refusal.value.hint
    assert "abcdefgh" not in str(refusal.value)
    assert KEY not in str(refusal.value)


def test_an_env_file_may_be_written_for_a_shell(tmp_path: Path) -> None:
    lines = ["# the team's", "", f"export SUPABASE_URL='{URL}'  # hosted", "OTHER", f'SUPABASE_KEY = "{KEY}"']
    tmp_path.joinpath(".env").write_bytes("\r\n".join(lines).encode())
    connection = load_settings({}, tmp_path).connection
    assert connection is not None
    assert (connection.url, connection.key) == (URL, KEY)


def test_an_env_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    tmp_path.joinpath(".env").write_bytes(b"SUPABASE_URL=\xff\xfe")
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        load_settings({}, tmp_path)


@pytest.mark.parametrize("name", [".env", ".streamlit/secrets.toml"])
def test_a_byte_order_mark_belongs_to_no_name(tmp_path: Path, name: str) -> None:
    """Windows' editor writes one."""
    tmp_path.joinpath(name).parent.mkdir(exist_ok=True)
    lines = [f'SUPABASE_URL="{URL}"', f'SUPABASE_KEY="{KEY}"', ""]
    tmp_path.joinpath(name).write_text("\n".join(lines), "utf-8-sig")
    assert load_settings({}, tmp_path).source == name


def test_a_home_of_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GENJOBS_HOME is '~nobody-here/genjobs', which is not a path"):
        console_home({"GENJOBS_HOME": "~nobody-here/genjobs"}, tmp_path)


def test_the_limits_of_a_session_can_be_chosen(tmp_path: Path) -> None:
    settings = load_settings({"GENJOBS_IDLE_HOURS": "0.5", "GENJOBS_SESSION_DAYS": "30"}, tmp_path)
    assert (settings.idle_limit, settings.absolute_limit) == (timedelta(minutes=30), timedelta(days=30))


@pytest.mark.parametrize("text", ["0", "-1", "eight", "nan", "inf", "1e9", "36500"])
def test_a_limit_that_is_no_length_of_time_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"GENJOBS_IDLE_HOURS is .* above 0 and below 36,500\."):
        load_settings({"GENJOBS_IDLE_HOURS": text}, tmp_path)


@pytest.mark.parametrize(("text", "shared"), [("1", True), ("0", False), ("", False)])
def test_the_demo_is_shared_only_when_told(tmp_path: Path, text: str, shared: bool) -> None:
    assert load_settings({"GENJOBS_SHARE_DEMO": text}, tmp_path).share_demo is shared
    assert not load_settings({}, tmp_path).share_demo


@pytest.mark.parametrize("text", ["yes", "true", "2", "-1"])
def test_a_switch_is_on_or_off(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="GENJOBS_SHARE_DEMO is"):
        load_settings({"GENJOBS_SHARE_DEMO": text}, tmp_path)


def test_the_home_can_be_chosen(tmp_path: Path) -> None:
    assert console_home({}, tmp_path).name == "genjobs"
    write_env(tmp_path, GENJOBS_HOME=str(tmp_path / "chosen"))
    assert load_settings({}, tmp_path).home == tmp_path.resolve() / "chosen"
    assert console_home({"SUPABASE_URL": "half a pair"}, tmp_path) == tmp_path.resolve() / "chosen"
    assert console_home({"GENJOBS_HOME": str(tmp_path)}, tmp_path) == tmp_path.resolve()
