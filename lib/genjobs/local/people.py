"""The demo people as users of the auth server."""

from __future__ import annotations

from genjobs.domain.people import ANALYST_ROLES, DemoPerson
from genjobs.local import demo
from genjobs.local.auth import users
from genjobs.local.auth.context import AuthServer, internal_call


def demo_people(password: str) -> tuple[DemoPerson, ...]:
    """The demo users that visitors can sign in as, with this home's password."""
    return tuple(DemoPerson(person.email, password, person.name, person.role) for person in demo.PEOPLE)


def settle(server: AuthServer, password: str) -> None:
    """Create the demo users that do not exist yet."""
    with server.pool.connection() as connection:
        call = internal_call(server, connection)
        for person in demo.PEOPLE:
            if users.by_id(call, person.user_id) is None:
                users.add(
                    call,
                    person.email,
                    password,
                    confirmed=True,
                    user_metadata={"name": person.name, "demo": True},
                    app_metadata={"console_role": person.role} if person.role in ANALYST_ROLES else None,
                    user_id=person.user_id,
                )
