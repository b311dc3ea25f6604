"""Adding people and saying what they may do, by an administrator.

An administrator of one site administers people all of whose roles are at that site, and gives no other roles.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

from adcurate.errors import PeopleError
from adcurate.model.reading.person import Person, Role
from adcurate.store import StudyStore
from adcurate.study.people.names import checked_display_name, checked_name

_MOST_SITE: Final = 64


def administers(administrator: Person, roles: Iterable[Role]) -> bool:
    """Whether an administrator may give these roles, and look after who holds exactly them."""
    if administrator.has("administrator", site=""):
        return True
    held = tuple(roles)
    return bool(held) and all(one.site and administrator.has("administrator", site=one.site) for one in held)


def add_person(store: StudyStore, name: str, display_name: str, roles: Iterable[Role], *, by: str) -> Person:
    """Add a person, who can sign in once invited.

    Raises
    ------
    PeopleError
        ``people.name``, ``people.name-taken``
    """
    return store.people.add(
        checked_name(name), checked_display_name(display_name), _checked_roles(roles), by=by
    )


def change_person(
    store: StudyStore,
    person_id: str,
    *,
    by: str,
    display_name: str | None = None,
    roles: Iterable[Role] | None = None,
    disabled: bool | None = None,
) -> Person | None:
    """Change what is given; None where nobody has this id. It holds from the person's next request on.

    Raises
    ------
    PeopleError
        ``people.name``, ``people.last-administrator``
    """
    return store.people.change(
        person_id,
        by=by,
        display_name=None if display_name is None else checked_display_name(display_name),
        roles=None if roles is None else _checked_roles(roles),
        disabled=disabled,
    )


def _checked_roles(roles: Iterable[Role]) -> tuple[Role, ...]:
    checked = tuple(Role(one.role, one.site.strip()) for one in roles)
    for one in checked:
        if len(one.site) > _MOST_SITE or any(unicodedata.category(letter)[0] == "C" for letter in one.site):
            raise PeopleError(
                "people.name",
                f"A site has at most {_MOST_SITE} letters and no control characters.",
                remedy="Write the site as the worksheet does.",
            )
    return checked
