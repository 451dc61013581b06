from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from genjobs.charts import frames
from genjobs.console.costs.ranking import table, told
from genjobs.domain.changes import is_notable
from genjobs.domain.cost_screen import Grouping
from genjobs.domain.costs import Amounts, Key
from genjobs.domain.ranking import Ranked, Ranking, movers

cents = st.integers(0, 10**12)


def made(rows: dict[str, tuple[int, int]], hidden: tuple[int, int, int] = (0, 0, 0)) -> Ranking:
    """Cents now and before by key; `hidden` are keys, cents now and before that no row has."""
    more, now, before = hidden
    return Ranking(
        tuple(
            Ranked(Key(key, key), Amounts(cents=one), Amounts(cents=was)) for key, (one, was) in rows.items()
        ),
        len(rows) + more,
        sum(one for one, _ in rows.values()) + now,
        sum(was for _, was in rows.values()) + before,
        jobs=0,
    )


rankings = st.builds(
    made,
    st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.tuples(cents, cents), max_size=20),
    st.just((0, 0, 0)) | st.tuples(st.integers(1, 9), cents, cents),
)


def names(ranking: Ranking) -> dict[str, str]:
    return {row.key.key: row.key.label for row in ranking.rows}


@given(rankings, st.integers(2, 8))
def test_who_made_the_change_adds_up_to_the_cent(ranking: Ranking, most: int) -> None:
    found = movers(ranking, names(ranking), most)
    assert found
    assert found.before + sum(one for _, one in found.changes) + found.others_cents == found.now
    assert (found.before, found.now) == (ranking.cents_before, ranking.cents)
    assert len(found.changes) + bool(found.others) <= most
    assert found.others or not found.others_cents
    sizes = [abs(one) for _, one in found.changes]
    assert sizes == sorted(sizes, reverse=True)
    assert 0 not in sizes


@given(rankings)
def test_the_chart_of_it_begins_at_before_and_ends_at_now(ranking: Ranking) -> None:
    found = movers(ranking, names(ranking))
    assert found
    frame = frames.movers(found)
    assert list(frame["from_cents"][1:-1]) == list(frame["to_cents"][:-2])
    assert frame["to_cents"].iloc[-2] == frame["cents"].iloc[-1] == ranking.cents


def test_no_bar_of_it_lies_over_another() -> None:
    found = movers(made({"a": (5, 2), "b": (1, 9)}), {"a": "Now", "b": "Before"})
    assert found
    assert list(frames.movers(found)["step"]) == ["Before", "“Before”", "“Now”", "Now"]


def test_whoever_did_not_change_is_not_named() -> None:
    found = movers(made({"a": (5, 5), "b": (1, 9), "c": (7, 0)}), {"a": "A", "b": "B", "c": "C"})
    assert found
    assert (found.changes, found.others) == ((("B", -8), ("C", 7)), 0)


def test_the_rest_is_counted() -> None:
    found = movers(
        made({"a": (9, 1), "b": (3, 0), "c": (2, 1)}, (2, 50, 60)), {"a": "a", "b": "b", "c": "c"}, 3
    )
    assert found
    assert (found.changes, found.others, found.others_cents) == ((("a", 8), ("b", 3)), 3, -9)


def test_without_a_comparison_nothing_changed() -> None:
    alone = Ranking((Ranked(Key("a", "a"), Amounts(cents=5)),), 1, 5, None, 0)
    assert movers(alone, {"a": "a"}) is None
    assert "Change" not in table(alone, {"a": "a"}, "Mode").column_names


def test_what_was_there_before_is_told_by_key() -> None:
    assert made({"new": (5, 0), "old": (1, 9)}).before == {"old": Amounts(cents=9)}


def test_the_table_tells_money_to_the_cent_and_parts_in_percent() -> None:
    now = Amounts(
        jobs=3,
        cents=1000,
        ever_failed_jobs=1,
        ever_failed_cents=125,
        ever_succeeded_jobs=2,
        ever_succeeded_cents=875,
    )
    ranking = Ranking((Ranked(Key("a", "a"), now, Amounts(jobs=1, cents=800)),), 1, 3000, 800, 1)
    (row,) = table(ranking, {"a": "=A1"}, "Mode").to_pylist()
    assert row == {
        "Mode": "'=A1",
        "Spend": Decimal("10.00"),
        "Share": Decimal("33.3"),
        "Change": Decimal("2.00"),
        "Change %": Decimal("25.0"),
        "Jobs": 3,
        "Per job": Decimal("3.33"),
        "Success": Decimal("66.7"),
        "Wasted": Decimal("1.25"),
    }


def test_how_many_are_left_out_is_said() -> None:
    ranking = made({"a": (1, 2)}, (1233, 5, 5))
    assert told(ranking, Grouping.PERSON).startswith("The 1 largest by spend, of 1,234 people.")
    assert told(made({"a": (1, 2), "b": (0, 1)}), Grouping.MODE).startswith("All 2 modes.")


def test_little_is_neither_good_nor_bad_news() -> None:
    many, few = Amounts(jobs=11), Amounts(jobs=10)
    assert is_notable(many, many, Fraction(2, 100))
    assert is_notable(many, many, Fraction(-2, 100))
    assert not is_notable(many, many, Fraction(1, 100))
    assert not is_notable(many, few, Fraction(2, 100))
    assert not is_notable(few, many, Fraction(2, 100))
    assert not is_notable(many, many, None)
