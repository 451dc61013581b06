"""Every choice of the Costs page's filters has a name, however long ago it had costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from genjobs.console.costs import reads
from genjobs.console.costs.reads import Choices
from genjobs.domain.cost_screen import CostFilters, CostScreen
from genjobs.domain.costs import Key
from genjobs.local.stack import StackInfo
from tests.data.people import Person, owner

TOMORROW = datetime.now(UTC) + timedelta(days=1)
LONG_AGO = "update public.generation_jobs set created_at = now() - interval '500 days' where id = %s"


def test_a_chosen_project_without_costs_for_over_a_year_has_its_name(stack: StackInfo, ana: Person) -> None:
    project = ana.project("Old catalogue")
    with owner(stack) as connection:
        connection.execute(LONG_AGO, [ana.job(project).id])
    screen = CostScreen("UTC", filters=CostFilters(projects=(project.id,)))
    recent = reads.choices(ana.user_id, ana.client, "UTC", False, TOMORROW, sees_everyone=False)
    assert project.id not in {key.key for key in recent.projects}
    named = reads.with_chosen(ana.user_id, ana.client, recent, screen, TOMORROW)
    assert named.projects == [*recent.projects, Key(project.id, "Old catalogue")]


def test_what_has_a_name_is_not_read_again(ana: Person) -> None:
    known = Choices([Key("a", "A")], [], [])
    screen = CostScreen("UTC", filters=CostFilters(projects=("a",)))
    assert reads.with_chosen(ana.user_id, ana.client, known, screen, TOMORROW) == known
