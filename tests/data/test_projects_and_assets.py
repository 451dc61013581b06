from __future__ import annotations

from typing import Any

import pytest

from genjobs.data import assets, projects
from genjobs.domain.errors import Forbidden, InvalidInput, NotFound
from tests.data.people import Person

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_projects_are_listed_by_name_as_people_sort_them(ana: Person, bob: Person) -> None:
    for name in ("beta", "Alpha", "Gamma", "alpha 2"):
        ana.project(name)
    bob.project("Aardvark")
    assert [project.name for project in projects.list_projects(ana.client)] == [
        "Alpha",
        "alpha 2",
        "beta",
        "Gamma",
    ]


def test_a_project_is_made_renamed_and_deleted(ana: Person) -> None:
    made = projects.create_project(ana.client, user_id=ana.user_id, name="  O'Hara; drop table -- ü ")
    assert made.name == "O'Hara; drop table -- ü"
    renamed = projects.rename_project(ana.client, made.id, "New name")
    assert (renamed.id, renamed.name) == (made.id, "New name")
    assert renamed.updated_at > made.updated_at
    projects.delete_project(ana.client, made.id)
    assert projects.list_projects(ana.client) == []


def test_someone_elses_project_is_as_if_it_were_not_there(ana: Person, bob: Person) -> None:
    theirs = bob.project()
    bob.job(theirs)
    with pytest.raises(NotFound):
        projects.rename_project(ana.client, theirs.id, "Mine")
    with pytest.raises(NotFound):
        projects.delete_project(ana.client, theirs.id)
    assert projects.count_jobs(ana.client, theirs.id) == 0
    assert projects.list_projects(bob.client) == [theirs]


def test_a_project_for_someone_else_is_refused(ana: Person, bob: Person) -> None:
    with pytest.raises(Forbidden):
        projects.create_project(ana.client, user_id=bob.user_id, name="Gift")


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", None, 3])
def test_a_name_must_be_some_text(ana: Person, name: Any) -> None:
    with pytest.raises(InvalidInput, match="name"):
        projects.create_project(ana.client, user_id=ana.user_id, name=name)
    with pytest.raises(InvalidInput, match="name"):
        projects.rename_project(ana.client, NOBODY, name)


def test_assets_are_listed_newest_first_and_known_by_their_file_name(ana: Person, bob: Person) -> None:
    first, second = ana.project("First"), ana.project("Second")
    made = [
        assets.create_input_asset(
            ana.client, user_id=ana.user_id, project_id=project.id, storage_path=path, mode="packaging"
        )
        for project, path in ((first, "in/a b (1).png"), (second, "Küche.jpg"), (first, "x/y/z.webp"))
    ]
    assert [asset.name for asset in assets.list_assets(ana.client)] == ["z.webp", "Küche.jpg", "a b (1).png"]
    assert assets.list_assets(ana.client, first.id) == [made[2], made[0]]
    assert assets.list_assets(ana.client, kind="output") == []
    assert assets.list_assets(bob.client) == []


def test_an_asset_of_an_unknown_mode_is_refused_with_the_rule_that_it_breaks(ana: Person) -> None:
    with pytest.raises(InvalidInput) as caught:
        assets.create_input_asset(
            ana.client, user_id=ana.user_id, project_id=ana.project().id, storage_path="a.png", mode="odd"
        )
    assert caught.value.code == "23514"
    assert "mode" in caught.value.message
