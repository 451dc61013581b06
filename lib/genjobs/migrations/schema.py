"""The objects of a database's schema, and how they differ from the expected ones."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

# Independent objects; every other object is a part of one of these.
STANDING = ("schema", "type", "sequence", "table", "view", "function")
# Additions to our tables that are not allowed: a policy or a view that reads as its owner opens rows, another
# owner may change everything.
_REFUSED_ADDITIONS = ("policy", "open view", "owner")


@dataclass(frozen=True, order=True)
class Key:
    """Identifies one object. `object` is the independent object with its schema; `part` may be empty.

    Names are quoted for SQL; a function's name has the types of its arguments.
    """

    kind: str
    object: str
    part: str = ""

    def __str__(self) -> str:
        if self.kind in STANDING:
            return f"{self.kind} {self.object}"
        return " ".join(filter(None, (self.kind, self.part, "of", self.object)))


@dataclass(frozen=True)
class SchemaObject:
    """One object of a database. `text` is its definition, or the digest of that.

    `removal` is the statement that drops it, None if it holds data or is not known. `is_ours`: it is in the
    schema genjobs or uses it.
    """

    key: Key
    text: str
    removal: str | None = None
    is_ours: bool = False


class Kind(Enum):
    """How an object differs."""

    MISSING = "missing"
    DIFFERENT = "different"
    EXTRA = "extra"


@dataclass(frozen=True)
class Difference:
    """One object that is not as expected. `fails` is False for a harmless addition.

    `expected` is None for what is extra, `found` for what is missing.
    """

    key: Key
    kind: Kind
    fails: bool
    expected: str | None
    found: SchemaObject | None

    def __str__(self) -> str:
        return str(self.key)


def digest(text: str) -> str:
    """The MD5 of a text as hexadecimal digits, as by PostgreSQL's md5(). Only for comparing texts."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def compare(expected: Mapping[Key, str], found: Iterable[SchemaObject]) -> list[Difference]:
    """Every difference, in the order of `expected`, then what is extra.

    Both sides have texts, or both have digests. Other people's tables and functions are ignored; the parts of
    a missing object are not listed.
    """
    there = {one.key: one for one in found}
    differences = [
        _difference(key, text, there.get(key))
        for key, text in expected.items()
        if (key not in there or there[key].text != text) and _stands(key, expected, there)
    ]
    names = {_name(key) for key in expected if key.kind == "function"}
    extra = [_extra(one, names) for one in _additions(expected, there, names)]
    return [*differences, *sorted(extra, key=lambda one: one.key)]


def failures(differences: Iterable[Difference]) -> list[Difference]:
    """The differences that must be repaired."""
    return [one for one in differences if one.fails]


def _difference(key: Key, text: str, found: SchemaObject | None) -> Difference:
    return Difference(key, Kind.DIFFERENT if found else Kind.MISSING, True, text, found)


def _stands(key: Key, expected: Collection[Key], there: Collection[Key]) -> bool:
    """Whether the object that `key` is a part of exists, or is outside our schema, as auth.users is."""
    if key.kind in STANDING:
        return True
    whole = [one for kind in STANDING if (one := Key(kind, key.object)) in expected]
    return all(one in there for one in whole)


def _extra(one: SchemaObject, names: Collection[str]) -> Difference:
    """An extra object. An old function with one of our names fails: the API cannot choose between the two."""
    is_second = one.key.kind == "trigger" or (one.key.kind == "function" and _name(one.key) in names)
    fails = one.key.kind in _REFUSED_ADDITIONS or (one.is_ours and is_second)
    return Difference(one.key, Kind.EXTRA, fails, None, one)


def _additions(
    expected: Collection[Key], there: Mapping[Key, SchemaObject], names: Collection[str]
) -> Iterator[SchemaObject]:
    objects = {key.object for key in expected}
    for key, one in there.items():
        if key in expected:
            continue
        if key.kind in STANDING:
            concerns_us = one.is_ours or (key.kind == "function" and _name(key) in names)
        else:
            concerns_us = key.object in objects
        if concerns_us:
            yield one


def _name(function: Key) -> str:
    return function.object.partition("(")[0]
