"""Who may call a route. Every route of the room says so, or the application does not start.

How a router uses it (never a check inside the route's body)::

    router = APIRouter(prefix="/api")

    @router.get("/reading", dependencies=[require("reader")])
    def reading(request: Request) -> ReadingAnswer:
        person = person_of(request)          # a model.reading.person.Person who is signed in and a reader
        store = room_of(request).store       # the StudyStore, open for writing; .study is the StudyFolder
        ...
        raise not_found()                    # the one 404: what is not there, and what is somebody else's

``require("reader", "coordinator")`` asks for one of the roles, ``require_signed_in()`` for any person, and
``open_to_all()`` for nobody in particular. Nobody signed in gives 401 ``web.signed-out``, a missing role 403
``web.no-right``. A role may be held for one site only: ``require("auditor", whole_study=True)`` asks for it
at all sites; what lies at a site where the person does not hold the role is not there: the one 404.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from adcurate.errors import WebError
from adcurate.model.reading.person import ROLE_NAMES, Person, RoleName
from adcurate.study.people.sign_in import whose_session
from adcurate.web.room.answers import not_found
from adcurate.web.room.session_cookie import token_of
from adcurate.web.room.state import Room

__all__ = [
    "Right",
    "StatedRight",
    "no_right",
    "not_found",
    "open_to_all",
    "person_of",
    "require",
    "require_signed_in",
    "room_of",
    "signed_in_person",
    "stated_rights",
]
_PERSON = "adcurate.person"


@dataclass(frozen=True, slots=True)
class Right:
    """What a route asks of its caller; as a dependency it lets the call pass or refuses it."""

    roles: tuple[RoleName, ...]
    signed_in: bool = True
    whole_study: bool = False

    @property
    def who(self) -> str:
        """In a word or a few: ``all``, ``signed in``, or the roles."""
        roles = ", ".join(self.roles) + (" of the whole study" if self.whole_study else "")
        return (roles or "signed in") if self.signed_in else "all"

    def __call__(self, request: Request) -> None:
        """Refuse the call unless its session's person may make it."""
        if not self.signed_in:
            return
        person = signed_in_person(request)
        if person is None:
            raise WebError("web.signed-out", "Nobody is signed in.", remedy="Sign in and try again.")
        if self.roles and not person.has(*self.roles, site="" if self.whole_study else None):
            raise no_right()


@dataclass(frozen=True, slots=True)
class StatedRight:
    """One route and what it asks, for the table that a test checks."""

    method: str
    path: str
    right: Right


def require(*roles: RoleName, whole_study: bool = False) -> Any:
    """A dependency: the caller is signed in and holds one of `roles`, at whatever site or for all of them."""
    unknown = set(roles) - set(ROLE_NAMES)
    if unknown or not roles:
        raise LookupError(f"no such roles: {sorted(unknown)}")
    return Depends(Right(roles, whole_study=whole_study))


def require_signed_in() -> Any:
    """A dependency: the caller is signed in, whatever the role."""
    return Depends(Right(()))


def open_to_all() -> Any:
    """A dependency that says on purpose: everybody may call this."""
    return Depends(Right((), signed_in=False))


def room_of(request: Request) -> Room:
    """The room that the application serves."""
    room: Room = request.app.state.room
    return room


def signed_in_person(request: Request) -> Person | None:
    """The session's person, or None; looked up once for each request."""
    if _PERSON not in request.scope:
        room, token = room_of(request), token_of(request.scope)
        known = whose_session(room.store, token, limits=room.session_limits) if token else None
        request.scope[_PERSON] = known
    person: Person | None = request.scope[_PERSON]
    return person


def person_of(request: Request) -> Person:
    """The session's person; to be used behind `require` or `require_signed_in` only."""
    person = signed_in_person(request)
    if person is None:
        raise LookupError("the route states no right that needs a person")
    return person


def no_right() -> WebError:
    """The answer to somebody whose role does not do this."""
    return WebError(
        "web.no-right",
        "Your role does not do this.",
        remedy="Ask an administrator of the study for the role.",
    )


def stated_rights(routers: Iterable[APIRouter]) -> tuple[StatedRight, ...]:
    """Every route and method with its right.

    Raises
    ------
    LookupError
        Where a route states none, or more than one.
    """
    found: list[StatedRight] = []
    for route in (route for router in routers for route in router.routes):
        rights = _rights(route.dependant) if isinstance(route, APIRoute) else []
        if not isinstance(route, APIRoute) or len(rights) != 1:
            raise LookupError(f"{getattr(route, 'path', route)} states {len(rights)} rights instead of one")
        found.extend(StatedRight(method, route.path, rights[0]) for method in sorted(route.methods or ()))
    return tuple(found)


def _rights(dependant: Dependant) -> list[Right]:
    own = [dependant.call] if isinstance(dependant.call, Right) else []
    return own + [right for inner in dependant.dependencies for right in _rights(inner)]
