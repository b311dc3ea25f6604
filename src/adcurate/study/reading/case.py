"""Open a case: its images and what was drawn on them so far; the reader's next case is loaded meanwhile.

What a reader is given is decided here, field by field: the pointer, the draft and the images under ids that
tell nothing. It must not know a grade, and nothing here asks for a row of the worksheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from adcurate.model.contour_record import PointLps
from adcurate.model.reading.answers import ReadingList, ShowNumbers
from adcurate.model.reading.design import ItemKind, ItemState, Pointer, ReadItem
from adcurate.model.reading.draft import Draft
from adcurate.study.reading.next_case import item_of, reading_list, saved_draft, shows_numbers, status_of
from adcurate.study.reading.numbers_now import numbers_now
from adcurate.study.reading.pointers import lesion_item, pointer_of
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.room_exam import RoomExam
from adcurate.study.reading.shown_series import shown_series

MOST_FIRST_CASES: Final = 8


@dataclass(frozen=True, slots=True)
class PlacedPointer:
    """A pointer under the ids of the case."""

    series: str
    frame: int
    point_lps_mm: PointLps


@dataclass(frozen=True, slots=True)
class LockedView:
    """When the reader locked the case, and the numbers where they may be seen."""

    at: str
    numbers: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One case as its reader gets it; `images` is the `shown_series` of the exam."""

    item: str
    label: str
    kind: ItemKind
    state: ItemState
    organ: str
    pointer: PlacedPointer | None
    revision: int
    draft: Draft | None
    locked: LockedView | None
    show_numbers: ShowNumbers
    images: str
    hides_values: bool
    exam: RoomExam = field(repr=False)


def open_case(room: ReadingRoom, reader: str, item: str) -> OpenCase:
    """A reader's case; the case after it is loaded in the background.

    Raises
    ------
    ReadError
        ``read.item``, ``read.no-images``
    """
    case = item_of(room, reader, item)
    listed = reading_list(room, reader)
    exam = room.images.exam(case.study_instance_uid)
    status = status_of(room, case)
    saved = saved_draft(room, case)
    pointer = pointer_of(room, case)
    numbers = numbers_now(room, case, status.lock) if status.lock and shows_numbers(room, case) else None
    is_locked = status.state == "locked" and status.lock is not None
    _load_ahead(room, listed, item)
    return OpenCase(
        item=item,
        label=next((one.label for one in listed.items if one.item == item), "Case"),
        kind=case.kind,
        state=status.state,
        organ=pointer.organ if pointer else "",
        pointer=_placed(pointer, exam),
        revision=status.revision,
        draft=saved.draft if saved else None,
        locked=LockedView(status.lock.at, numbers) if is_locked and status.lock else None,
        show_numbers=_shown_when(room, case),
        images=shown_series(room, case, exam),
        hides_values=hides_values(room),
        exam=exam,
    )


def open_lesion(room: ReadingRoom, key: str) -> OpenCase:
    """A lesion's images for a coordinator who places its pointer.

    Raises
    ------
    ReadError
        ``read.item``, ``read.no-images``
    """
    case = lesion_item(room, key)
    exam = room.images.exam(case.study_instance_uid)
    pointer = pointer_of(room, case)
    return OpenCase(
        item="",
        label=key,
        kind="read",
        state="open",
        organ=pointer.organ if pointer else "",
        pointer=_placed(pointer, exam),
        revision=0,
        draft=None,
        locked=None,
        show_numbers="never",
        images="",
        hides_values=False,
        exam=exam,
    )


def case_frames(room: ReadingRoom, reader: str, item: str, series: str, first: int, last: int) -> bytes:
    """The pixels of a reader's case, as `RoomExam.pixels`; of maps the picture, where numbers are hidden.

    Raises
    ------
    ReadError
        ``read.item``, ``read.no-frame``
    """
    case = item_of(room, reader, item)
    exam = room.images.exam(case.study_instance_uid)
    return exam.pixels(series, first, last, as_picture=hides_values(room))


def lesion_frames(room: ReadingRoom, key: str, series: str, first: int, last: int) -> bytes:
    """The pixels of a lesion's exam, for a coordinator.

    Raises
    ------
    ReadError
        ``read.item``, ``read.no-frame``
    """
    return room.images.exam(lesion_item(room, key).study_instance_uid).pixels(series, first, last)


def load_first_case(room: ReadingRoom, listed: ReadingList) -> None:
    """Load the case that a reader's list offers, so that it is there when it is opened."""
    if listed.next_item is not None:
        _load(room, listed.next_item)


def load_first_cases(room: ReadingRoom) -> None:
    """Load what readers will be offered when they sign in, so that nobody waits for the first case."""
    design = room.store.reading.designs.latest()
    if design is not None and design.started_at:
        for reader in design.design.readers[:MOST_FIRST_CASES]:
            load_first_case(room, reading_list(room, reader))


def _load_ahead(room: ReadingRoom, listed: ReadingList, item: str) -> None:
    """The next case that is not locked, after this one and then from the start."""
    order = listed.items
    here = next((at for at, one in enumerate(order) if one.item == item), -1)
    for one in (*order[here + 1 :], *order[: here + 1]):
        if one.state != "locked" and one.item != item:
            _load(room, one.item)
            return


def _load(room: ReadingRoom, item: str) -> None:
    found = room.store.reading.designs.item(item)
    if found is not None:
        room.images.prefetch(found.study_instance_uid)


def _placed(pointer: Pointer | None, exam: RoomExam) -> PlacedPointer | None:
    if pointer is None:
        return None
    place = exam.locate(pointer.sop_instance_uid, pointer.frame_number, pointer.point_lps_mm)
    return None if place is None else PlacedPointer(place[0], place[1], pointer.point_lps_mm)


def hides_values(room: ReadingRoom) -> bool:
    """Whether readers get the maps as pictures: else the value under the pointer tells what is hidden.

    They stay pictures after the lock, so that a case that is open then does not change its shades.
    """
    return room.rules().show_numbers != "live"


def _shown_when(room: ReadingRoom, case: ReadItem) -> ShowNumbers:
    rule = room.rules().show_numbers
    return "after_lock" if rule == "never" and case.kind == "training" else rule
