"""Pointers: a coordinator shows which lesion is meant by a point on an image, never by a contour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adcurate.errors import ReadError
from adcurate.model.contour_record import PointLps
from adcurate.model.reading.design import Pointer, ReadItem, Someone
from adcurate.study.reading.lesions import ReadableLesion, readable_lesions
from adcurate.study.reading.next_case import no_item
from adcurate.study.reading.room import ReadingRoom

LONGEST_ORGAN = 100


@dataclass(frozen=True, slots=True)
class LesionToPoint:
    """A lesion as a coordinator sees it: no outcome, and whether it has its pointer."""

    key: str
    subject: str
    visit: str
    lesion: str
    site: str
    organ: str
    study_instance_uid: str
    pointer: Pointer | None
    size_mm: float | None = None


def lesions_to_point(room: ReadingRoom) -> tuple[LesionToPoint, ...]:
    """Every lesion that can be read, with its pointer."""
    placed = room.store.reading.pointers.all()
    return tuple(
        LesionToPoint(
            one.key,
            one.subject,
            one.visit,
            one.lesion,
            one.site,
            one.organ,
            one.study_instance_uid,
            placed.get((one.subject, one.lesion)),
            one.size_mm,
        )
        for one in readable_lesions(room.store, room.protocol())
    )


def lesion_item(room: ReadingRoom, key: str) -> ReadItem:
    """A lesion as a case that nobody reads, for showing its images to a coordinator.

    Raises
    ------
    ReadError
        ``read.item``: no such lesion, or none with an exam.
    """
    one = _lesion(room, key)
    return ReadItem("", "", 1, 1, "read", one.subject, one.visit, one.lesion, one.study_instance_uid)


def pointer_of(room: ReadingRoom, item: ReadItem) -> Pointer | None:
    """The pointer that readers of a case see; none where they look for the lesion themselves."""
    if room.rules().selection == "free" and item.reader:
        return None
    return room.store.reading.pointers.of(item.subject, item.lesion)


def other_pointers(room: ReadingRoom, key: str) -> tuple[tuple[str, PointLps], ...]:
    """The pointers of the other lesions of the same exam, by key: two crosses on one lesion are a mistake."""
    own = _lesion(room, key).study_instance_uid
    return tuple(
        (one.key, one.pointer.point_lps_mm)
        for one in lesions_to_point(room)
        if one.pointer is not None and one.key != key and one.study_instance_uid == own
    )


def place_pointer(
    room: ReadingRoom,
    who: Someone,
    key: str,
    sop_instance_uid: str,
    frame_number: int,
    point_lps_mm: Sequence[float],
    organ: str,
) -> Pointer:
    """Place or move a lesion's pointer; once reading has begun it stands.

    Raises
    ------
    ReadError
        ``read.item``; ``read.pointer`` for a point beside the image or no image of the exam;
        ``read.design-started``.
    """
    one = _lesion(room, key)
    if room.store.reading.designs.items_of_lesion(one.subject, one.lesion):
        raise ReadError(
            "read.design-started",
            "This lesion is being read: its pointer stands.",
            remedy="Readers saw it where it is.",
        )
    x, y, z = (float(value) for value in point_lps_mm)
    place = room.images.exam(one.study_instance_uid).locate(sop_instance_uid, frame_number, (x, y, z))
    if place is None:
        raise _beside("The point names no image of this exam.")
    plane = room.images.exam(one.study_instance_uid).frame(*place).plane
    row, column = plane.to_pixel([(x, y, z)])[0]
    inside = -0.5 <= row <= plane.n_rows - 0.5 and -0.5 <= column <= plane.n_columns - 0.5
    if not inside or not float(np.abs(plane.distance_mm([(x, y, z)]))[0]) <= plane.off_plane_limit_mm:
        raise _beside("The point lies beside the image that it names.")
    if not organ.strip() or len(organ) > LONGEST_ORGAN or not organ.isprintable():
        raise _beside("The pointer names no organ.")
    pointer = Pointer(
        one.subject, one.lesion, 0, "", who.name, sop_instance_uid, frame_number, (x, y, z), organ.strip()
    )
    return room.store.reading.pointers.place(pointer, who.id)


def _lesion(room: ReadingRoom, key: str) -> ReadableLesion:
    for one in readable_lesions(room.store, room.protocol()):
        if one.key == key and one.study_instance_uid:
            return one
    raise no_item()


def _beside(sentence: str) -> ReadError:
    return ReadError("read.pointer", sentence, remedy="Click on the lesion in one of the images.")
