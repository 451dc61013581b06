"""Assets of a job in Supabase Storage: reads the input, writes outputs and registers them in `assets`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from genjobs.domain.errors import (
    ConsoleError,
    Forbidden,
    InvalidInput,
    NotFound,
    SettingsError,
    Unavailable,
)
from genjobs.domain.inputs import can_be_stored, check_path, check_text, stays_inside
from genjobs.domain.rows import KNOWN_MODES
from genjobs.worker.jobs import Job, reason_of

SECONDS = 60.0
REFUSALS = {"400", "413", "415"}
"""For a name, a size or a type that Storage does not take."""
_MIME_TYPE = re.compile(r"[!-~]+/[!-~]+(;[ -~]*[!-~])?")
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""In JSON; PostgreSQL cannot store it."""


@dataclass(frozen=True)
class InputAsset:
    """A row of `assets`: the input of a job. `prompt_payload` is its JSON, mostly an object."""

    id: str
    mode: str
    mime_type: str | None
    storage_path: str
    prompt_version: str
    prompt_payload: Any


_COLUMNS = ",".join(column.name for column in fields(InputAsset))


@dataclass(frozen=True)
class Storage:
    """The project's Storage: its URL, secret key, and the bucket of the assets."""

    url: str
    secret_key: str
    bucket: str

    def input_asset(self, job: Job) -> InputAsset:
        """The row of the job's input asset; needs no Storage.

        Raises NotFound if the job has none or it no longer exists, Unavailable if the API does not answer.
        """
        with self._client() as http:
            return self._input_asset(http, job)

    def download(self, job: Job) -> bytes:
        """The file of the job's input asset.

        Raises NotFound if the job has none or its file is missing, Forbidden if its path leaves the bucket or
        begins with another person's id, InvalidInput if Storage refuses it, SettingsError if the project has
        no Storage, Unavailable if it does not answer.
        """
        with self._client() as http:
            path = _readable(job, self._input_asset(http, job).storage_path)
            return self._ask(http, "GET", f"/storage/v1/object/{self._place(path)}").content

    def upload(
        self,
        job: Job,
        name: str,
        data: bytes,
        mime_type: str,
        prompt_version: str,
        payload: Mapping[str, Any],
        mode: str | None = None,
    ) -> str:
        """Write an output as `<user>/<project>/<job>/<name>`, register it in `assets` and return its id.

        Uploading the same name again replaces the file. `mode` is the asset's, by default the job's; assets
        have only the four modes of `KNOWN_MODES`. Raises as `download`, and InvalidInput if a value cannot be
        used, before anything is written, or if Storage refuses the file or the database the asset.
        """
        kept_mode = job.mode if mode is None else mode
        _check_output(name, data, kept_mode)
        path = f"{job.user_id}/{job.project_id}/{job.id}/{name}"
        _check_texts(path, mime_type, prompt_version)
        row = {
            "user_id": job.user_id,
            "project_id": job.project_id,
            "kind": "output",
            "mode": kept_mode,
            "source_asset_id": job.input_asset_id,
            "prompt_version": prompt_version,
            "prompt_payload": _checked_payload(payload),
            "mime_type": mime_type,
            "storage_path": path,
        }
        with self._client() as http:
            headers = {"Content-Type": mime_type, "x-upsert": "true"}
            self._ask(http, "POST", f"/storage/v1/object/{self._place(path)}", content=data, headers=headers)
            wanted = {"Prefer": "return=representation"}
            [made] = self._ask(http, "POST", "/rest/v1/assets", json=row, headers=wanted).json()
        return str(made["id"])

    def _input_asset(self, http: httpx.Client, job: Job) -> InputAsset:
        """Only of the job's own person: jobs may be older than the rule that refuses others'."""
        if job.input_asset_id is None:
            raise NotFound("The job has no input asset.")
        wanted = {"id": f"eq.{job.input_asset_id}", "user_id": f"eq.{job.user_id}", "select": _COLUMNS}
        rows = self._ask(http, "GET", "/rest/v1/assets", params=wanted).json()
        if not rows:
            raise NotFound(f"The input asset {job.input_asset_id} no longer exists.")
        return InputAsset(**rows[0])

    def _client(self) -> httpx.Client:
        key = {"apikey": self.secret_key, "Authorization": f"Bearer {self.secret_key}"}
        return httpx.Client(base_url=self.url, headers=key, timeout=SECONDS)

    def _place(self, path: str) -> str:
        return f"{quote(self.bucket, safe='')}/{quote(path)}"

    def _ask(self, http: httpx.Client, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise Unavailable(f"Storage did not answer: {reason_of(error)}.") from error
        if answer.is_success:
            return answer
        raise _meaning(path, answer)


def _readable(job: Job, path: str) -> str:
    """The path, if its person may read it: people write `assets`, and the secret key opens everything."""
    first = path.split("/")[0].lower()
    if not stays_inside(path) or (_is_id(first) and first != job.user_id):
        raise Forbidden(
            f"The input asset's path {path[:100]} is not for this job.",
            hint="It must stay inside the bucket, and not begin with the id of another person.",
        )
    return path


def _is_id(text: str) -> bool:
    """Whether a folder of this name can be a person's; a checksum as a name has no hyphens.

    A project's id is no better than any other: people choose it, and may choose a person's.
    """
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _check_output(name: object, data: object, mode: str) -> None:
    if not isinstance(name, str) or not stays_inside(name):
        raise InvalidInput(
            f"An output cannot be named {name!r}.", hint="Use a name such as out.png or views/front.png."
        )
    if not isinstance(data, bytes):
        raise InvalidInput(f"The data of {name} are of type {type(data).__name__}.", hint="Pass bytes.")
    if mode not in KNOWN_MODES:
        raise InvalidInput(
            f"An asset cannot have the mode {mode}.", hint=f"Pass mode= as one of {', '.join(KNOWN_MODES)}."
        )


def _check_texts(path: str, mime_type: object, prompt_version: object) -> None:
    check_path("The output's path", path)
    check_text("prompt_version", prompt_version)
    if not isinstance(mime_type, str) or not _MIME_TYPE.fullmatch(mime_type):
        raise InvalidInput(f"mime_type cannot be {mime_type!r}.", hint="Use a type such as image/png.")


def _checked_payload(payload: Mapping[str, Any]) -> dict[str, Any]:
    try:
        sent = json.dumps(made := dict(payload), allow_nan=False, ensure_ascii=False)
        if _NUL.search(sent) or not can_be_stored(sent):
            raise ValueError("a text in it has a character that cannot be stored")
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            f"prompt_payload cannot be stored as JSON: {error}.", hint="Use texts, numbers and lists."
        ) from error
    return made


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:300]


