from __future__ import annotations

import pytest

from genjobs.console.kit.wording import counted, distinct, plain


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Mugs", "Mugs"),
        ("*bold* _it_ `code`", r"\*bold\* \_it\_ \`code\`"),
        ("[link](javascript:x)", r"\[link\]\(javascript\:x\)"),
        (":red[alarm] :material/bomb:", r"\:red\[alarm\] \:material/bomb\:"),
        ("<img src=x>", r"\<img src=x\>"),
        ("$1 and $2", r"\$1 and \$2"),
        ("# one\n\n- two", r"\# one \- two"),
    ],
)
def test_a_persons_text_stays_text(text: str, safe: str) -> None:
    assert plain(text) == safe


def test_counts_are_in_words() -> None:
    assert [counted(number, "job") for number in (0, 1, 1204)] == ["0 jobs", "1 job", "1,204 jobs"]


def test_names_that_occur_twice_carry_the_start_of_their_id() -> None:
    named = distinct({"aaaaaaaa-1": "Mugs", "bbbbbbbb-2": "Bowls", "cccccccc-3": "Mugs"})
    assert list(named.values()) == ["Mugs (aaaaaaaa)", "Bowls", "Mugs (cccccccc)"]
