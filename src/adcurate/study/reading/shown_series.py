"""Which series a case's ids mean: a page may have been opened before the ids came to mean other series.

The ids of a case's series are numbers in order: they change when an exam gains a series, or when its maps
are made by other rules. A case therefore says a digest of its list, and what is drawn on it says that
again: it is kept under the series that were shown, and neither measured nor signed beside others. Cases
of one exam have different digests, so that nobody can tell by them which cases come back.
"""

from __future__ import annotations

from adcurate.errors import AdcurateError, ReadError
from adcurate.model.provenance import canonical_json, content_digest
from adcurate.model.reading.design import ReadItem
from adcurate.model.reading.draft import Draft
from adcurate.study.reading.next_case import GONE
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.room_exam import RoomExam


def shown_series(room: ReadingRoom, case: ReadItem, exam: RoomExam) -> str:
    """The digest of the series as they are now; what it stands for is remembered while the room is open."""
    names = tuple(one.name for one in exam.series)
    digest = _digest(case, names)
    room.shown[digest] = names
    return digest


def series_drawn_on(room: ReadingRoom, case: ReadItem, images: str, draft: Draft) -> tuple[str, ...]:
    """What stood behind ``s1``, ``s2``, … when a draft was drawn; without a digest, what stands there now.

    A stroke is kept also where the images cannot be read now: nothing is known then.

    Raises
    ------
    ReadError
        ``read.stale-images``: nobody knows the list any more; ``read.draft``: a series that it does not have.
    """
    names = _names(room, case, images)
    known = {GONE, *(f"s{at}" for at in range(1, len(names) + 1))}
    named = {one.series for one in draft.contours} | {one.series for one in draft.rulers}
    if names and not named <= known:
        raise ReadError(
            "read.draft",
            "Something is drawn on a series that the case does not have.",
            remedy="Load the case again, and draw it on an image of the case.",
        )
    return names


def refuse_stale_images(room: ReadingRoom, case: ReadItem, images: str) -> None:
    """Stop what is asked beside images that are not the case's any more.

    Raises
    ------
    ReadError
        ``read.stale-images``, ``read.no-images``
    """
    if images and images != shown_series(room, case, room.images.exam(case.study_instance_uid)):
        raise _stale()


def _names(room: ReadingRoom, case: ReadItem, images: str) -> tuple[str, ...]:
    shown = room.shown.get(images, ())
    if shown and _digest(case, shown) == images:
        return shown
    try:
        exam = room.images.exam(case.study_instance_uid)
    except AdcurateError:
        return ()
    if images in ("", shown_series(room, case, exam)):
        return tuple(one.name for one in exam.series)
    saved = room.store.reading.drafts.latest(case.item)
    if saved is None or _digest(case, saved.series) != images:
        raise _stale()
    return saved.series


def _digest(case: ReadItem, names: tuple[str, ...]) -> str:
    return content_digest(canonical_json([case.item, *names]).encode())


def _stale() -> ReadError:
    return ReadError(
        "read.stale-images",
        "The images of this case changed since the page loaded it.",
        remedy="Load the case again: what was saved is kept on the images that it was drawn on.",
    )
