from __future__ import annotations

import pytest

from genjobs.setup.hosted import EMAIL_CODE_NEEDS, dashboard, project_ref, sql_editor


def test_a_hosted_project_has_a_dashboard() -> None:
    assert project_ref("https://abcdefghijklmnopqrst.supabase.co") == "abcdefghijklmnopqrst"
    assert sql_editor("https://abcdef.supabase.co") == "https://supabase.com/dashboard/project/abcdef/sql/new"
    for need in EMAIL_CODE_NEEDS:
        page = dashboard("https://abcdef.supabase.co", need.page)
        assert page is not None
        assert page.endswith(need.page)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:54321",
        "https://api.example.com",
        "https://supabase.co",
        "https://evil.example/abc.supabase.co",
        "https://a.b.supabase.co",
        "https://abc.supabase.co.evil.example",
        "",
    ],
)
def test_any_other_address_has_none(url: str) -> None:
    assert project_ref(url) is None
    assert sql_editor(url) is None
