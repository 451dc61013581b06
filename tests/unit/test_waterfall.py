from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from genjobs.domain.costs import Amounts
from genjobs.domain.waterfall import Waterfall, waterfall, whole_cents

Modes = dict[str, Amounts]


def made(kept: tuple[int, int], failed: tuple[int, int] = (0, 0)) -> Amounts:
    """Kept jobs with their cents, and failed ones with theirs."""
    return Amounts(
        jobs=kept[0] + failed[0],
        cents=kept[1] + failed[1],
        ever_failed_jobs=failed[0],
        ever_failed_cents=failed[1],
    )


several = st.tuples(st.integers(1, 10**6), st.integers(0, 10**12)) | st.just((0, 0))
modes = st.dictionaries(
    st.sampled_from(["main_white", "lifestyle", "packaging"]), st.builds(made, several, several)
)


def between(found: Waterfall) -> list[int]:
    return [found.volume, found.mix, found.unit_cost, found.failures]


@given(modes, modes)
def test_the_parts_add_up_to_the_cent(before: Modes, now: Modes) -> None:
    found = waterfall(before, now)
    assert found.before == sum(one.cents for one in before.values())
    assert found.now == sum(one.cents for one in now.values())
    assert found.before + sum(between(found)) == found.now


@given(modes)
def test_nothing_changed_means_no_part_at_all(same: Modes) -> None:
    assert between(waterfall(same, same)) == [0, 0, 0, 0]


@given(modes, st.integers(2, 9))
def test_more_of_the_same_is_volume_alone(before: Modes, times: int) -> None:
    if all(one.jobs == one.ever_failed_jobs for one in before.values()):
        return
    now = {mode: sum([one] * times, Amounts()) for mode, one in before.items()}
    found = waterfall(before, now)
    assert between(found) == [found.now - found.before, 0, 0, 0]


def test_a_shift_to_a_dearer_mode_is_mix() -> None:
    before = {"cheap": made((50, 500)), "dear": made((50, 2000))}
    now = {"cheap": made((20, 200)), "dear": made((80, 3200))}
    assert between(waterfall(before, now)) == [0, 900, 0, 0]


def test_a_dearer_mode_is_unit_cost() -> None:
    before, now = {"one": made((10, 100))}, {"one": made((10, 150))}
    assert between(waterfall(before, now)) == [0, 0, 50, 0]


def test_more_waste_for_as_many_kept_jobs_is_failures() -> None:
    before = {"one": made((10, 100), (1, 10))}
    now = {"one": made((10, 100), (4, 40))}
    assert between(waterfall(before, now)) == [0, 0, 0, 30]


def test_a_new_mode_counts_as_mix_at_what_it_costs() -> None:
    before = {"old": made((10, 100))}
    now = {"old": made((5, 50)), "new": made((5, 500))}
    assert between(waterfall(before, now)) == [0, 450, 0, 0]


def test_all_the_factors_at_once() -> None:
    before = {"a": made((6, 60), (2, 20)), "b": made((4, 80))}
    now = {"a": made((4, 48)), "b": made((16, 320), (5, 100))}
    assert between(waterfall(before, now)) == [160, 80, 8, 60]


def test_without_a_base_kept_jobs_are_volume_and_waste_is_failures() -> None:
    now = {"one": made((3, 30), (1, 7))}
    assert between(waterfall({}, now)) == [30, 0, 0, 7]
    assert between(waterfall({"one": made((0, 0), (1, 4))}, now)) == [30, 0, 0, 3]


def test_when_nothing_is_kept_all_of_before_goes_by_volume() -> None:
    before = {"one": made((3, 30), (1, 7))}
    assert between(waterfall(before, {"one": made((0, 0), (2, 9))})) == [-37, 0, 0, 9]


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
