from __future__ import annotations

from genjobs.migrations.difference_report import tell
from genjobs.migrations.schema import Key, Kind, SchemaObject, compare, digest, failures

TABLE, COLUMN = Key("table", "public.jobs"), Key("column", "public.jobs", "id")
FUNCTION = Key("function", "public.count_jobs(integer)")
TRIGGER = Key("trigger", "auth.users", "forget")
EXPECTED = {TABLE: "CREATE TABLE public.jobs", COLUMN: "uuid NOT NULL", FUNCTION: "F", TRIGGER: "T"}


def there(**changes: str) -> list[SchemaObject]:
    return [SchemaObject(key, changes.get(key.kind, text)) for key, text in EXPECTED.items()]


def said(*found: SchemaObject) -> list[tuple[str, Kind, bool]]:
    return [(str(one), one.kind, one.fails) for one in compare(EXPECTED, found)]


def test_the_same_has_no_difference() -> None:
    assert said(*there()) == []


def test_texts_and_digests_compare_alike() -> None:
    digests = {key: digest(text) for key, text in EXPECTED.items()}
    assert compare(digests, [SchemaObject(one.key, digest(one.text)) for one in there()]) == []


def test_a_changed_text_is_different() -> None:
    assert said(*there(column="uuid")) == [("column id of public.jobs", Kind.DIFFERENT, True)]


def test_what_is_missing_is_not_named_again_for_its_parts() -> None:
    kept = [one for one in there() if one.key.object != "public.jobs"]
    assert said(*kept) == [("table public.jobs", Kind.MISSING, True)]


def test_a_part_of_what_is_not_ours_is_named_alone() -> None:
    kept = [one for one in there() if one.key != TRIGGER]
    assert said(*kept) == [("trigger forget of auth.users", Kind.MISSING, True)]


def addition(key: Key, *, is_ours: bool = False) -> list[tuple[str, Kind, bool]]:
    return said(*there(), SchemaObject(key, "x", is_ours=is_ours))


def test_other_peoples_things_are_nobodys_concern() -> None:
    assert addition(Key("table", "public.customers")) == []
    assert addition(Key("policy", "public.customers", "everybody")) == []
    assert addition(Key("function", "public.greet()")) == []
    assert addition(Key("owner", "public.customers")) == []


def test_an_addition_to_ours_is_a_note() -> None:
    assert addition(Key("index", "public.jobs", "mine")) == [("index mine of public.jobs", Kind.EXTRA, False)]
    assert addition(Key("trigger", "public.jobs", "mine")) == [
        ("trigger mine of public.jobs", Kind.EXTRA, False)
    ]
    assert addition(Key("table", "genjobs.mine"), is_ours=True) == [("table genjobs.mine", Kind.EXTRA, False)]


def test_a_function_by_one_of_our_names_is_a_note() -> None:
    other = Key("function", "public.count_jobs(text)")
    assert addition(other) == [("function public.count_jobs(text)", Kind.EXTRA, False)]


def test_what_opens_rows_or_runs_our_rules_twice_is_a_failure() -> None:
    for key in (Key("policy", "public.jobs", "everybody"), Key("owner", "public.jobs")):
        [(_, kind, fails)] = addition(key)
        assert (kind, fails) == (Kind.EXTRA, True)
    [(_, _, fails)] = addition(Key("trigger", "public.jobs", "twice"), is_ours=True)
    assert fails


def test_differences_are_told_in_lines() -> None:
    lines: list[str] = []
    mine = SchemaObject(Key("index", "public.jobs", "mine"), "I")
    differences = compare(EXPECTED, [*there(function="F\ng", column="text")[:3], mine])
    assert tell(differences, lines.append) == 3
    assert lines == [
        "  DIFFERENT column id of public.jobs",
        "            expected: uuid NOT NULL",
        "            found:    text",
        "  DIFFERENT function public.count_jobs(integer)",
        "            expected: ",
        "            found:    g",
        "  MISSING   trigger forget of auth.users",
        "  note      index mine of public.jobs is not ours",
    ]
    assert tell(differences, lines.append, details=False) == 3
    assert lines[8:] == [line for line in lines[:8] if not line.startswith("    ")]
    assert failures(differences) == differences[:3]
