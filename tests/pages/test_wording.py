from __future__ import annotations

import pytest

from genjobs.console.kit.wording import JOINER, distinct, plain, with_commands


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Mugs", "Mugs"),
        ("*bold* _it_ `code`", r"\*bold\* \_it\_ \`code\`"),
        ("[link](javascript:x)", r"\[link\]\(javascript\:x\)"),
        (":red[alarm] :blue[x]", r"\:red\[alarm\] \:blue\[x\]"),
        ("<img src=x>", r"\<img src=x\>"),
        ("$1 and $2", r"\$1 and \$2"),
        ("# one\n\n- two", r"\# one \- two"),
    ],
)
def test_a_persons_text_stays_text(text: str, safe: str) -> None:
    assert plain(text) == safe


@pytest.mark.parametrize(
    "text",
    [":material/bomb:", "a -> b <- c", "<->", "1 >= 0", "a--b", "http://x.y", "www.x", "ana@x.example"],
)
def test_what_streamlit_would_replace_is_parted_by_a_letter_without_a_width(text: str) -> None:
    assert JOINER in plain(text)
    assert plain(text).replace(JOINER, "").replace("\\", "") == text


def test_commands_between_backticks_stay_as_they_are_typed() -> None:
    assert with_commands("Run `a --b c-d`: *now*") == r"Run `a --b c-d`\: \*now\*"


def test_names_that_occur_twice_carry_the_start_of_their_id() -> None:
    named = distinct({"aaaaaaaa-1": "Mugs", "bbbbbbbb-2": "Bowls", "cccccccc-3": "Mugs"})
    assert list(named.values()) == ["Mugs (aaaaaaaa)", "Bowls", "Mugs (cccccccc)"]
