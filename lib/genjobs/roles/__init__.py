"""Who may see totals across everyone: the console's roles, kept in `app_metadata.console_role`.

They can be changed through the auth server with the project's secret key (`genjobs.auth.roles`), or in the
database (`genjobs.roles.database`). A role takes effect with a person's next token.
"""

from __future__ import annotations

from genjobs.domain.errors import InvalidInput, NotFound
from genjobs.domain.people import ANALYST_ROLES, RoleHolder, RoleKeeper

IN_EFFECT = "It takes effect with the next token: within the hour, or at once after signing out and in again."


def grant(keeper: RoleKeeper, email: str, role: str) -> str:
    """Give a role and return what changed. Raises InvalidInput for an unknown role, NotFound for a person."""
    if role not in ANALYST_ROLES:
        raise InvalidInput(f"There is no role {role!r}.", hint=f"Use {' or '.join(sorted(ANALYST_ROLES))}.")
    person = _person(keeper, email)
    if person.role == role:
        return f"{person.email} is already {role}."
    keeper.give(person.user_id, role)
    return f"{person.email} is {role} now{_before(person)}. {IN_EFFECT}"


def revoke(keeper: RoleKeeper, email: str) -> str:
    """Remove the role and return what changed. Raises NotFound for an unknown person."""
    person = _person(keeper, email)
    if person.role is None:
        return f"{person.email} has no role."
    keeper.give(person.user_id, None)
    return f"{person.email} no longer has a role{_before(person)}. {IN_EFFECT}"


def listed(keeper: RoleKeeper) -> list[str]:
    """A line for each person with a role, by e-mail."""
    holders = sorted((one for one in keeper.people() if one.role), key=lambda one: one.email.casefold())
    return [f"{one.email}  {one.role}" for one in holders] or ["Nobody has a role."]


def _person(keeper: RoleKeeper, email: str) -> RoleHolder:
    """Compared in lower case, as the auth server does: `casefold` would take ß for ss, another person's.

    Accounts without an e-mail, such as anonymous ones, are never found.
    """
    wanted = email.strip().lower()
    if not wanted:
        raise InvalidInput(
            "No e-mail address is given.", hint="Give the address that the person signs in with."
        )
    found = next((one for one in keeper.people() if one.email.lower() == wanted), None)
    if found is None:
        raise NotFound(
            f"Nobody has signed up as {email.strip()}.",
            hint="Check the address. The person must sign up first.",
        )
    return found


def _before(person: RoleHolder) -> str:
    return f" (was {person.role})" if person.role else ""
