from __future__ import annotations

import pytest

from genjobs.setup.facts import Policy
from genjobs.setup.policies import filters_by_caller, keeps_to_own_rows

OWN = "(( SELECT auth.uid() AS uid) = user_id)"


@pytest.mark.parametrize(
    "expression",
    [
        OWN,
        "(auth.uid() = user_id)",
        "(user_id = auth.uid())",
        '("user_id" = auth.uid())',
        "((auth.uid() = user_id) AND (mode = 'a'::text))",
        "((auth.uid())::uuid = (user_id)::uuid)",
        "(public.generation_jobs.user_id = ( SELECT auth.uid() AS uid))",
        "((auth.uid() = user_id) OR ((mode = 'x'::text) AND (auth.uid() = user_id)))",
    ],
)
def test_an_expression_that_keeps_to_the_callers_rows_is_recognised(expression: str) -> None:
    assert filters_by_caller(expression)


@pytest.mark.parametrize(
    "expression",
    [
        None,
        "true",
        "(auth.uid() IS NOT NULL)",
        "(auth.uid() <> user_id)",
        "(auth.uid() = project_id)",
        "(NOT (auth.uid() = user_id))",
        "((auth.uid() = user_id) OR (mode = 'a'::text))",
        "((auth.uid() = user_id) OR true)",
        "((mode = ')'::text) OR ((mode = '('::text) AND (auth.uid() = user_id)))",
        "(mode = 'auth.uid() = user_id'::text)",
        "mode = '(' OR mode = ')' AND auth.uid() = user_id",
        "(EXISTS ( SELECT 1 FROM projects WHERE (projects.user_id = auth.uid())))",
        "(auth.uid() = other.user_id)",
        "",
    ],
)
def test_an_expression_that_lets_others_rows_through_is_not(expression: str | None) -> None:
    assert not filters_by_caller(expression)


@pytest.mark.parametrize(
    ("command", "using", "check", "keeps"),
    [
        ("SELECT", OWN, None, True),
        ("INSERT", None, OWN, True),
        ("INSERT", None, "true", False),
        ("UPDATE", OWN, None, True),
        ("UPDATE", OWN, "true", False),
        ("UPDATE", "true", OWN, False),
        ("DELETE", "true", None, False),
        ("ALL", OWN, None, True),
        ("ALL", OWN, "true", False),
        ("MERGE", OWN, OWN, False),
    ],
)
def test_a_policy_keeps_to_own_rows_when_all_that_it_lets_through_does(
    command: str, using: str | None, check: str | None, keeps: bool
) -> None:
    assert keeps_to_own_rows(Policy("p", command, ("authenticated",), using, check)) is keeps
