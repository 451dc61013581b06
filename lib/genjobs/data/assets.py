"""The assets of the client's user; a job may name one as its input."""

from __future__ import annotations

from postgrest import CountMethod, SyncSelectRequestBuilder
from supabase import Client

from genjobs.data.transport.answers import one_row
from genjobs.data.transport.paging import pages
from genjobs.data.transport.translation import mapped
from genjobs.domain.inputs import check_path, check_text, check_uuid
from genjobs.domain.rows import Asset

TABLE = "assets"
COLUMNS = "id,project_id,kind,mode,storage_path,created_at"


def list_assets(client: Client, project_id: str | None = None, kind: str = "input") -> list[Asset]:
    """All assets of this kind ('input' or 'output'), newest first, of `project_id` if given."""
    project = None if project_id is None else check_uuid("project_id", project_id)

    def query() -> SyncSelectRequestBuilder:
        select = client.table(TABLE).select(COLUMNS, count=CountMethod.exact).eq("kind", kind)
        return select if project is None else select.eq("project_id", project)

    return [Asset.from_row(row) for page in pages(query, "list the assets") for row in page]


def create_input_asset(
    client: Client, *, user_id: str, project_id: str, storage_path: str, mode: str
) -> Asset:
    """Register an input at `storage_path` in one of the caller's projects; nothing is uploaded.

    The table requires a prompt's version and payload, which an input lacks: they are set to 'none' and empty.
    """
    row = {
        "user_id": check_uuid("user_id", user_id),
        "project_id": check_uuid("project_id", project_id),
        "kind": "input",
        "mode": check_text("mode", mode),
        "prompt_version": "none",
        "prompt_payload": {},
        "storage_path": check_path("storage_path", storage_path),
    }
    with mapped("add the asset", writes=True):
        return Asset.from_row(one_row(client.table(TABLE).insert(row).execute(), "new asset"))
