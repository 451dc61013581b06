"""The objects of a database's schema, and how those that it has differ from those that it must have."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

# What stands for itself; everything else is a part of one of these.
STANDING = ("schema", "type", "sequence", "table", "view", "function")
# What somebody else may not add to a table of ours: a policy opens rows, another owner may change everything.
_REFUSED_ADDITIONS = ("policy", "owner")


@dataclass(frozen=True, order=True)
class Key:
    """Names one object. `object` is what stands for itself, with its schema; `part` is empty for all of it.

    Names are quoted as SQL wants them; a function's has the types of its arguments.
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
    """One object of a database. `text` is what makes it, or the digest of that.

    `removal` is the statement that takes it away, None where it holds data or nobody said. `is_ours`: it
    stands in the schema genjobs or uses that.
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
    """One object that is not as expected. `fails` is False for an addition that does no harm.

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
    """The MD5 of a text as hexadecimal digits, as PostgreSQL's md5() says it. It only tells texts apart."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def compare(expected: Mapping[Key, str], found: Iterable[SchemaObject]) -> list[Difference]:
    """Every difference, in the order of `expected`, then what is extra.

    Texts or digests stand on both sides alike. Other people's tables and functions are nobody's concern;
    what is missing is not named again for each of its parts.
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
    """Those that must be put right."""
    return [one for one in differences if one.fails]


def _difference(key: Key, text: str, found: SchemaObject | None) -> Difference:
    return Difference(key, Kind.DIFFERENT if found else Kind.MISSING, True, text, found)


def _stands(key: Key, expected: Collection[Key], there: Collection[Key]) -> bool:
    """Whether what `key` is a part of is there, or stands elsewhere, as auth.users does."""
    if key.kind in STANDING:
        return True
    whole = [one for kind in STANDING if (one := Key(kind, key.object)) in expected]
    return all(one in there for one in whole)


def _extra(one: SchemaObject, names: Collection[str]) -> Difference:
    """A function of an earlier edition beside ours of that name leaves the API no choice between them."""
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
