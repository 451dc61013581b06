"""Made-up data for a local stack: four people, their projects, input assets and about 50,000 jobs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoIdentity:
    """Someone made up; the id is the same in every local stack, the password is not and is made elsewhere."""

    user_id: str
    email: str
    name: str
    role: str


PEOPLE: tuple[DemoIdentity, ...] = (
    DemoIdentity(
        "d3300000-0000-4000-8000-000000000001", "ana.analyst@demo.example", "Ana Lindqvist", "analyst"
    ),
    DemoIdentity(
        "d3300000-0000-4000-8000-000000000002", "ben.studio@demo.example", "Ben Okafor", "product staff"
    ),
    DemoIdentity(
        "d3300000-0000-4000-8000-000000000003",
        "chloe.studio@demo.example",
        "Chloe Marchetti",
        "product staff",
    ),
    DemoIdentity(
        "d3300000-0000-4000-8000-000000000004", "dan.newcomer@demo.example", "Dan Petrov", "newcomer"
    ),
)
