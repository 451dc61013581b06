"""The wheel, installed outside the checkout: `genjobs console` serves a signed-in page from there."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import genjobs
from genjobs.local.demo import PEOPLE
from genjobs.local.ports import LOOPBACK, free_port
from genjobs.paths import ROOT
from tests.clusters import Database
from tests.local.bare import bare, modules_of
from tests.local.consoles import family, gone, supervisor
from tests.local.waiting import until
from tests.local.wheel import Installed, demo_person, install, seen

MODULES = (
    "import sys, genjobs, genjobs.paths; print(genjobs.__file__, genjobs.paths.ROOT, *sys.path, sep='\\n')"
)
WITHOUT_THE_EXTRA = "import sys; sys.modules['psutil'] = None; from genjobs.cli import main; main()"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def alone(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """What the package brings without an extra."""
    [wheel] = installed.wheels.iterdir()
    return bare(tmp_path_factory.mktemp("alone"), wheel)


@pytest.fixture(scope="module")
def worker_alone(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """What its extra `worker` brings."""
    [wheel] = installed.wheels.iterdir()
    return bare(tmp_path_factory.mktemp("worker"), wheel, "worker")


@dataclass(frozen=True)
class Visit:
    """What a console sent for a page, before and after a sign-in, and what ran meanwhile.

    `listening` are the addresses that it listened on, `supervisor` is the command of its stack's supervisor.
    """

    signed_out: list[ForwardMsg]
    signed_in: list[ForwardMsg]
    listening: set[str]
    supervisor: list[str]
    stack: list[psutil.Process]


@pytest.fixture(scope="module")
def visit(installed: Installed) -> Visit:
    """To one console with nothing configured, which has ended since."""
    with installed.console() as (address, process):
        sockets = psutil.Process(process).net_connections("inet")
        cookie = demo_person(address, PEOPLE[0].email)
        return Visit(
            seen(address, "jobs-test"),
            seen(address, "jobs-test", cookie),
            {socket.laddr.ip for socket in sockets if socket.status == psutil.CONN_LISTEN},
            supervisor(installed.home).cmdline(),
            family(installed.home),
        )


def headings(messages: list[ForwardMsg]) -> list[str]:
    elements = (message.delta.new_element for message in messages if message.WhichOneof("type") == "delta")
    return [element.heading.body for element in elements if element.WhichOneof("type") == "heading"]


def test_nothing_of_the_checkout_can_be_imported(installed: Installed) -> None:
    package, beside, *path = installed.run(installed.python, "-P", "-c", MODULES).stdout.splitlines()
    assert Path(package) == installed.packages / "genjobs" / "__init__.py"
    assert Path(beside) == installed.packages / "genjobs" / "bundle"
    assert not {str(ROOT), str(ROOT / "lib")} & set(path)


def test_the_version_is_the_packages_own(installed: Installed) -> None:
    asked = installed.run(installed.command, "--version")
    assert asked.stdout == f"genjobs {genjobs.__version__}\n"
    assert (installed.packages / f"genjobs-{genjobs.__version__}.dist-info").is_dir()


def test_signed_out_it_asks_who_is_there(visit: Visit) -> None:
    assert headings(visit.signed_out)[0] == "Sign in"
    assert "Jobs test" not in headings(visit.signed_out)


def test_a_click_on_a_demo_person_leads_to_the_page(visit: Visit) -> None:
    assert headings(visit.signed_in)[0] == "Jobs test"
    assert PEOPLE[0].email in [message.delta.new_element.text.body for message in visit.signed_in]
    assert not [message for message in visit.signed_in if message.delta.new_element.HasField("exception")]


def test_it_listens_on_this_machine_only(visit: Visit) -> None:
    assert visit.listening == {LOOPBACK}


def test_it_has_the_theme_and_tells_streamlit_nothing(visit: Visit) -> None:
    [session] = [message.new_session for message in visit.signed_in if message.HasField("new_session")]
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    assert session.config.gather_usage_stats is False
    assert session.custom_theme.light.primary_color == theme["light"]["primaryColor"]


def test_its_stack_runs_from_there_and_is_gone_afterwards(visit: Visit, installed: Installed) -> None:
    assert visit.supervisor[:3] == [str(installed.python), "-m", "genjobs.local.supervisor"]
    until(lambda: gone(visit.stack), "every process of the stack is gone")


def test_settings_are_read_from_the_folder_in_which_it_is_started(
    installed: Installed, tmp_path: Path
) -> None:
    tmp_path.joinpath(".env").write_text("SUPABASE_URL=https://abcdefgh.supabase.co\n")
    asked = replace(installed, folder=tmp_path).run(installed.command, "console")
    assert asked.returncode == 1
    assert "SUPABASE_URL is set in .env, but SUPABASE_KEY is not" in asked.stderr


def test_the_files_of_the_schema_are_written_in_a_checkout_alone(installed: Installed) -> None:
    asked = installed.run(installed.command, "schema")
    assert asked.returncode == 1
    assert "Run it in a checkout." in asked.stderr


def test_without_the_local_extra_it_says_how_to_get_it(installed: Installed) -> None:
    asked = installed.run(installed.python, "-c", WITHOUT_THE_EXTRA, "console")
    assert asked.returncode == 1
    assert "The local stack needs the package psutil" in asked.stderr
    assert 'pip install "genjobs[local]"' in asked.stderr
    assert "Traceback" not in asked.stderr


def top_level(of: Installed) -> set[str]:
    return {one.name for one in of.packages.iterdir() if (one / "__init__.py").exists()}


def test_alone_it_brings_the_client_and_httpx(alone: Installed) -> None:
    assert top_level(alone) == {
        *("genjobs", "httpx", "httpcore", "h11", "anyio", "certifi", "idna"),
    }
    found = modules_of(alone, "import genjobs; genjobs.Client; genjobs.AsyncClient; genjobs.errors")
    assert {"httpx", "genjobs.client.blocking"} <= found
    assert not {"streamlit", "pandas", "supabase", "postgrest", "psycopg", "typer"} & found


def test_to_import_it_imports_nothing_else(alone: Installed) -> None:
    assert {one for one in modules_of(alone, "import genjobs") if one.startswith(("genjobs", "httpx"))} == {
        "genjobs"
    }


PROGRAM = """
from genjobs import AsyncClient, Client, Clinet, NewJob
from genjobs.worker import Context, Handler, Job, Result

