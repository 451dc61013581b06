"""Why spend changed from one period to the next, in four parts that add up to the cent.

A job is *kept* unless it failed; the cost of failed jobs is waste. With g kept jobs, s a mode's part of them,
u the cents per kept job of that mode, and w the cents of waste per kept job, the spend is

    C = g · (Σ s·u + w)

and each part changes one factor after the other, from the old value (0) to the new one (1):

    volume    (g1 − g0) · C0 / g0         as if only the number of kept jobs had changed
    mix       g1 · Σ (s1 − s0) · u0       other modes; one that is new counts at its new cost
    unit cost g1 · Σ s1 · (u1 − u0)       the same mode became dearer or cheaper
    failures  W1 − g1 · W0 / g0           more or less waste than before for as many kept jobs

If there were no kept jobs before, the cost of those now is volume, and the change of waste is failures. The
parts are exact fractions; rounding gives the remaining cents to the parts that lost the most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from genjobs.domain.costs import Amounts


@dataclass(frozen=True)
class Waterfall:
    """Cents before and now; before + volume + mix + unit_cost + failures = now."""

    before: int
    volume: int
    mix: int
    unit_cost: int
    failures: int
    now: int


@dataclass(frozen=True)
class _Side:
    """One period: kept jobs and their cents by mode, and the cents of waste."""

    jobs: Mapping[str, int]
    cents: Mapping[str, int]
    waste: int

    @property
    def kept(self) -> int:
        return sum(self.jobs.values())

    @property
    def total(self) -> int:
        return sum(self.cents.values()) + self.waste

    def part(self, mode: str) -> Fraction:
        return Fraction(self.jobs.get(mode, 0), self.kept) if self.kept else Fraction()

    def unit(self, mode: str) -> Fraction | None:
        jobs = self.jobs.get(mode, 0)
        return Fraction(self.cents[mode], jobs) if jobs else None


def waterfall(before: Mapping[str, Amounts], now: Mapping[str, Amounts]) -> Waterfall:
    """Explain the change of spend between two periods, each given by its amounts by mode."""
    old, new = _side(before), _side(now)
    volume, mix, unit_cost, failures = whole_cents(_parts(old, new), new.total - old.total)
    return Waterfall(old.total, volume, mix, unit_cost, failures, new.total)


def whole_cents(parts: Sequence[Fraction], total: int) -> list[int]:
    """`parts`, whose sum is `total`, rounded so that they still add up to it; the first wins a tie."""
    found = [floor(part) for part in parts]
    by_loss = sorted(range(len(parts)), key=lambda place: found[place] - parts[place])
    for place in by_loss[: total - sum(found)]:
        found[place] += 1
    return found


def _side(modes: Mapping[str, Amounts]) -> _Side:
    return _Side(
        jobs={mode: one.jobs - one.ever_failed_jobs for mode, one in modes.items()},
        cents={mode: one.cents - one.wasted_cents for mode, one in modes.items()},
        waste=sum(one.wasted_cents for one in modes.values()),
    )


def _parts(old: _Side, new: _Side) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    if not old.kept:
        return Fraction(sum(new.cents.values())), Fraction(), Fraction(), Fraction(new.waste - old.waste)
    modes = sorted({*old.jobs, *new.jobs})
    volume = Fraction((new.kept - old.kept) * old.total, old.kept)
    mix = new.kept * sum((_mix(old, new, mode) for mode in modes), Fraction())
    unit_cost = new.kept * sum((_dearer(old, new, mode) for mode in modes), Fraction())
    return volume, mix, unit_cost, new.waste - Fraction(new.kept * old.waste, old.kept)


def _mix(old: _Side, new: _Side, mode: str) -> Fraction:
    unit = old.unit(mode)
    return (new.part(mode) - old.part(mode)) * (unit if unit is not None else new.unit(mode) or 0)


def _dearer(old: _Side, new: _Side, mode: str) -> Fraction:
    was, now = old.unit(mode), new.unit(mode)
    return new.part(mode) * (now - was) if was is not None and now is not None else Fraction()
