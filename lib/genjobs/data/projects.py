"""The projects of the client's user."""

from __future__ import annotations

from postgrest import CountMethod
from supabase import Client

from genjobs.data.transport.answers import counted, one_row
from genjobs.data.transport.paging import pages
from genjobs.data.transport.translation import mapped
from genjobs.domain.inputs import check_name, check_uuid
from genjobs.domain.rows import Project

TABLE = "projects"


def list_projects(client: Client) -> list[Project]:
    """All projects by name, ignoring case."""
    columns = "id,name,created_at,updated_at"
    read = pages(lambda: client.table(TABLE).select(columns, count=CountMethod.exact), "list the projects")
    found = [Project.from_row(row) for page in read for row in page]
    return sorted(found, key=lambda project: (project.name.casefold(), project.created_at))


def create_project(client: Client, *, user_id: str, name: str) -> Project:
    """Create a project of `user_id`, who is the caller; names need not be unique."""
    row = {"user_id": check_uuid("user_id", user_id), "name": check_name("name", name)}
    with mapped("create the project", writes=True):
        return Project.from_row(one_row(client.table(TABLE).insert(row).execute(), "new project"))


def rename_project(client: Client, project_id: str, name: str) -> Project:
    """Rename a project. Raises NotFound if it is not one of the caller's."""
    query = client.table(TABLE).update({"name": check_name("name", name)})
    query = query.eq("id", check_uuid("project_id", project_id))
    with mapped("rename the project", writes=True):
        return Project.from_row(one_row(query.execute(), f"project {project_id}"))


def delete_project(client: Client, project_id: str) -> None:
    """Delete a project with its jobs and assets. Raises NotFound if it is not one of the caller's."""
    query = client.table(TABLE).delete().eq("id", check_uuid("project_id", project_id))
    with mapped("delete the project", writes=True):
        one_row(query.execute(), f"project {project_id}")


def count_jobs(client: Client, project_id: str) -> int:
    """How many jobs would be deleted with the project."""
    query = client.table("generation_jobs").select("id", count=CountMethod.exact, head=True)
    query = query.eq("project_id", check_uuid("project_id", project_id))
    with mapped("count the project's jobs"):
        return counted(query.execute())
