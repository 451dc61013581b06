"""Prints differences from the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from genjobs.migrations.schema import Difference, Kind, failures

Say = Callable[[str], None]
_LONGEST = 140
ADVICE = {
    "open view": "It reads as its owner, past the policies, and shows the same to everyone: set"
    " security_invoker on it, or revoke it from anon and authenticated.",
    "filtered view": "It reads as its owner, past the policies: see that it shows only the caller's rows.",
    "open function": "It runs as its owner, past the policies: see that it returns only the caller's rows.",
}
"""What to do about additions of others, by the kind of their key."""


def tell(differences: Sequence[Difference], say: Say, *, details: bool = True) -> int:
    """Print each difference; returns how many must be repaired.

    `details` shows the first line that differs; turn it off if the texts are digests.
    """
    for one in differences:
        word = one.kind.value.upper() if one.fails else "note"
        say(f"  {word:<9} {one}" + ("" if one.fails else " is not ours"))
        if advice := ADVICE.get(one.key.kind):
            say(f"            {advice}")
        if details and one.kind is Kind.DIFFERENT:
            for line in _first_difference(one):
                say(f"            {line}")
    return len(failures(differences))


def _first_difference(one: Difference) -> Iterator[str]:
    sides = ((one.expected or "").splitlines(), (one.found.text if one.found else "").splitlines())
    for number in range(max(map(len, sides))):
        expected, found = ("".join(side[number : number + 1]).strip() for side in sides)
        if expected != found:
            yield f"expected: {_short(expected)}"
            yield f"found:    {_short(found)}"
            return


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
