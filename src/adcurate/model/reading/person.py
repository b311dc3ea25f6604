"""A person of the reading room and what the person may do, per site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

RoleName = Literal["administrator", "coordinator", "reader", "statistician", "auditor"]
ROLE_NAMES: Final[tuple[RoleName, ...]] = get_args(RoleName)


@dataclass(frozen=True, slots=True, order=True)
class Role:
    """A role at one site; `site` "" is every site."""

    role: RoleName
    site: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in.

    `name` is what the person signs in with, and the reader's name in the study's contours and tables.
    `signs_in_elsewhere` says that an OpenID Connect provider may vouch for the person.
    """

    id: str
    name: str
    display_name: str
    roles: tuple[Role, ...]
    disabled: bool
    has_password: bool
    has_second_factor: bool
    signs_in_elsewhere: bool
    created_at: str

    def has(self, *roles: RoleName, site: str | None = None) -> bool:
        """Whether the person holds one of these roles: at `site`, or anywhere where that is None."""
        return any(own.role in roles and (site is None or own.site in ("", site)) for own in self.roles)
