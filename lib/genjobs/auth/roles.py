"""Roles through the auth server, with the project's secret key."""

from __future__ import annotations

import httpx
from supabase_auth import SyncGoTrueClient

from genjobs.auth.translation import mapped
from genjobs.domain.people import RoleHolder

PAGE = 1000


class AuthRoles:
    """Keeps roles in the accounts of the project at `url`; every method may raise a ConsoleError.

    `secret_key` bypasses row-level security: it is sent only to the auth server.
    """

    def __init__(self, url: str, secret_key: str, pool: httpx.Client) -> None:
        headers = {"apikey": secret_key, "Authorization": f"Bearer {secret_key}"}
        self._admin = SyncGoTrueClient(
            url=f"{url}/auth/v1",
            headers=headers,
            http_client=pool,
            auto_refresh_token=False,
            persist_session=False,
        ).admin

    def people(self) -> list[RoleHolder]:
        """Everyone with an account, with their role or None."""
        found: list[RoleHolder] = []
        with mapped(secret=True):
            while page := self._admin.list_users(page=len(found) // PAGE + 1, per_page=PAGE):
                found += [
                    RoleHolder(user.id, user.email or "", user.app_metadata.get("console_role"))
                    for user in page
                ]
                if len(page) < PAGE:
                    break
        return found

    def give(self, user_id: str, role: str | None) -> None:
        """Set a person's role, or remove it with None; their other metadata stay."""
        with mapped(secret=True):
            self._admin.update_user_by_id(user_id, {"app_metadata": {"console_role": role}})
