"""People and what they may do, for administrators: of the whole study, or of their site."""

from __future__ import annotations

from fastapi import APIRouter, Request

from adcurate.model.reading.person import Role
from adcurate.study.people.invite import invite
from adcurate.study.people.roles import add_person, administers, change_person
from adcurate.web.room.people_messages import (
    LinkAnswer,
    NewPersonMessage,
    PeopleAnswer,
    PersonAnswer,
    PersonChangeMessage,
    RoleMessage,
)
from adcurate.web.room.rights import no_right, not_found, person_of, require, room_of

router = APIRouter(prefix="/api/people", tags=["people"], dependencies=[require("administrator")])


@router.get("", operation_id="list_people")
def list_people(request: Request) -> PeopleAnswer:
    """Everybody whom the administrator looks after, also who is disabled."""
    me = person_of(request)
    found = [one for one in room_of(request).store.people.all() if administers(me, one.roles)]
    return PeopleAnswer(people=[PersonAnswer.of(one) for one in found])


@router.post("", status_code=201, operation_id="add_person")
def add(request: Request, given: NewPersonMessage) -> PersonAnswer:
    """Add a person, who can sign in once invited."""
    roles = _given(request, given.roles)
    by = person_of(request).id
    return PersonAnswer.of(add_person(room_of(request).store, given.name, given.display_name, roles, by=by))


@router.patch("/{person_id}", operation_id="change_person")
def change(request: Request, person_id: str, given: PersonChangeMessage) -> PersonAnswer:
    """Change what is given; it holds from the person's next request on."""
    _must_look_after(request, person_id)
    person = change_person(
        room_of(request).store,
        person_id,
        by=person_of(request).id,
        display_name=given.display_name,
        roles=None if given.roles is None else _given(request, given.roles),
        disabled=given.disabled,
    )
    if person is None:
        raise not_found()
    return PersonAnswer.of(person)


@router.post("/{person_id}/invitation", operation_id="invite_person")
def make_invitation(request: Request, person_id: str) -> LinkAnswer:
    """Make a link with which the person chooses a password; an earlier one no longer works."""
    _must_look_after(request, person_id)
    room = room_of(request)
    token = invite(room.store, person_id, by=person_of(request).id)
    if token is None:
        raise not_found()
    opened = room.door.opened
    return LinkAnswer(
        link=f"{room.link_base}/invitation/{token}",
        only_here=opened is None and room.reach.is_own_computer,
        fingerprint=opened.certificate.fingerprint if opened and opened.kept.is_own_certificate else "",
    )


def _given(request: Request, roles: list[RoleMessage]) -> list[Role]:
    """The roles that the administrator gives, if they may."""
    given = [one.as_role() for one in roles]
    if not administers(person_of(request), given):
        raise no_right()
    return given


def _must_look_after(request: Request, person_id: str) -> None:
    person = room_of(request).store.people.find(person_id)
    if person is None or not administers(person_of(request), person.roles):
        raise not_found()
