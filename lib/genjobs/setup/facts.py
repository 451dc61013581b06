"""What a database reports about its own schema: the answer of `get_console_setup`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from genjobs.domain.rows import Row


@dataclass(frozen=True)
class Column:
    """A column of `generation_jobs`; `default` is the expression as PostgreSQL prints it."""

    name: str
    type: str
    nullable: bool
    default: str | None


@dataclass(frozen=True)
class Definition:
    """An index or a trigger with the statement that creates it."""

    name: str
    definition: str


@dataclass(frozen=True)
class Policy:
    """A row-level security policy; `using` and `check` are expressions as PostgreSQL prints them."""

    name: str
    command: str
    roles: tuple[str, ...]
    using: str | None
    check: str | None


@dataclass(frozen=True)
class Function:
    """A function that clients call; `arguments` as PostgreSQL prints them; `search_path` None if not set."""

    name: str
    arguments: str
    security_definer: bool
    search_path: str | None
    anon_may_execute: bool


@dataclass(frozen=True)
class SetupFacts:
    """Everything that the checks need.

    `open_functions` are functions of the schema genjobs with another search path than ours; an older database
    does not report them.
    """

    server_version: str
    schema_version: str
    migrations: tuple[str, ...]
    table_exists: bool
    rls_enabled: bool
    columns: tuple[Column, ...]
    indexes: tuple[Definition, ...]
    policies: tuple[Policy, ...]
    functions: tuple[Function, ...]
    view_exists: bool
    view_security_invoker: bool
    triggers: tuple[Definition, ...]
    open_functions: tuple[str, ...]

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Read the function's answer. Raises KeyError or TypeError if it has another shape."""
        return cls(
            server_version=row["server_version"],
            schema_version=row["schema_version"],
            migrations=tuple(row["migrations"]),
            table_exists=row["table_exists"],
            rls_enabled=row["rls_enabled"],
            columns=tuple(Column(**column) for column in row["columns"]),
            indexes=tuple(Definition(**index) for index in row["indexes"]),
            policies=tuple(
                Policy(**{**policy, "roles": tuple(policy["roles"])}) for policy in row["policies"]
            ),
            functions=tuple(Function(**function) for function in row["functions"]),
            view_exists=row["view"]["exists"],
            view_security_invoker=row["view"]["security_invoker"],
            triggers=tuple(Definition(**trigger) for trigger in row["triggers"]),
            open_functions=tuple(row.get("open_functions", ())),
        )
