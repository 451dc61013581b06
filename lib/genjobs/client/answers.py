"""The API's answers, checked before anything is read from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from genjobs.client.refusals import NOT_KNOWN
from genjobs.client.steps import Request
from genjobs.domain.errors import InvalidInput, SchemaBehind, SettingsError, UnexpectedError
from genjobs.domain.inputs import check_uuid
from genjobs.domain.rows import Row, parse_time
from genjobs.domain.workflow import Status

UNREADABLE = "unreadable_answer"
"""The code of the error for an answer that is not the API's, such as a web page."""
_READERS: dict[str, Callable[[Any], object]] = {
    "status": Status,
    "newest_status": Status,
    "old_status": lambda value: value is None or Status(value),
    "new_status": lambda value: value is None or Status(value),
    "at": parse_time,
    "created_at": parse_time,
    "updated_at": parse_time,
    "due_at": lambda value: value is None or parse_time(value),
}
"""How the values are read of which not every one can be read. Columns of the same name are read alike."""


@dataclass(frozen=True)
class Answer:
    """The API's answer to a request, and whether the request was sent more than once."""

    request: Request
    body: Any
    was_repeated: bool

    @classmethod
    def of(cls, request: Request, response: httpx.Response, *, was_repeated: bool) -> Answer:
        """The answer in a response, whose body is text if it is not JSON."""
        try:
            return cls(request, response.json(), was_repeated)
        except ValueError:
            return cls(request, response.text, was_repeated)

    @property
    def rows(self) -> list[Row]:
        """The body as rows that have the columns of the request, with readable values.

        Raises SettingsError if it is something else, such as a web page; SchemaBehind if a column is missing;
        UnexpectedError if a value cannot be read.
        """
        if not isinstance(self.body, list) or not all(isinstance(row, dict) for row in self.body):
            raise self._unusable("rows were")
        for row in self.body:
            self._check(row)
        return self.body

    @property
    def id(self) -> str:
        """The body as an id. Raises SettingsError if it is something else."""
        try:
            return check_uuid("the answer", self.body)
        except InvalidInput as error:
            raise self._unusable("an id was") from error

    def _check(self, row: Row) -> None:
        for column in self.request.columns:
            if column not in row:
                raise SchemaBehind(
                    f"Could not {self.request.task}: the answer has no column {column}.{self._doubt}",
                    hint="Apply the migrations: genjobs migrate --database-url …",
                )
            if reader := _READERS.get(column):
                self._try(reader, column, row[column])

    def _try(self, reader: Callable[[Any], object], column: str, value: object) -> None:
        try:
            reader(value)
        except (ValueError, TypeError, AttributeError) as error:
            raise UnexpectedError(
                f"Could not {self.request.task}: {column} cannot be {value!r}.{self._doubt}",
                hint="The database may be newer: update genjobs.",
            ) from error

    def _unusable(self, expected: str) -> SettingsError:
        return SettingsError(
            f"The API answered {type(self.body).__name__} where {expected} expected.{self._doubt}",
            hint="Check the url, which is https://<project>.supabase.co.",
            code=UNREADABLE,
        )

    @property
    def _doubt(self) -> str:
        return "" if self.request.effect == "read" else f" {NOT_KNOWN}"
