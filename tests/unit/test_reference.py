"""docs/GENERATION_JOBS_SCHEMA.md leaves nothing out, and agrees with the schema and the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from genjobs import migrations
from genjobs.data.transport.error_codes import CODES
from genjobs.domain.workflow import MOVES
from genjobs.migrations import reference
from genjobs.migrations.schema import Key
from genjobs.worker.metrics import Metrics
from tests.documents import GUIDE, REFERENCE, examples

TEXT = REFERENCE.read_text("utf-8")
SCHEMA = migrations.expected_schema()
STATES, _, RELATIONS, _ = (example.text for example in examples(REFERENCE, "mermaid"))


def public(kind: str) -> set[str]:
    """The names of what the API serves."""
    keys = [key for key in SCHEMA if key.kind == kind and key.object.startswith("public.")]
    return {key.object.removeprefix("public.").partition("(")[0] for key in keys}


@pytest.mark.parametrize("kind", ["table", "view", "function"])
def test_each_has_a_section_with_an_example(kind: str) -> None:
    shown = {example.title for example in examples(REFERENCE, "sql")}
    assert public(kind) - shown == set(), "write a section ### `name` with an example in sql"


@pytest.mark.parametrize("kind", ["table", "function"])
def test_each_has_its_generated_part(kind: str) -> None:
    sections = re.findall(r"^### `(\w+)`\n(.*?)(?=^##)", TEXT, re.MULTILINE | re.DOTALL)
    made = {name for name, text in sections if f"<!-- {kind} {name} -->\n" in text}
    assert made == public(kind)


@pytest.mark.parametrize("document", [REFERENCE, GUIDE], ids=lambda path: path.name)
def test_the_generated_parts_are_what_the_schema_says(document: Path) -> None:
    text = document.read_text("utf-8")
    assert reference.fill(text, SCHEMA) == text, "Run: genjobs schema"


def test_what_the_schema_says_is_read() -> None:
    """Odd things, which no migration has yet."""
    schema = {
        Key("table", "public.t"): "CREATE TABLE public.t",
        Key("column", "public.t", "a"): "numeric(4,1)[] DEFAULT '{0.5}'::numeric(4,1)[]",
        Key("column", "public.t", "b"): "bigint GENERATED ALWAYS AS IDENTITY NOT NULL",
        Key("grants", "public.t"): "GRANT UPDATE, SELECT ON TABLE public.t TO authenticated;",
        Key("function", "public.f(text)"): (
            "CREATE OR REPLACE FUNCTION public.f"
            "(p_a text DEFAULT 'A, B'::text, p_b timestamp with time zone[])\n"
            " RETURNS TABLE(a text, b uuid)\n LANGUAGE sql"
        ),
        Key("grants", "public.f(text)"): "REVOKE ALL ON FUNCTION public.f(text) FROM PUBLIC;",
    }
    told = reference.fill("<!-- table t -->\n<!-- end -->\n<!-- function f -->\n<!-- end -->", schema)
    assert "| `a` | numeric(4,1)[] | `'{0.5}'` | yes |\n| `b` | bigint |  |  |\n" in told
    assert "`authenticated` may read, change.\n<!-- end -->" in told
    assert (
        "f(\n    p_a text default 'A, B',\n    p_b timestamptz[]\n) returns table (\n    a text, b uuid\n)\n"
        in told
    )
    assert "Called by triggers alone." in told
    with pytest.raises(KeyError):
        reference.fill("<!-- table gone -->\n<!-- end -->", schema)


def test_no_diagram_has_a_semicolon() -> None:
    """Mermaid ends a statement there, in the midst of a message too, and shows an error in its place."""
    assert [example.title for example in examples(REFERENCE, "mermaid") if ";" in example.text] == []


@pytest.mark.parametrize("document", [REFERENCE, GUIDE], ids=lambda path: path.name)
def test_no_example_is_passed_over(document: Path) -> None:
    text = document.read_text("utf-8")
    for language in ("sql", "mermaid"):
        assert len(examples(document, language)) == text.count(f"```{language}\n")


def test_the_diagram_of_states_is_the_workflow() -> None:
    drawn = re.findall(r"(\w+) --> (\w+)", STATES)
    assert drawn == [(str(old), str(new)) for old, targets in MOVES.items() for new in targets]


def test_the_diagram_of_relations_has_every_foreign_key() -> None:
    lines = re.findall(r"^    (\w+) \S+--\S+ (\w+) :", RELATIONS, re.MULTILINE)
    keys = [
        (found[1], key.object.removeprefix("public."))
        for key, text in SCHEMA.items()
        if key.object.startswith("public.") and (found := re.search(r"REFERENCES \w+\.(\w+)\(", text))
    ]
    assert sorted(lines) == sorted(keys)


def test_errors_are_those_that_the_codes_become() -> None:
    section = TEXT.partition("\n## Errors\n")[2].partition("\n## ")[0]
    told = [(cells[1], cells[-2]) for line in section.splitlines() if len(cells := line.split("|")) == 6]
    codes = {code: error.strip(" `") for names, error in told[2:] for code in re.findall(r"`(\w+)`", names)}
    assert codes == {code: CODES[code].error.__name__ for code in codes}
    raised = set(re.findall(r"errcode = '(PT\d+)'", "".join(SCHEMA.values())))
    assert raised <= set(codes)


def test_metrics_are_those_that_a_worker_answers() -> None:
    answered = generate_latest(Metrics().registry).decode()
    told = set(re.findall(r"\bgenjobs_\w+", TEXT))
    assert told == {
        name.removesuffix("_created")
        for name in re.findall(r"^# TYPE (\w+)", answered, re.MULTILINE)
        if not name.endswith("_created")
    }


@pytest.mark.parametrize("document", [REFERENCE, GUIDE], ids=lambda path: path.name)
def test_links_lead_to_headings(document: Path) -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", document.read_text("utf-8"))
    assert linked
    for target, anchor in linked:
        text = (document.parent / target if target else document).read_text("utf-8")
        headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        assert anchor in [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]
