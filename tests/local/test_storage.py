"""Assets that a handler reads and writes: a fake of Storage's protocol beside the real API."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import psycopg
import pytest

from genjobs.domain.errors import Forbidden, InvalidInput, NotFound, SettingsError, Unavailable
from genjobs.local.stack import StackInfo
from genjobs.worker.handling import Context
from genjobs.worker.jobs import Job
from genjobs.worker.notes import Notes
from genjobs.worker.storage import Storage
from tests.sql.people import add_asset, add_project
from tests.stacks import new_user

FILES = "/storage/v1/object/"
MOST_BYTES = 100


class FakeStorage(ThreadingHTTPServer):
    """Keeps files by bucket and path; hands everything else on to the stack."""

    def __init__(self, api: str, key: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.api, self.key = api, key
        self.files: dict[str, bytes] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answering(BaseHTTPRequestHandler):
    server: FakeStorage

    def do_GET(self) -> None:
        if not self.path.startswith(FILES):
            return self._hand_on()
        found = self.server.files.get(unquote(self.path.removeprefix(FILES)))
        absent = b'{"statusCode":"404","error":"not_found","message":"Object not found"}'
        return self._say(400 if found is None else 200, absent if found is None else found)

    def do_POST(self) -> None:
        if not self.path.startswith(FILES):
            return self._hand_on()
        name = unquote(self.path.removeprefix(FILES))
        if name.startswith("absent/"):
            return self._say(400, b'{"statusCode":"404","error":"Bucket not found"}')
        if len(body := self._body()) > MOST_BYTES:
            return self._say(413, b'{"statusCode":"413","message":"The object exceeded the maximum size"}')
        if not name.isascii():
            return self._say(
                400, b'{"statusCode":"400","error":"InvalidKey","message":"Invalid key: \xc3\xa9"}'
            )
        if name in self.server.files and self.headers["x-upsert"] != "true":
            return self._say(400, b'{"statusCode":"409","error":"Duplicate"}')
        if self.headers["Authorization"] != f"Bearer {self.server.key}":
            return self._say(400, b'{"statusCode":"403","error":"Unauthorized"}')
        self.server.files[name] = body
        return self._say(200, b"{}")

    def _hand_on(self) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        answer = httpx.request(
            self.command, f"{self.server.api}{self.path}", content=self._body(), headers=headers
        )
        self._say(answer.status_code, answer.content)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Nothing."""


@pytest.fixture
def files(info: StackInfo) -> Iterator[FakeStorage]:
    server = FakeStorage(info.url, info.secret_key)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def job(info: StackInfo) -> Job:
    """Somebody's job with an input asset, whose path is in/shoe.png."""
    user = new_user(info)[0]
    with psycopg.connect(info.database_url, autocommit=True) as owner:
        project = add_project(owner, user)
        asset = add_asset(owner, user, project)
    return Job("00000000-0000-4000-8000-000000000007", user, project, "lifestyle", asset, None, "token")


def storage(server: FakeStorage) -> Storage:
    return Storage(server.url, server.key, "my assets")


def test_the_input_asset_is_downloaded(files: FakeStorage, job: Job, tmp_path: Path) -> None:
    files.files["my assets/in/shoe.png"] = b"\x89PNG"
    context = Context(job, 9, Notes(tmp_path, "x"), storage(files))
    assert context.download() == b"\x89PNG"


def test_the_prompt_of_the_input_asset_needs_no_storage(info: StackInfo, job: Job, tmp_path: Path) -> None:
    with psycopg.connect(info.database_url, autocommit=True) as owner:
        owner.execute(
            'update assets set prompt_payload = \'{"prompt": "on a beach"}\' where id = %s',
            [job.input_asset_id],
        )
    plain = Storage(info.url, info.secret_key, "assets")
    asset = Context(job, 9, Notes(tmp_path, "x"), plain).input_asset()
    assert (asset.id, asset.storage_path, asset.prompt_payload["prompt"]) == (
        *(job.input_asset_id, "in/shoe.png"),
        "on a beach",
    )
    with pytest.raises(NotFound, match="has no input asset"):
        plain.input_asset(replace(job, input_asset_id=None))
    with pytest.raises(NotFound, match="no longer exists"):
        plain.input_asset(replace(job, user_id=new_user(info)[0]))


def test_an_output_is_written_and_noted_beside_its_input(
    info: StackInfo, files: FakeStorage, job: Job
) -> None:
    payload = {"seed": 4, "text": "\\u0000"}
    asset = storage(files).upload(job, "out 1.png", b"new", "image/png", "2", payload)
    place = f"{job.user_id}/{job.project_id}/{job.id}/out 1.png"
    assert files.files == {f"my assets/{place}": b"new"}
    with psycopg.connect(info.database_url) as owner:
        found = owner.execute(
            "select user_id::text, project_id::text, kind, mode, source_asset_id::text, prompt_version,"
            " prompt_payload, mime_type, storage_path from assets where id = %s",
            [asset],
        ).fetchone()
    assert found == (
        *(job.user_id, job.project_id, "output", "lifestyle", job.input_asset_id),
        *("2", payload, "image/png", place),
    )
    storage(files).upload(job, "out 1.png", b"again", "image/png", "2", {})
    assert files.files == {f"my assets/{place}": b"again"}


