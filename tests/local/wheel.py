"""An environment outside the checkout in which the wheel is installed, and the pages served from there."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from genjobs.local import postgrest
from genjobs.local.ports import free_port
from genjobs.paths import ROOT

START_SECONDS = 180
OURS = ("GENJOBS_", "SUPABASE_", "STREAMLIT_", "PYTHON", "DATABASE_URL")


@dataclass(frozen=True)
class Installed:
    """The environment at `root`; its programs run in `folder` and keep their files in `home`."""

    root: Path
    folder: Path
    home: Path

    @property
    def python(self) -> Path:
        return self.root / "bin" / "python"

    @property
    def command(self) -> Path:
        return self.root / "bin" / "genjobs"

    @property
    def wheels(self) -> Path:
        """Where its wheel was built."""
        return self.root.parent / "wheels"

    @property
    def packages(self) -> Path:
        return Path(sysconfig.get_path("purelib", "venv", vars={"base": str(self.root)}))

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """A program's whole run, which may fail."""
        return subprocess.run(
            command, cwd=self.folder, env=self.environ(), capture_output=True, text=True, timeout=120
        )

    def environ(self) -> dict[str, str]:
        """Nothing is configured but where files are kept and which PostgREST is run."""
        others = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        program = postgrest.binary(lambda _: None)
        return {**others, "GENJOBS_HOME": str(self.home), "POSTGREST_BIN": str(program)}

    @contextmanager
    def console(self) -> Iterator[tuple[str, int]]:
        """The address, as host and port, and the process id of `genjobs console` once it is ready."""
        port = free_port()
        command = [str(self.command), "console", "--server.headless=true", "--server.port", str(port)]
        with (self.home.parent / "console.log").open("wb") as log:
            started = subprocess.Popen(command, cwd=self.folder, env=self.environ(), stdout=log, stderr=log)
        try:
            _wait_until_ready(started, f"127.0.0.1:{port}")
            yield f"127.0.0.1:{port}", started.pid
        finally:
            started.terminate()
            started.wait(30)
            self.run(self.command, "local", "stop")


def install(folder: Path) -> Installed:
    """Build the wheel of this checkout and install it, without asking the network.

    Other packages are those of the running environment; its own list of further folders, in which an
    editable checkout stands, is not read.
    """
    made = Installed(folder / "environment", folder / "elsewhere", folder / "home")
    made.folder.mkdir()
    pip("wheel", "--no-build-isolation", f"--wheel-dir={made.wheels}", str(ROOT))
    venv.create(made.root, symlinks=True)
    made.packages.joinpath("others.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    pip(f"--python={made.python}", "install", *(str(wheel) for wheel in made.wheels.iterdir()))
    return made


def pip(*arguments: str) -> None:
    """Run pip, which asks the network for nothing."""
    environ = {**os.environ, "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [sys.executable, "-m", "pip", *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def _wait_until_ready(started: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + START_SECONDS
    while (health := _health(address))["status"] != "ready" or health["demo"]:
        assert started.poll() is None, "the console ended before it was ready"
        assert health["status"] != "failed", health
        assert time.monotonic() < until, f"the console was not ready within {START_SECONDS} s: {health}"
        time.sleep(0.1)


def _health(address: str) -> dict[str, Any]:
    try:
        health: dict[str, Any] = httpx.get(f"http://{address}/health").json()
    except httpx.TransportError:
        return {"status": "starting"}
    return health


def demo_person(address: str, email: str) -> str:
    """The session's cookie, after a click on the card of that person."""
    answer = httpx.post(
        f"http://{address}/session/demo",
        data={"email": email, "next": "/"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    return answer.headers["set-cookie"].partition(";")[0]


def seen(address: str, page: str, cookie: str = "") -> list[ForwardMsg]:
    """All that Streamlit sends to a browser that opens `page`, until the page is drawn."""
    request = BackMsg()
    request.rerun_script.page_name = page
    request.rerun_script.context_info.timezone = "Europe/Berlin"
    messages: list[ForwardMsg] = []
    with connect(
        f"ws://{address}/_stcore/stream",
        additional_headers={"Cookie": cookie, "Origin": f"http://{address}"},
        max_size=None,
    ) as socket:
        socket.send(request.SerializeToString())
        while not messages or messages[-1].WhichOneof("type") != "script_finished":
            messages.append(ForwardMsg.FromString(socket.recv(timeout=60, decode=False)))
    return messages