def _status_of(answer: httpx.Response) -> str:
    """The status inside Storage's answer, which itself has 400 for most errors."""
    try:
        return str(answer.json()["statusCode"])
    except (ValueError, KeyError, TypeError):
        return str(answer.status_code)


def _meaning(path: str, answer: httpx.Response) -> ConsoleError:
    """Storage answers 400 with its own text if a file or a bucket is missing."""
    said, status = answer.text[:300], answer.status_code
    if path.startswith("/rest/"):
        if status in (400, 409):
            return InvalidInput(f"The database refused the asset: {_reason(answer)}")
        return Unavailable(f"The API answered with {status}: {said}")
    if "Bucket not found" in said:
        return SettingsError("Storage has no such bucket.", hint="Set it with --bucket.")
    if "not_found" in said:
        return NotFound(f"Storage has no such file: {path.removeprefix('/storage/v1/object/')}.")
    if status == 404:
        return SettingsError(
            "This project has no Storage.",
            hint="Assets can be uploaded and downloaded only on a hosted project.",
        )
    if _status_of(answer) in REFUSALS:
        return InvalidInput(
            f"Storage refused the file: {_reason(answer)}",
            hint="Its names may have ASCII letters, digits and a few signs; the bucket limits size and type.",
        )
    return Unavailable(f"Storage answered with {status}: {said}")
