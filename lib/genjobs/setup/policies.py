"""Whether a policy keeps people to their own rows, however PostgreSQL prints its expression."""

from __future__ import annotations

import re

from genjobs.setup.facts import Policy

COMMANDS = ("SELECT", "INSERT", "UPDATE", "DELETE")
API_ROLES = frozenset({"public", "authenticated", "anon"})

_CALLER = re.compile(r"\( ?select auth\.uid\(\)(?: as \w+)? ?\)|auth\.uid\(\)")
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_OWN_ROW = frozenset({"caller = user_id", "user_id = caller"})


def filters_by_caller(expression: str | None) -> bool:
    """Whether every row that passes belongs to `auth.uid()`: each `or` branch must compare the two."""
    if expression is None:
        return False
    text = " ".join(_LITERAL.sub("''", expression).lower().replace('"', "").split())
    text = re.sub(r"\b(?:public\.)?generation_jobs\.", "", _CALLER.sub("caller", text))
    return _keeps(re.sub(r"::uuid\b", "", text))


def _keeps(text: str) -> bool:
    text = _bare(text)
    alternatives = _split(text, " or ")
    if len(alternatives) > 1:
        return all(_keeps(part) for part in alternatives)
    conditions = _split(text, " and ")
    if len(conditions) > 1:
        return any(_keeps(part) for part in conditions)
    return " = ".join(_bare(side) for side in text.split(" = ")) in _OWN_ROW


def _split(text: str, word: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and text.startswith(word, place):
            parts.append(text[start:place])
            start = place + len(word)
    return [*parts, text[start:]]


def _bare(text: str) -> str:
    text = text.strip()
    while text.startswith("(") and text.endswith(")") and _closes_at_the_end(text):
        text = text[1:-1].strip()
    return text


def _closes_at_the_end(text: str) -> bool:
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return place == len(text) - 1
    return False


def keeps_to_own_rows(policy: Policy) -> bool:
    """Whether the policy lets through only the caller's own rows, for reading and for writing."""
    expressions = {
        "SELECT": [policy.using],
        "DELETE": [policy.using],
        "INSERT": [policy.check],
        "UPDATE": [policy.using, policy.check or policy.using],
        "ALL": [policy.using, policy.check or policy.using],
    }
    return all(filters_by_caller(expression) for expression in expressions.get(policy.command, [None]))


def concerns_api(policy: Policy) -> bool:
    """Whether the policy applies to a role that uses the API."""
    return bool(API_ROLES.intersection(policy.roles))
