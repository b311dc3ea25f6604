"""Letting people on other computers in, from this computer's own page."""

from __future__ import annotations

from fastapi import APIRouter, Request

from adcurate.study.people.kept_door import KeptDoor
from adcurate.web.room.door.messages import DoorAnswer, OpenDoorMessage
from adcurate.web.room.door.opening import own_addresses
from adcurate.web.room.rights import no_right, person_of, require, room_of
from adcurate.web.room.state import Room

router = APIRouter(
    prefix="/api/door", tags=["door"], dependencies=[require("administrator", whole_study=True)]
)


@router.get("", operation_id="read_door")
def read(request: Request) -> DoorAnswer:
    """Whom links let in now."""
    return _answer(room_of(request))


@router.post("", operation_id="open_door")
def open_it(request: Request, given: OpenDoorMessage) -> DoorAnswer:
    """Serve the study at an address of this computer, encrypted, from now on and at the next starts."""
    room = _of_this_computer(request)
    opened = room.door.open(
        room.study, KeptDoor(given.name, given.port, given.certificate.strip(), given.key.strip())
    )
    said = {"url": opened.url, "fingerprint": opened.certificate.fingerprint}
    room.store.audit.note("door.open", "door", person=person_of(request).id, after=said)
    return _answer(room)


@router.delete("", operation_id="shut_door")
def shut(request: Request) -> DoorAnswer:
    """Serve this computer alone."""
    room = _of_this_computer(request)
    room.door.shut_for_good(room.study)
    room.store.audit.note("door.shut", "door", person=person_of(request).id)
    return _answer(room)


def _of_this_computer(request: Request) -> Room:
    """Who comes through the door cannot move it: files and addresses would be another computer's."""
    room = room_of(request)
    if not room.reach.is_own_computer:
        raise no_right()
    return room


def _answer(room: Room) -> DoorAnswer:
    door, opened = room.door, room.door.opened
    return DoorAnswer(
        state="open" if opened else "shut" if door.can_open or room.reach.is_own_computer else "started",
        url=opened.url if opened else room.reach.base_url,
        fingerprint=opened.certificate.fingerprint if opened and opened.kept.is_own_certificate else "",
        until=opened.certificate.until.date().isoformat() if opened else "",
        addresses=list(own_addresses()),
        may_change=door.can_open and room.reach.is_own_computer,
        trouble=str(door.trouble) if door.trouble else "",
    )
