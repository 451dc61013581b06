"""The guide's troubleshooting entries with cause and fix, found by the code of an error."""

from __future__ import annotations

import re
from dataclasses import dataclass

from genjobs.domain.errors import ConsoleError

RELOAD_API = "notify pgrst, 'reload schema';"


@dataclass(frozen=True)
class Entry:
    """One known problem. `codes` are its SQLSTATEs and API codes; `sql` may be empty."""

    title: str
    codes: tuple[str, ...]
    cause: str
    fix: str
    sql: str = ""


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "The relation, policy, trigger or function already exists",
        ("42P07", "42710", "42723"),
        "An older edition of the same file was pasted a second time.",
        "Nothing is lost. Paste the files from this page instead: they can be run any number of times, also "
        "on top of the older edition, and keep every row.",
        "select count(*) as jobs_kept from public.generation_jobs;",
    ),
    Entry(
        "The function update_updated_at_column or another part does not exist",
        ("42883", "42P01", "42703", "3F000"),
        "A file ran before one that it depends on.",
        "Run the files from the first to the last, in the order of their names; running one again is "
        "harmless.",
        "select to_regclass('public.projects') as projects, to_regclass('public.assets') as assets,\n"
        "    to_regclass('public.generation_jobs') as generation_jobs,\n"
        "    to_regproc('public.update_updated_at_column') as update_updated_at_column;",
    ),
    Entry(
        "Permission denied",
        ("42501",),
        "The statement ran as a role that lacks the right. In the SQL editor, that role is not postgres. "
        "Through the API, the table has no grants: newer projects give none by default.",
        "In the SQL editor, choose the role postgres. For the API, apply the migrations, which grant by "
        "name, or run this as postgres.",
        "grant select, insert, update, delete on public.projects, public.assets, public.generation_jobs\n"
        "    to authenticated, service_role;\n"
        "grant select on public.generation_job_summary to authenticated, service_role;",
    ),
    Entry(
        "Row-level security hides rows or refuses a write",
        ("42501",),
        "The row's user_id is not the id of the person who is signed in, or a policy is missing.",
        "Sign in as the owner of the rows. All four policies must filter by auth.uid() = user_id: compare "
        "them with the list.",
        "select policyname, cmd, roles, qual, with_check from pg_policies\n"
        "where schemaname = 'public' and tablename = 'generation_jobs';",
    ),
    Entry(
        "The API does not know the table or the function",
        ("PGRST202", "PGRST203", "PGRST204", "PGRST205", "PGRST200"),
        "The migrations are not applied, or the API still uses the schema from before them.",
        "Apply the migrations. If they are applied, make the API reload the schema.",
        RELOAD_API,
    ),
    Entry(
        "The session or the key is not accepted",
        ("PGRST301", "PGRST303", "401"),
        "The session has ended, or the key belongs to a different project than the URL.",
        "Sign in again. If that does not help, compare SUPABASE_URL and SUPABASE_KEY with the project's API "
        "page.",
    ),
    Entry(
        "The database stops a statement at its time limit",
        ("57014",),
        "Too many rows at once: the API allows a signed-in user eight seconds.",
        "Narrow the choice, for example a shorter age when deleting old jobs; nothing was changed.",
    ),
    Entry(
        "The workflow refuses a change of status",
        ("PT409",),
        "Jobs go from queued to running, and from running to succeeded or failed. Finished jobs stay as they "
        "are.",
        "Reload to see the status that the job has now, and move it with transition_job_status.",
    ),
)

# PostgreSQL prints `ERROR:  42P07: …` where its client asks for codes, as Supabase's SQL editor does; the API
# answers JSON with a `code`. Elsewhere a code counts as a whole word, and a status only after `HTTP`.
_PRINTED = re.compile(r"ERROR:\s*([0-9A-Z]{5}):|\"?code\"?'?\s*[:=]\s*[\"']?([0-9A-Z]{5,8})\b")
_KNOWN = "|".join(code for entry in ENTRIES for code in entry.codes if len(code) >= 5)
_WORD = re.compile(rf"\b({_KNOWN})\b", re.IGNORECASE)
_STATUS = re.compile(r"\bHTTP(?:/[\d.]+)?[ :]+(\d{3})\b", re.IGNORECASE)


def for_code(code: str) -> tuple[Entry, ...]:
    """The entries for this code; none for an unknown code."""
    return tuple(entry for entry in ENTRIES if code in entry.codes)


def for_error(error: ConsoleError) -> tuple[Entry, ...]:
    """The entries for an error that the console met."""
    return for_code(error.code)


def for_text(text: str) -> tuple[Entry, ...]:
    """The entries for what a person pasted from the SQL editor or from an answer of the API, in its order."""
    codes = dict.fromkeys(code for pair in _PRINTED.findall(text) for code in pair if code)
    codes |= dict.fromkeys(code.upper() for code in _WORD.findall(text))
    codes |= dict.fromkeys([*_STATUS.findall(text), text.strip()])
    return tuple(dict.fromkeys(entry for code in codes for entry in for_code(code)))
