"""Ways to damage each object of the schema, found in the catalogue, so that new objects are damaged too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from genjobs.migrations.schema import Key

ROLES = ("anon", "authenticated", "service_role")
SOME_VALUES = {"uuid": "gen_random_uuid()", "text": "'x'", "integer": "7", "bigint": "7", "boolean": "true"}
Schema = Mapping[Key, str]


@dataclass(frozen=True)
class Damage:
    """Statements for a superuser, and all the objects that are then not as they were.

    Damages of one `batch` can be done one after the other.
    """

    name: str
    batch: str
    sql: str
    harmed: frozenset[Key]


def damages(schema: Schema) -> Iterator[Damage]:
    """Each object of the kinds below, taken away and changed."""
    for key, text in schema.items():
        for how, sql in DAMAGES[key.kind](key, text) if key.kind in DAMAGES else ():
            harmed = frozenset({key, *_dependents(how, key, schema)})
            yield Damage(f"{how} {key}", f"{how.split()[0]} {_sort(key, text)}", sql, harmed)


def _sort(key: Key, text: str) -> str:
    """The kind, and for a constraint which."""
    words = re.search(r"PRIMARY|FOREIGN|CHECK|UNIQUE", text) if key.kind == "constraint" else None
    return f"{words[0].lower()} constraint" if words else key.kind


def _dependents(how: str, key: Key, schema: Schema) -> Iterator[Key]:
    """What goes with it by `cascade`: the triggers of a function, the foreign keys that point to a key."""
    if how == "drop" and key.kind == "function":
        name = key.object.partition("(")[0]
        yield from (one for one, text in schema.items() if one.kind == "trigger" and f" {name}(" in text)
    if key.kind == "constraint" and "PRIMARY KEY" in schema[key]:
        points_here = f"REFERENCES {key.object}("
        yield from (one for one, text in schema.items() if one.kind == "constraint" and points_here in text)


def _trigger(key: Key, text: str) -> list[tuple[str, str]]:
    drop = ("drop", f"drop trigger {key.part} on {key.object}")
    if "INSTEAD OF" in text:
        return [drop, ("change", text.replace("INSERT OR DELETE OR UPDATE", "INSERT"))]
    changed = re.sub(r"(?<=FOR EACH ).*?(?=\n)", "STATEMENT", text)
    if changed == text:
        changed = re.sub(r"(?<= TABLE AS )\w+", "others", text).replace("BEFORE", "AFTER")
    return [
        drop,
        ("disable", f"alter table {key.object} disable trigger {key.part}"),
        ("change", changed),
    ]


def _function(key: Key, text: str) -> list[tuple[str, str]]:
    head, tag, _ = text.partition("AS $function$")
    body = (
        "\nbegin\n    raise exception 'gutted';\nend\n"
        if "LANGUAGE plpgsql" in head
        else "\n    select null\n"
    )
    return [
        ("drop", f"drop function {key.object} cascade"),
        ("gut", f"set local check_function_bodies = off; {head}{tag}{body}$function$"),
    ]


def _policy(key: Key, text: str) -> list[tuple[str, str]]:
    clause = "using (true)" if "USING" in text else "with check (true)"
    return [
        ("drop", f"drop policy {key.part} on {key.object}"),
        ("open", f"alter policy {key.part} on {key.object} {clause}"),
    ]


def _grants(key: Key, text: str) -> Iterator[tuple[str, str]]:
    revoke, *grants = text.splitlines()
    phrase = revoke.removeprefix("REVOKE ALL ON ").partition(" FROM ")[0]
    yield "grant to anon", f"grant all on {phrase} to anon"
    for grant in grants:
        given, _, roles = grant.removeprefix("GRANT ").removesuffix(";").partition(f" ON {phrase} TO ")
        for role in roles.split(", "):
            for privilege in re.split(r", (?![^(]*\))", given):
                yield f"revoke {privilege} from {role}", f"revoke {privilege} on {phrase} from {role}"


def _constraint(key: Key, text: str) -> list[tuple[str, str]]:
    drop = f"alter table {key.object} drop constraint if exists {key.part} cascade"
    changed = re.sub(r" ON (DELETE|UPDATE) \w+( NULL)?|(?<=CHECK ).*", "", text).replace(
        "CHECK ", "CHECK (true)"
    )
    if changed == text or changed == text.rstrip(";"):
        changed = text.replace(";", " DEFERRABLE;")
    return [("drop", drop), ("change", f"{drop}; {changed}")]


def _index(key: Key, text: str) -> list[tuple[str, str]]:
    drop = f"drop index {key.object.partition('.')[0]}.{key.part}"
    other = text.removesuffix(";").partition(" WHERE ")[0] + " WHERE false"
    return [
        ("drop", drop),
        ("change", f"{drop}; {other}"),
        (
            "invalidate",
            f"update pg_index set indisvalid = false where indexrelid = '{drop.split()[-1]}'::regclass",
        ),
    ]


def _column(key: Key, text: str) -> list[tuple[str, str]]:
    alter = f"alter table {key.object} alter column {key.part}"
    if " DEFAULT " in text:
        return [("default", f"{alter} drop default")]
    value = SOME_VALUES.get(text.removesuffix(" NOT NULL"))
    return [("default", f"{alter} set default {value}")] if value else []


def _statistics(key: Key, _: str) -> list[tuple[str, str]]:
    alter = f"alter table {key.object} alter column {key.part}"
    return [("default", f"{alter} set statistics -1"), ("change", f"{alter} set statistics 50")]


def _row_security(key: Key, text: str) -> list[tuple[str, str]]:
    verb = "disable" if " ENABLE " in text else "enable"
    return [
        (verb, f"alter table {key.object} {verb} row level security"),
        ("force", f"alter table {key.object} force row level security"),
    ]


def _view(key: Key, _: str) -> list[tuple[str, str]]:
    return [
        ("drop", f"drop view {key.object}"),
        ("reset", f"alter view {key.object} reset (security_invoker)"),
    ]


DAMAGES: dict[str, Callable[[Key, str], list[tuple[str, str]] | Iterator[tuple[str, str]]]] = {
    "trigger": _trigger,
    "function": _function,
    "policy": _policy,
    "grants": _grants,
    "constraint": _constraint,
    "index": _index,
    "column": _column,
    "statistics": _statistics,
    "row security": _row_security,
    "view": _view,
}
