"""The guide's verification: what is expected and what was found, compared by meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from genjobs.domain.check import APPLY, REPAIR, Check
from genjobs.setup.facts import Column, Function, SetupFacts
from genjobs.setup.policies import COMMANDS, concerns_api, keeps_to_own_rows


@dataclass(frozen=True)
class _Expected:
    type: str
    nullable: bool
    default: str | None


COLUMNS: dict[str, _Expected] = {
    "id": _Expected("uuid", False, "gen_random_uuid()"),
    "user_id": _Expected("uuid", False, None),
    "project_id": _Expected("uuid", False, None),
    "status": _Expected("text", False, "'queued'"),
    "mode": _Expected("text", False, None),
    "input_asset_id": _Expected("uuid", True, None),
    "error": _Expected("text", True, None),
    "cost_cents": _Expected("integer", False, "0"),
    "created_at": _Expected("timestamp with time zone", False, "now()"),
    "updated_at": _Expected("timestamp with time zone", False, "now()"),
}
INDEXES = {
    "idx_generation_jobs_user_id": "(user_id)",
    "idx_generation_jobs_project_id": "(project_id)",
    "idx_generation_jobs_status": "(status)",
    "idx_generation_jobs_input_asset_id": "(input_asset_id)",
    "idx_generation_jobs_created_at": "(created_at desc)",
    "idx_generation_jobs_user_status": "(user_id, status)",
}
_SAME_DEFAULTS = {"uuid_generate_v4()": "gen_random_uuid()", "current_timestamp": "now()"}
FUNCTIONS = {
    "get_job_statistics": ("p_user_id",),
    "get_recent_jobs": ("p_limit",),
    "transition_job_status": ("p_job_id", "p_new_status", "p_error"),
}
TRIGGER = "update_generation_jobs_updated_at"
SEARCH_PATH = "pg_catalog, pg_temp"


def checks(facts: SetupFacts, known_migrations: Sequence[str]) -> list[Check]:
    """All checks, the guide's first; `known_migrations` are the versions of the files."""
    each: tuple[Callable[[SetupFacts], Check], ...] = (
        _table, _columns, _row_security, _indexes, _policies, _functions, _view, _trigger, _rights,
    )  # fmt: skip
    applied = _migrations(facts, known_migrations)
    fix = REPAIR if applied.ok else APPLY
    return [*(replace(check(facts), fix=fix) for check in each), applied]


def _table(facts: SetupFacts) -> Check:
    found = "it exists" if facts.table_exists else "there is no such table"
    return Check(
        "Table generation_jobs",
        "it exists",
        found,
        facts.table_exists,
        "select to_regclass('public.generation_jobs') is not null as table_exists;",
    )


def _columns(facts: SetupFacts) -> Check:
    found = {column.name: column for column in facts.columns}
    wrong = [name for name, wanted in COLUMNS.items() if name in found and not _same(found[name], wanted)]
    added = found.keys() - COLUMNS.keys()
    needed = [name for name in added if not found[name].nullable and found[name].default is None]
    troubles = _troubles(
        missing=COLUMNS.keys() - found.keys(), different=wrong, no_job_can_be_created_without=needed
    )
    return Check(
        "Columns",
        "the contract's ten columns, with their types and defaults",
        "; ".join(filter(None, [troubles or "all as expected", _troubles(not_ours=added)])),
        not troubles,
        "select column_name, data_type, is_nullable, column_default\n"
        "from information_schema.columns\n"
        "where table_schema = 'public' and table_name = 'generation_jobs'\n"
        "order by ordinal_position;",
    )


def _same(column: Column, wanted: _Expected) -> bool:
    return (column.type, column.nullable, _default(column)) == (wanted.type, wanted.nullable, wanted.default)


def _default(column: Column) -> str | None:
    if column.default is None:
        return None
    plain = column.default.lower().partition("::")[0].removeprefix("extensions.")
    return _SAME_DEFAULTS.get(plain, plain)


def _row_security(facts: SetupFacts) -> Check:
    return Check(
        "Row-level security",
        "on",
        "on" if facts.rls_enabled else "off: anyone who may read the table can read all rows",
        facts.rls_enabled,
        "select relrowsecurity from pg_class where oid = 'public.generation_jobs'::regclass;",
    )


def _indexes(facts: SetupFacts) -> Check:
    found = {index.name: index.definition.lower() for index in facts.indexes}
    wrong = [name for name, key in INDEXES.items() if name in found and not found[name].endswith(key)]
    troubles = _troubles(missing=INDEXES.keys() - found.keys(), different=wrong)
    return Check(
        "Indexes",
        "at least the contract's six indexes, each on its columns",
        troubles or f"{len(found)} indexes, the six among them",
        not troubles,
        "select indexname, indexdef from pg_indexes\n"
        "where schemaname = 'public' and tablename = 'generation_jobs';",
    )