def test_what_cannot_be_read_or_written_is_said(info: StackInfo, files: FakeStorage, job: Job) -> None:
    with pytest.raises(NotFound, match="Storage has no such file: my%20assets/in/shoe"):
        storage(files).download(job)
    with pytest.raises(NotFound, match="The job has no input asset"):
        storage(files).download(replace(job, input_asset_id=None))
    with pytest.raises(NotFound, match="no longer exists"):
        storage(files).download(replace(job, input_asset_id=job.id))
    with pytest.raises(InvalidInput, match="The database refused the asset"):
        storage(files).upload(replace(job, project_id=job.id), "x", b"", "image/png", "1", {})
    with pytest.raises(InvalidInput, match="Storage refused the file: Invalid key"):
        storage(files).upload(job, "\u00e9.png", b"", "image/png", "1", {})
    with pytest.raises(InvalidInput, match="exceeded the maximum size"):
        storage(files).upload(job, "x", b"." * 101, "image/png", "1", {})
    with pytest.raises(SettingsError, match="Storage has no such bucket"):
        Storage(files.url, files.key, "absent").upload(job, "x", b"", "image/png", "1", {})
    files.key = "another"
    with pytest.raises(Unavailable, match="Unauthorized"):
        Storage(files.url, info.secret_key, "b").upload(job, "x", b"", "image/png", "1", {})
    with pytest.raises(Unavailable):
        Storage("http://127.0.0.1:9", "key", "b").download(job)


def keep(info: StackInfo, files: FakeStorage, job: Job, path: str) -> None:
    """The job's input asset has this path, and there is a file; the job fills the path's places."""
    path = path.format(job)
    with psycopg.connect(info.database_url, autocommit=True) as owner:
        owner.execute("update assets set storage_path = %s where id = %s", [path, job.input_asset_id])
    files.files[f"my assets/{path}"] = b"kept"


@pytest.mark.parametrize(
    "path",
    [
        "../../../../rest/v1/generation_jobs",
        "in/../../x.png",
        "in//shoe.png",
        "/in/shoe.png",
        "./shoe.png",
        "in/..",
        "00000000-0000-4000-8000-000000000009/in/shoe.png",
        "00000000-0000-4000-8000-00000000000A/shoe.png",
        "{0.project_id}/shoe.png",
    ],
)
def test_an_assets_path_opens_nothing_that_is_not_its_persons(
    info: StackInfo, files: FakeStorage, job: Job, path: str
) -> None:
    """People write the row, also the id of a project, and the worker reads with the secret key."""
    keep(info, files, job, path)
    with pytest.raises(Forbidden, match="is not for this job"):
        storage(files).download(job)


def test_another_persons_asset_is_not_read_for_a_job_that_is_older_than_the_rule(
    info: StackInfo, files: FakeStorage, job: Job
) -> None:
    keep(info, files, job, "in/shoe.png")
    assert storage(files).download(job) == b"kept"
    with pytest.raises(NotFound, match="no longer exists"):
        storage(files).download(replace(job, user_id=new_user(info)[0]))


@pytest.mark.parametrize(
    "path",
    [
        "{0.user_id}/in/shoe.png",
        "9e107d9d372bb6826bd81d3542a419d6",
        "9e107d9d372bb6826bd81d3542a419d6/shoe.png",
    ],
)
def test_files_below_ones_own_id_or_a_checksum_are_read(
    info: StackInfo, files: FakeStorage, job: Job, path: str
) -> None:
    keep(info, files, job, path)
    assert storage(files).download(job) == b"kept"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        *(({"name": name}, "cannot be named") for name in ("", "../x.png", "/x.png", "a//b", "..", None)),
        ({"data": None}, "of type NoneType"),
        ({"data": "text"}, "of type str"),
        ({"payload": {"at": object()}}, "cannot be stored as JSON"),
        ({"payload": {"at": float("nan")}}, "cannot be stored as JSON"),
        *(({"payload": {"at": ["a\\", text]}}, "cannot be stored") for text in ("a\0", "\\\0", "\udc80")),
        *(({"name": name}, "The output's path") for name in ("a\0b", "\udc80", "x" * 1000)),
        *(
            ({"mime_type": kind}, "mime_type cannot be")
            for kind in (None, "", "é", "a/b\n", " image/png", "png")
        ),
        *(({"prompt_version": version}, "prompt_version cannot be") for version in ("a\0", "\udc80", 1)),
        ({"mode": "other"}, "cannot have the mode other"),
    ],
)
def test_an_output_that_cannot_be_registered_is_not_written(
    files: FakeStorage, job: Job, wrong: dict[str, Any], reason: str
) -> None:
    sound = {"name": "x.png", "data": b"", "mime_type": "image/png", "prompt_version": "1", "payload": {}}
    with pytest.raises(InvalidInput, match=reason):
        storage(files).upload(job, **{**sound, **wrong})
    assert files.files == {}


def test_a_job_of_any_mode_writes_an_output_of_a_mode_that_assets_have(
    files: FakeStorage, job: Job, tmp_path: Path
) -> None:
    context = Context(replace(job, mode="upscale"), 9, Notes(tmp_path, "x"), storage(files))
    with pytest.raises(InvalidInput, match="cannot have the mode upscale"):
        context.upload("x.png", b"", mime_type="image/png")
    assert context.upload("x.png", b"", mime_type="image/png", mode="packaging")


def test_the_local_stack_says_that_it_has_no_storage(info: StackInfo, job: Job) -> None:
    with pytest.raises(SettingsError, match="This project has no Storage"):
        Storage(info.url, info.secret_key, "assets").download(job)


def test_without_url_and_key_a_handler_is_told_what_to_set(job: Job, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="only a database URL"):
        Context(job, 9, Notes(tmp_path, "x")).download()
