"""An SQL file is taken apart as PostgreSQL itself would, and each statement knows its lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjobs.migrations import available
from genjobs.migrations.statements import split

WHOLE = [
    "select 1",
    "select ';'",
    "select 'it''s; fine'",
    r"select E'it\'s; fine'",
    'select ";" from "a"";b"',
    "select $$;$$",
    "do $body$ begin perform $$;$$; end $body$",
    "create function f() returns int language sql as $f$ select 1; $f$",
    "select 1 -- not the end; here",
    "select /* nor; /* nested; */ here; */ 1",
    "select $1",
    "select a$b$c, 1",
    "insert into t values (1, '--', '/*')",
]


@pytest.mark.parametrize("text", WHOLE)
def test_a_semicolon_inside_ends_nothing(text: str) -> None:
    assert [statement.text for statement in split(f"{text}\n;")] == [text]


@given(st.lists(st.sampled_from(WHOLE)), st.sampled_from([";\n", "\n;\n\n", ";", " ; ;;\n"]))
def test_what_is_joined_is_taken_apart(texts: list[str], end: str) -> None:
    joined = "".join(f"{text}\n{end}" for text in texts)
    assert [statement.text for statement in split(joined)] == texts


@given(st.text(alphabet="ab'\"$;-/*\n \\e"))
def test_any_text_is_read_to_its_end(text: str) -> None:
    statements = split(text)
    assert all(statement.text and statement.code_line >= statement.line >= 1 for statement in statements)


def test_comments_stay_with_the_statement_that_they_explain() -> None:
    [first, second] = split("-- why\nselect 1;\n\n/* and\nwhy */\nselect 2\n;\n-- the end\n")
    assert (first.text, first.line, first.code_line) == ("-- why\nselect 1", 1, 2)
    assert (second.text, second.line, second.code_line) == ("/* and\nwhy */\nselect 2", 4, 6)


def test_a_position_becomes_a_line() -> None:
    [statement] = split("\n\nselect\n  nothing\nfrom here;")
    assert [statement.line_of(position) for position in (1, 10, len(statement.text))] == [3, 4, 5]


def test_nothing_but_comments_is_no_statement() -> None:
    assert split("-- only\n/* words */\n;;") == []


def test_no_word_of_our_own_files_is_lost() -> None:
    for migration in available():
        statements = split(migration.sql)
        assert "".join("".join(statement.text.split()) + ";" for statement in statements) == "".join(
            migration.sql.split()
        )