def _policies(facts: SetupFacts) -> Check:
    heard = [policy for policy in facts.policies if concerns_api(policy)]
    covered = {command for policy in heard for command in COMMANDS if policy.command in (command, "ALL")}
    wide = [policy.name for policy in heard if not keeps_to_own_rows(policy)]
    troubles = _troubles(missing=set(COMMANDS) - covered, not_filtered_by_the_caller=wide)
    return Check(
        "Policies",
        "select, insert, update and delete, each filtered by auth.uid() = user_id",
        troubles or f"{len(heard)} policies, all filtered by the caller",
        not troubles,
        "select policyname, cmd, roles, qual, with_check from pg_policies\n"
        "where schemaname = 'public' and tablename = 'generation_jobs';",
    )


def _functions(facts: SetupFacts) -> Check:
    found = {(function.name, _parameters(function)) for function in facts.functions}
    names = {name for name, _ in found}
    wrong = [name for name in FUNCTIONS.items() if name not in found and name[0] in names]
    troubles = _troubles(missing=FUNCTIONS.keys() - names, different=[name for name, _ in wrong])
    return Check(
        "Functions",
        "get_job_statistics, get_recent_jobs, transition_job_status, with the contract's parameters",
        troubles or "all three",
        not troubles,
        "select oid::regprocedure, pg_get_function_arguments(oid) from pg_proc\n"
        "where pronamespace = 'public'::regnamespace and proname in (\n"
        "    'get_job_statistics', 'get_recent_jobs', 'transition_job_status'\n"
        ");",
    )


def _parameters(function: Function) -> tuple[str, ...]:
    return tuple(argument.split()[0] for argument in function.arguments.split(", ") if argument)


def _view(facts: SetupFacts) -> Check:
    found = "there is no such view"
    if facts.view_exists:
        found = "with its caller's rights" if facts.view_security_invoker else "with its owner's rights"
    return Check(
        "View generation_job_summary",
        "it runs with its caller's rights",
        found if not facts.view_exists else f"it runs {found}",
        facts.view_exists and facts.view_security_invoker,
        "select reloptions from pg_class where oid = 'public.generation_job_summary'::regclass;",
    )


def _trigger(facts: SetupFacts) -> Check:
    found = [trigger.definition.lower() for trigger in facts.triggers if trigger.name == TRIGGER]
    ok = bool(found) and "before update" in found[0] and "update_updated_at_column" in found[0]
    return Check(
        "Trigger for updated_at",
        f"{TRIGGER}, before each update",
        "it is there" if ok else "it is missing, disabled or different from the contract's",
        ok,
        "select tgname, tgenabled, pg_get_triggerdef(oid) from pg_trigger\n"
        "where tgrelid = 'public.generation_jobs'::regclass and not tgisinternal;",
    )


def _rights(facts: SetupFacts) -> Check:
    other_path = [one.name for one in facts.functions if one.search_path != SEARCH_PATH]
    other_path += facts.open_functions
    troubles = _troubles(
        other_search_path=other_path,
        owners_rights=[one.name for one in facts.functions if one.security_definer],
        open_to_anon=[one.name for one in facts.functions if one.anon_may_execute],
    )
    fix = " (paste the migrations again)" if other_path else ""
    return Check(
        "Rights of the functions",
        f"the caller's rights, search_path = {SEARCH_PATH}, nothing for anon",
        troubles + fix or "as expected",
        not troubles,
        "select oid::regprocedure, prosecdef, proconfig,\n"
        "    has_function_privilege('anon', oid, 'execute') as anon\n"
        "from pg_proc where pronamespace in ('public'::regnamespace, 'genjobs'::regnamespace);",
    )


def _migrations(facts: SetupFacts, known: Sequence[str]) -> Check:
    missing = [version for version in known if version not in facts.migrations]
    newest = max(known)
    return Check(
        "Migrations",
        f"all {len(known)} files, up to {newest}",
        _troubles(missing=missing) or f"up to {facts.schema_version}",
        not missing,
        "select version from genjobs.schema_versions order by version;",
    )


def _troubles(**named: Iterable[str]) -> str:
    parts = {word.replace("_", " "): sorted(names) for word, names in named.items()}
    return "; ".join(f"{word}: {', '.join(names)}" for word, names in parts.items() if names)
