"""Who may see totals across everyone: the console's roles, kept in `app_metadata.console_role`.

They can be changed through the auth server with the project's secret key (`genjobs.auth.roles`), or in the
database (`genjobs.roles.database`). A role takes effect with a person's next token.
"""

from __future__ import annotations

from genjobs.domain.errors import Conflict, InvalidInput, NotFound
from genjobs.domain.people import ANALYST_ROLES, RoleHolder, RoleKeeper

IN_EFFECT = "It takes effect with the next token: within the hour, or at once after signing out and in again."


def grant(keeper: RoleKeeper, who: str, role: str) -> str:
    """Give a role and return what changed; `who` is an address or an id.

    Raises InvalidInput for an unknown role, NotFound for an unknown person, Conflict if several accounts have
    the address.
    """
    if role not in ANALYST_ROLES:
        raise InvalidInput(f"There is no role {role!r}.", hint=f"Use {' or '.join(sorted(ANALYST_ROLES))}.")
    person = _person(keeper, who)
    if person.role == role:
        return f"{person.email} is already {role}."
    keeper.give(person.user_id, role)
    return f"{person.email} is {role} now{_before(person)}. {IN_EFFECT}"


def revoke(keeper: RoleKeeper, who: str) -> str:
    """Remove the role and return what changed. Raises as `grant`."""
    person = _person(keeper, who)
    if person.role is None:
        return f"{person.email} has no role."
    keeper.give(person.user_id, None)
    return f"{person.email} no longer has a role{_before(person)}. {IN_EFFECT}"


def listed(keeper: RoleKeeper) -> list[str]:
    """A line for each person with a role, by e-mail."""
    holders = sorted((one for one in keeper.people() if one.role), key=lambda one: one.email.casefold())
    return [f"{one.email}  {one.role}" for one in holders] or ["Nobody has a role."]


def _person(keeper: RoleKeeper, who: str) -> RoleHolder:
    """The account of an address or an id; without either, as for `""`, no account is meant.

    Addresses are compared in lower case, as the auth server does: `casefold` would take ß for ss, another
    person's.
    """
    wanted = who.strip().lower()
    if not wanted:
        raise InvalidInput(
            "No e-mail address is given.", hint="Give the address that the person signs in with."
        )
    found = [one for one in keeper.people() if wanted in (one.email.lower(), one.user_id)]
    if not found:
        raise NotFound(
            f"Nobody has signed up as {who.strip()}.",
            hint="Check the address or id. The person must sign up first.",
        )
    if len(found) > 1:
        ids = ", ".join(sorted(one.user_id for one in found))
        raise Conflict(
            f"{len(found)} accounts have the address {wanted}: {ids}.",
            hint="Give an id instead of the address.",
        )
    return found[0]


def _before(person: RoleHolder) -> str:
    return f" (was {person.role})" if person.role else ""
