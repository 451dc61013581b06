"""Who or what costs most, compared with the comparison period, and whose spend changed most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from genjobs.domain.costs import Amounts, Key
from genjobs.domain.percents import relative_change

MOST_MOVERS = 6


@dataclass(frozen=True)
class Ranked:
    """A project, person, mode or status with its amounts; `before` is None where there is no comparison."""

    key: Key
    now: Amounts
    before: Amounts | None = None

    @property
    def change_cents(self) -> int | None:
        """The change of its spend in cents."""
        return None if self.before is None else self.now.cents - self.before.cents

    @property
    def change(self) -> Fraction | None:
        """The relative change of its spend; None if it had no spend before."""
        return None if self.before is None else relative_change(self.before.cents, self.now.cents)


@dataclass(frozen=True)
class Ranking:
    """The largest by spend, and for all keys: their number, their cents now and before, their jobs now."""

    rows: tuple[Ranked, ...]
    keys: int
    cents: int
    cents_before: int | None
    jobs: int

    @property
    def before(self) -> dict[str, Amounts]:
        """The amounts before by key, for keys that had any."""
        return {row.key.key: row.before for row in self.rows if row.before and row.before != Amounts()}

    def share(self, row: Ranked) -> Fraction | None:
        """A row's part of all spend; None without spend."""
        return Fraction(row.now.cents, self.cents) if self.cents else None


@dataclass(frozen=True)
class Movers:
    """Cents before, the change of each name in cents, largest first, and cents now.

    `before`, the changes and `others_cents`, the change of the `others`, add up to `now`.
    """

    before: int
    changes: tuple[tuple[str, int], ...]
    others: int
    others_cents: int
    now: int


def movers(ranking: Ranking, names: Mapping[str, str], most: int = MOST_MOVERS) -> Movers | None:
    """The change of spend by name; None without a comparison.

    `names` are labels by key, no two alike. If more than `most` changed, only the largest are named.
    """
    if ranking.cents_before is None:
        return None
    changed = [(names[row.key.key], row.change_cents or 0) for row in ranking.rows]
    changed = sorted((one for one in changed if one[1]), key=lambda one: (-abs(one[1]), one[0]))
    left_out = ranking.keys - len(ranking.rows)
    shown = changed if len(changed) + left_out <= most else changed[: most - 1]
    rest = ranking.cents - ranking.cents_before - sum(cents for _, cents in shown)
    others = len(changed) - len(shown) + left_out
    return Movers(ranking.cents_before, tuple(shown), others, rest, ranking.cents)
