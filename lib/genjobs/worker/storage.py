"""Assets of a job in Supabase Storage: reads the input, writes outputs and registers them in `assets`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from genjobs.domain.errors import ConsoleError, InvalidInput, NotFound, SettingsError, Unavailable
from genjobs.worker.jobs import Job

SECONDS = 60.0


@dataclass(frozen=True)
class Storage:
    """The project's Storage: its URL, secret key, and the bucket of the assets."""

    url: str
    secret_key: str
    bucket: str

    def download(self, job: Job) -> bytes:
        """The job's input asset.

        Raises NotFound if the job has none or its file is missing, SettingsError if the project has no
        Storage, Unavailable if it does not answer.
        """
        if job.input_asset_id is None:
            raise NotFound("The job has no input asset.")
        with self._client() as http:
            rows = self._ask(http, "GET", "/rest/v1/assets", params=_one(job.input_asset_id)).json()
            if not rows:
                raise NotFound(f"The input asset {job.input_asset_id} no longer exists.")
            path = rows[0]["storage_path"]
            return self._ask(http, "GET", f"/storage/v1/object/{self._place(path)}").content

    def upload(
        self,
        job: Job,
        name: str,
        data: bytes,
        mime_type: str,
        prompt_version: str,
        payload: Mapping[str, Any],
    ) -> str:
        """Write an output as `<user>/<project>/<job>/<name>`, register it in `assets` and return its id.

        Uploading the same name again replaces the file. Raises as `download`, and InvalidInput if the
        database refuses the asset.
        """
        path = f"{job.user_id}/{job.project_id}/{job.id}/{name}"
        row = {
            "user_id": job.user_id,
            "project_id": job.project_id,
            "kind": "output",
            "mode": job.mode,
            "source_asset_id": job.input_asset_id,
            "prompt_version": prompt_version,
            "prompt_payload": dict(payload),
            "mime_type": mime_type,
            "storage_path": path,
        }
        with self._client() as http:
            headers = {"Content-Type": mime_type, "x-upsert": "true"}
            self._ask(http, "POST", f"/storage/v1/object/{self._place(path)}", content=data, headers=headers)
            wanted = {"Prefer": "return=representation"}
            [made] = self._ask(http, "POST", "/rest/v1/assets", json=row, headers=wanted).json()
        return str(made["id"])

    def _client(self) -> httpx.Client:
        key = {"apikey": self.secret_key, "Authorization": f"Bearer {self.secret_key}"}
        return httpx.Client(base_url=self.url, headers=key, timeout=SECONDS)

    def _place(self, path: str) -> str:
        return f"{quote(self.bucket, safe='')}/{quote(path)}"

    def _ask(self, http: httpx.Client, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise Unavailable(f"Storage did not answer: {type(error).__name__}.") from error
        if answer.is_success:
            return answer
        raise _meaning(path, answer)


def _one(asset_id: str) -> dict[str, str]:
    return {"id": f"eq.{asset_id}", "select": "storage_path"}


def _meaning(path: str, answer: httpx.Response) -> ConsoleError:
    """Storage answers 400 with its own text if a file or a bucket is missing."""
    said, status = answer.text[:300], answer.status_code
    if path.startswith("/rest/"):
        if status in (400, 409):
            return InvalidInput(f"The database refused the asset: {said}")
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
    return Unavailable(f"Storage answered with {status}: {said}")
