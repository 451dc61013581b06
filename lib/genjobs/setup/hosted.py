"""Hosted projects: their dashboard pages, and the settings that codes by e-mail need."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

_DOMAIN = ".supabase.co"
_DASHBOARD = "https://supabase.com/dashboard/project"


@dataclass(frozen=True)
class Need:
    """Something to set once in the project; `page` is the dashboard's page for it, below the project."""

    title: str
    why: str
    page: str


EMAIL_CODE_NEEDS: tuple[Need, ...] = (
    Need(
        "The e-mail provider is on",
        "Without it, no code is sent. If sign-up is off, people must be invited.",
        "auth/providers",
    ),
    Need(
        "The templates “Magic Link” and “Confirm signup” contain {{ .Token }}",
        "By default, they contain only a link to a page of the project. The code is what people enter "
        "here. For forgotten passwords, “Reset Password” needs it too.",
        "auth/templates",
    ),
    Need(
        "An SMTP server of your own",
        "The built-in one sends two mails an hour, and only to members of the project's team.",
        "auth/smtp",
    ),
    Need(
        "Rate limits that suit the team",
        "To the auth server, all visitors share this console's address, unless SUPABASE_SECRET_KEY allows it "
        "to pass on theirs.",
        "auth/rate-limits",
    ),
)


def project_ref(url: str) -> str | None:
    """The reference of a hosted project from its URL; None for any other URL."""
    host = urlsplit(url).hostname or ""
    ref = host.removesuffix(_DOMAIN)
    return ref if host.endswith(_DOMAIN) and ref.isalnum() else None


def sql_editor(url: str) -> str | None:
    """The address of an empty page in the project's SQL editor; None where there is no dashboard."""
    return dashboard(url, "sql/new")


def dashboard(url: str, page: str) -> str | None:
    """The address of a page of the project's dashboard; None where there is no dashboard."""
    ref = project_ref(url)
    return None if ref is None else f"{_DASHBOARD}/{ref}/{page}"
