"""Splits an SQL file into statements, so that a failure can be reported with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<blank>\s+ | --[^\n]* | /\*)
    | (?P<end>;)
    | [eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*"
    | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
    | [\w$]+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


@dataclass(frozen=True)
class Statement:
    """One statement without its semicolon, with the comments before it.

    Lines count from 1: `line` is where the text begins, `code_line` where its first word is.
    """

    text: str
    line: int
    code_line: int

    def line_of(self, position: int) -> int:
        """The line in the file of the character at `position` of the text, counted from 1."""
        return self.line + self.text.count("\n", 0, position - 1)


def split(sql: str) -> list[Statement]:
    """The statements of `sql` in order; a file without any has none."""
    return [_statement(sql, *span) for span in _spans(sql)]


def _statement(sql: str, start: int, code: int, end: int) -> Statement:
    start += len(sql[start:end]) - len(sql[start:end].lstrip())
    return Statement(sql[start:end].rstrip(), _line(sql, start), _line(sql, code))


def _line(sql: str, position: int) -> int:
    return sql.count("\n", 0, position) + 1


def _spans(sql: str) -> Iterator[tuple[int, int, int]]:
    """Where each statement starts, where its first word is, and where it ends."""
    position, start, code = 0, 0, None
    while token := _TOKEN.match(sql, position):
        begin, position = token.span()
        if token["end"]:
            if code is not None:
                yield start, code, begin
            start, code = position, None
        elif token["blank"]:
            position = _comment_end(sql, position) if token["blank"] == "/*" else position
        elif code is None:
            code = begin
    if code is not None:
        yield start, code, len(sql)


def _comment_end(sql: str, position: int) -> int:
    depth = 1
    while depth and (edge := _COMMENT_EDGE.search(sql, position)):
        depth += 1 if edge[0] == "/*" else -1
        position = edge.end()
    return len(sql) if depth else position
