from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.costs import Slice
from lib.domain.waterfall import Waterfall, waterfall, whole_cents
from lib.domain.workflow import Status

DONE, FAILED = Status.SUCCEEDED, Status.FAILED
slices = st.lists(
    st.builds(
        lambda mode, status, jobs, cents: Slice(mode, status, jobs, cents if jobs else 0),
        st.sampled_from(["main_white", "lifestyle", "packaging"]),
        st.sampled_from(list(Status)),
        st.integers(0, 10**6),
        st.integers(0, 10**12),
    ),
    max_size=12,
)


def between(found: Waterfall) -> list[int]:
    return [found.volume, found.mix, found.unit_cost, found.failures]


@given(slices, slices)
def test_the_parts_add_up_to_the_cent(before: list[Slice], now: list[Slice]) -> None:
    found = waterfall(before, now)
    assert found.before == sum(one.cents for one in before)
    assert found.now == sum(one.cents for one in now)
    assert found.before + sum(between(found)) == found.now


@given(slices)
def test_nothing_changed_means_no_part_at_all(same: list[Slice]) -> None:
    assert between(waterfall(same, same)) == [0, 0, 0, 0]


@given(slices, st.integers(2, 9))
def test_more_of_the_same_is_volume_alone(before: list[Slice], times: int) -> None:
    if not any(one.jobs for one in before if one.status is not FAILED):
        return
    now = [Slice(one.mode, one.status, one.jobs * times, one.cents * times) for one in before]
    found = waterfall(before, now)
    assert between(found) == [found.now - found.before, 0, 0, 0]


def test_a_shift_to_a_dearer_mode_is_mix() -> None:
    before = [Slice("cheap", DONE, 50, 500), Slice("dear", DONE, 50, 2000)]
    now = [Slice("cheap", DONE, 20, 200), Slice("dear", DONE, 80, 3200)]
    assert between(waterfall(before, now)) == [0, 900, 0, 0]


def test_a_dearer_mode_is_unit_cost() -> None:
    before, now = [Slice("one", DONE, 10, 100)], [Slice("one", DONE, 10, 150)]
    assert between(waterfall(before, now)) == [0, 0, 50, 0]


def test_more_waste_for_as_many_kept_jobs_is_failures() -> None:
    before = [Slice("one", DONE, 10, 100), Slice("one", FAILED, 1, 10)]
    now = [Slice("one", DONE, 10, 100), Slice("one", FAILED, 4, 40)]
    assert between(waterfall(before, now)) == [0, 0, 0, 30]


def test_a_new_mode_counts_as_mix_at_what_it_costs() -> None:
    before = [Slice("old", DONE, 10, 100)]
    now = [Slice("old", DONE, 5, 50), Slice("new", DONE, 5, 500)]
    assert between(waterfall(before, now)) == [0, 450, 0, 0]


def test_all_the_factors_at_once() -> None:
    before = [Slice("a", DONE, 6, 60), Slice("b", DONE, 4, 80), Slice("a", FAILED, 2, 20)]
    now = [Slice("a", DONE, 4, 48), Slice("b", DONE, 16, 320), Slice("b", FAILED, 5, 100)]
    assert between(waterfall(before, now)) == [160, 80, 8, 60]


def test_without_a_base_kept_jobs_are_volume_and_waste_is_failures() -> None:
    now = [Slice("one", DONE, 3, 30), Slice("one", FAILED, 1, 7)]
    assert between(waterfall([], now)) == [30, 0, 0, 7]
    assert between(waterfall([Slice("one", FAILED, 1, 4)], now)) == [30, 0, 0, 3]


def test_when_nothing_is_kept_all_of_before_goes_by_volume() -> None:
    before = [Slice("one", DONE, 3, 30), Slice("one", FAILED, 1, 7)]
    assert between(waterfall(before, [Slice("one", FAILED, 2, 9)])) == [-37, 0, 0, 9]


@given(st.lists(st.fractions(-(10**6), 10**6, max_denominator=97), min_size=1, max_size=6))
def test_rounding_moves_no_part_by_a_cent_or_more(parts: list[Fraction]) -> None:
    total = round(sum(parts))
    last = parts[-1] + total - sum(parts)
    exact = [*parts[:-1], last]
    found = whole_cents(exact, total)
    assert sum(found) == total
    assert all(abs(one - part) < 1 for one, part in zip(found, exact, strict=True))


def test_the_largest_remainder_gets_the_cent() -> None:
    assert whole_cents([Fraction(1, 3), Fraction(2, 3), Fraction(0)], 1) == [0, 1, 0]
