"""Takes an SQL file apart into its statements, so that a failure can be told by its line."""

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
    """One statement without its semicolon; `line` is where it begins, counted from 1."""

    text: str
    line: int


def split(sql: str) -> list[Statement]:
    """The statements of `sql` in order; comments before a statement are left out, those inside are kept."""
    return [Statement(sql[start:end].rstrip(), sql.count("\n", 0, start) + 1) for start, end in _spans(sql)]


def _spans(sql: str) -> Iterator[tuple[int, int]]:
    position, start = 0, None
    while token := _TOKEN.match(sql, position):
        begin, position = token.span()
        if token["end"]:
            if start is not None:
                yield start, begin
            start = None
        elif token["blank"]:
            position = _comment_end(sql, position) if token["blank"] == "/*" else position
        elif start is None:
            start = begin
    if start is not None:
        yield start, len(sql)


def _comment_end(sql: str, position: int) -> int:
    depth = 1
    while depth and (edge := _COMMENT_EDGE.search(sql, position)):
        depth += 1 if edge[0] == "/*" else -1
        position = edge.end()
    return len(sql) if depth else position
