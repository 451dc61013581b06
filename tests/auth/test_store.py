"""The session store: sealed, private, shared between processes, and empty for other projects."""

import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from genjobs.auth.session_store import Session, SessionStore
from genjobs.auth.tokens import Tokens
from genjobs.domain.errors import SettingsError, Unavailable
from tests.auth.conftest import at_once

TOKENS = Tokens(
    "header.payload.signature", "refresh-me-once", 3600.0, "user-1", "ana@studio.test", "operator"
)
SESSION = Session(b"k" * 32, TOKENS, created_at=100.0, seen_at=100.0, expires_at=3700.0, visitor="192.0.2.7")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SessionStore]:
    store = SessionStore(tmp_path, "https://one.test")
    yield store
    store.close()


def everything_in(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in directory.iterdir() if path.suffix != ".key")


def test_what_goes_in_comes_out(store: SessionStore) -> None:
    store.insert(SESSION)
    assert store.find(SESSION.key) == SESSION
    assert store.find(b"x" * 32) is None


def test_no_token_and_no_address_can_be_read_in_the_files(store: SessionStore, tmp_path: Path) -> None:
    store.insert(SESSION)
    written = everything_in(tmp_path)
    assert b"user-1" in written
    for secret in (TOKENS.access_token, TOKENS.refresh_token, TOKENS.email, "192.0.2.7"):
        assert secret.encode() not in written


def test_only_the_owner_may_read_the_files(store: SessionStore, tmp_path: Path) -> None:
    store.insert(SESSION)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}
    assert {"sessions.sqlite3", "sessions.sqlite3-wal", "sessions.key"} <= modes.keys()


def test_a_file_that_was_opened_to_others_is_closed_again(tmp_path: Path) -> None:
    tmp_path.joinpath("sessions.sqlite3").touch(0o644)
    SessionStore(tmp_path, "https://one.test").close()
    assert stat.S_IMODE(tmp_path.joinpath("sessions.sqlite3").stat().st_mode) == 0o600


def test_a_second_process_finds_the_session(store: SessionStore, tmp_path: Path) -> None:
    store.insert(SESSION)
    other = SessionStore(tmp_path, "https://one.test")
    assert other.find(SESSION.key) == SESSION
    other.delete(SESSION.key)
    assert store.find(SESSION.key) is None
    other.close()


def test_another_project_finds_none_and_can_change_none(store: SessionStore, tmp_path: Path) -> None:
    store.insert(SESSION)
    other = SessionStore(tmp_path, "https://two.test")
    assert other.find(SESSION.key) is None
    other.delete(SESSION.key)
    other.delete_user("user-1")
    assert not other.replace_tokens(replace(SESSION, visitor=None))
    assert store.find(SESSION.key) == SESSION
    other.close()


def test_new_tokens_are_kept_only_while_the_session_is_open(store: SessionStore) -> None:
    renewed = replace(SESSION, tokens=replace(TOKENS, access_token="newer"), expires_at=9000.0)
    assert not store.replace_tokens(renewed)
    assert store.find(SESSION.key) is None
    store.insert(SESSION)
    assert store.replace_tokens(renewed)
    assert store.find(SESSION.key) == renewed


def test_time_of_use_never_goes_back(store: SessionStore) -> None:
    store.insert(SESSION)
    store.touch(SESSION.key, 300.0, spacing=0.0)
    store.touch(SESSION.key, 200.0, spacing=0.0)
    found = store.find(SESSION.key)
    assert found is not None
    assert found.seen_at == 300.0


def test_of_several_that_note_a_use_at_once_one_is_told_so(store: SessionStore, tmp_path: Path) -> None:
    store.insert(SESSION)
    other = SessionStore(tmp_path, "https://one.test")
    noted = at_once(8, lambda: [each.touch(SESSION.key, 160.0, spacing=60.0) for each in (store, other)])
    assert sum(told for pair in noted for told in pair) == 1
    assert not store.touch(SESSION.key, 219.9, spacing=60.0)
    assert store.touch(SESSION.key, 220.0, spacing=60.0)
    other.close()


def test_all_sessions_of_a_person_can_be_forgotten(store: SessionStore) -> None:
    others = replace(SESSION, key=b"o" * 32, tokens=replace(TOKENS, user_id="user-2"))
    for session in (SESSION, replace(SESSION, key=b"m" * 32), others):
        store.insert(session)
    assert store.delete_user("user-1") == 2
    assert store.find(SESSION.key) is None
    assert store.find(others.key) == others


def test_what_was_sealed_for_one_session_opens_no_other(store: SessionStore, tmp_path: Path) -> None:
    victim = replace(SESSION, key=b"v" * 32)
    store.insert(SESSION)
    store.insert(victim)
    with sqlite3.connect(tmp_path / "sessions.sqlite3") as raw:
        raw.execute(
            "update sessions_1 set sealed = (select sealed from sessions_1 where key = ?) where key = ?",
            (victim.key, SESSION.key),
        )
    raw.close()
    assert store.find(SESSION.key) is None
    assert store.find(victim.key) == victim


def test_another_key_opens_nothing(store: SessionStore, tmp_path: Path) -> None:
    store.insert(SESSION)
    tmp_path.joinpath("sessions.key").unlink()
    other = SessionStore(tmp_path, "https://one.test")
    assert other.find(SESSION.key) is None
    other.close()


def test_a_damaged_key_is_named_with_the_cure(tmp_path: Path) -> None:
    tmp_path.joinpath("sessions.key").write_text("half a k")
    with pytest.raises(SettingsError, match=r"sessions\.key is damaged") as raised:
        SessionStore(tmp_path, "https://one.test")
    assert "Remove it" in raised.value.hint


def test_a_damaged_store_is_named_with_the_cure(tmp_path: Path) -> None:
    tmp_path.joinpath("sessions.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(Unavailable, match=r"sessions\.sqlite3 cannot be used") as raised:
        SessionStore(tmp_path, "https://one.test")
    assert "If you remove it" in raised.value.hint