def at_once(job: Job, context: Context) -> Result:
    return Result()

async def later(job: Job, context: Context) -> Result:
    return Result()

def wrong(job: Job) -> Result:
    return Result()

def token() -> str | None:
    return None

async def token_later() -> str | None:
    return None

HANDLERS: list[Handler] = [at_once, later, wrong]
Client("", "", token=token)
AsyncClient("", "", token=token)
AsyncClient("", "", token=token_later)
reveal_type(Client.create)
NewJob(mode=5)
"""


def test_programs_that_use_it_are_checked_by_its_types(alone: Installed) -> None:
    program = alone.folder / "program.py"
    program.write_text(PROGRAM)
    options = ["--strict", f"--python-executable={alone.python}", "--no-incremental", str(program)]
    told = subprocess.run(
        [sys.executable, "-m", "mypy", *options], cwd=alone.folder, capture_output=True, text=True
    ).stdout
    assert "NewJob) -> genjobs.client.jobs.Created" in told
    assert 'incompatible type "int"; expected "str"' in told
    assert 'Module "genjobs" has no attribute "Clinet"' in told
    assert 'List item 2 has incompatible type "Callable[[Job], Result]"' in told
    assert told.count(": error:") == 4, "these, and that NewJob has no project"


@pytest.mark.parametrize(
    ("words", "extra"), [([], "console"), (["console"], "console"), (["worker", "--once"], "worker")]
)
def test_alone_the_command_says_which_extra_it_needs(alone: Installed, words: list[str], extra: str) -> None:
    asked = alone.run(alone.command, *words)
    assert asked.returncode == 1
    assert asked.stderr == (
        f"Error: {' '.join(['genjobs', *words[:1]])} needs the package typer, which is not installed.\n"
        f'Hint: Run: pip install "genjobs[{extra}]"\n'
    )


def test_the_worker_needs_its_own_extra_alone(worker_alone: Installed, database: Database) -> None:
    assert not {"streamlit", "supabase", "pandas"} & top_level(worker_alone)
    handler = "from genjobs.worker import Result\ndef generate(job, context): return Result()\n"
    worker_alone.folder.joinpath("handlers.py").write_text(handler)
    options = ["--metrics-port", str(free_port()), "--log-format", "json"]
    options += ["--database-url", database.postgres_dsn, "--handler", "handlers:generate", "--once"]
    asked = worker_alone.run(worker_alone.command, "worker", *options)
    assert asked.returncode == 0, asked.stderr
    asked = worker_alone.run(worker_alone.command, "queue", "check", "--database-url", database.postgres_dsn)
    assert asked.returncode == 0, asked.stderr
    asked = worker_alone.run(worker_alone.command, "console")
    assert "genjobs console needs the package streamlit" in asked.stderr
    assert 'pip install "genjobs[console]"' in asked.stderr
