"""The console as it is started: `streamlit run app.py`, from anywhere, beside a second one."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from genjobs.auth.server import AuthServer
from genjobs.auth.session_store import SessionStore
from genjobs.auth.sessions import Limits, SessionService
from genjobs.console.shell import base_path
from genjobs.data.transport.client import http_pool
from genjobs.local.ports import free_port
from genjobs.local.stack import StackInfo
from genjobs.paths import ROOT
from genjobs.settings.connection import Connection
from tests.auth.browser import led_to
from tests.auth.conftest import MovedClock
from tests.auth.raw import Server
from tests.browser.consoles import running_console
from tests.commands import genjobs_process
from tests.presence import present
from tests.stacks import new_user

NOWHERE = {"SUPABASE_URL": "http://127.0.0.1:9", "SUPABASE_KEY": "sb_publishable_x"}
RENEW = """
import sys, threading
from pathlib import Path
from genjobs.auth.server import AuthServer
from genjobs.auth.sessions import Limits, SessionService
from genjobs.auth.session_store import SessionStore
from genjobs.data.transport.client import http_pool
from genjobs.settings.connection import Connection

home, url, key, now, session_id = sys.argv[1:]
sessions = SessionService(
    SessionStore(Path(home), "project"),
    AuthServer(Connection(url, key), http_pool()),
    Path(home) / "locks",
    Limits(),
    lambda: float(now),
)
print("ready", flush=True)
sys.stdin.readline()
tell = lambda: sys.stdout.write(sessions.current(session_id).access_token + "\\n")
threads = [threading.Thread(target=tell) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def test_three_processes_renew_once(stack: StackInfo, tmp_path: Path, clock: MovedClock) -> None:
    server = AuthServer(Connection(stack.url, stack.publishable_key), http_pool())
    _, email, password = new_user(stack)
    tokens = server.sign_in(email, password)
    store = SessionStore(tmp_path, "project")
    session_id = SessionService(store, server, tmp_path / "locks", Limits(), clock).open(tokens)
    clock.move(tokens.expires_in)
    arguments = [str(tmp_path), stack.url, stack.publishable_key, str(clock()), session_id]
    consoles = [started(arguments) for _ in range(3)]
    for console in consoles:
        stdin = present(console.stdin)
        stdin.write("go\n")
        stdin.flush()
    said = [console.communicate(timeout=60)[0].split() for console in consoles]
    store.close()
    assert [len(words) for words in said] == [4, 4, 4]
    seen = {word for words in said for word in words}
    assert len(seen) == 1
    assert tokens.access_token not in seen


def started(arguments: list[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RENEW, *arguments]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def sign_in(origin: str, email: str, password: str) -> httpx.Response:
    return httpx.post(
        f"{origin}/session/sign-in",
        data={"email": email, "password": password},
        headers={"Sec-Fetch-Site": "same-origin"},
    )


def test_it_starts_from_any_folder_and_the_environment_outranks_streamlits_secrets(
    stack: StackInfo, tmp_path: Path
) -> None:
    tmp_path.joinpath(".streamlit").mkdir()
    tmp_path.joinpath(".streamlit", "secrets.toml").write_text('SUPABASE_URL = "https://other.invalid"\n')
    _, email, password = new_user(stack)
    environ = {"SUPABASE_URL": stack.url, "SUPABASE_KEY": stack.publishable_key}
    with running_console(tmp_path / "home", {"HOME": str(tmp_path), **environ}, folder=tmp_path) as origin:
        answer = sign_in(origin, email, password)
        assert led_to(answer) == "/"
        assert "genjobs_session=" in answer.headers["set-cookie"]
        assert "<title>Streamlit</title>" in httpx.get(f"{origin}/projects").text


def test_settings_that_cannot_be_used_leave_the_server_up(tmp_path: Path) -> None:
    environ = {"SUPABASE_URL": "https://x.supabase.co", "SUPABASE_KEY": "sb_secret_x"}
    with running_console(tmp_path, environ) as origin:
        health = httpx.get(f"{origin}/health")
        assert (health.status_code, health.json()["status"]) == (503, "failed")
        assert "row-level security" in health.json()["error"]
        assert "sb_secret_x" not in health.text
        assert httpx.get(origin).status_code == 200


def test_it_answers_to_localhost_addresses_and_the_names_that_it_is_given(tmp_path: Path) -> None:
    options = ["--server.allowedHosts=console.test", "--server.corsAllowedOrigins=https://outside.test"]
    with running_console(tmp_path, NOWHERE, options=options) as origin:
        server = Server.at(origin)
        for host in ("console.test", "localhost:8501", "10.1.2.3", "[::1]"):
            assert server.get(f"Host: {host}")[0] == 200
            assert server.open_socket(f"Host: {host}", f"Origin: http://{host}") == 101
        assert server.open_socket("Host: localhost:8501", "Origin: https://outside.test") == 101
        assert server.open_socket("Host: localhost:8501", "Origin: http://localhost:8502") == 403
        for path in ("/", "/health", "/_stcore/host-config"):
            assert server.get("Host: evil.example", path=path)[0] == 400
        assert server.open_socket("Host: evil.example", "Origin: http://evil.example") == 403


def test_its_metrics_are_for_this_machine(tmp_path: Path) -> None:
    with running_console(tmp_path, NOWHERE) as origin:
        server = Server.at(origin)
        status, body = server.get("Host: localhost", path="/_stcore/metrics")
        assert (status, "# EOF" in body) == (200, True)
        for other in (["Host: 192.168.1.7"], ["Host: localhost", "X-Forwarded-For: 127.0.0.1"]):
            assert server.get(*other, path="/_stcore/metrics")[0] == 403


def test_a_base_path_is_refused_with_what_to_do_instead(tmp_path: Path) -> None:
    """The forms post to the root, which a proxy that forwards only the base path does not pass on."""
    options = ["--server.headless=true", f"--server.port={free_port()}", "--server.baseUrlPath=/jobs/"]
    done = genjobs_process("console", *options, **NOWHERE, GENJOBS_HOME=str(tmp_path))
    assert done.returncode == 1
    [error, hint] = done.stderr.splitlines()
    assert error.endswith("but server.baseUrlPath is '/jobs/'.")
    assert "a host name of its own" in hint


@pytest.mark.parametrize("path", ["", "/"])
def test_the_root_is_no_base_path(path: str) -> None:
    base_path.refuse(path)
