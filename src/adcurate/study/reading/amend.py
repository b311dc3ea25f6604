"""Open a locked reading again, with a reason; the locked version stays, and counts until the next lock.

A reading of any session can be amended by its reader until everything is locked and the outcomes were opened
or the results made: from then on the readings are what they are.
"""

from __future__ import annotations

from adcurate.errors import ReadError
from adcurate.model.reading.design import Someone
from adcurate.study.reading.next_case import no_item
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.seal import all_locked
from adcurate.study.run import ANALYZED_CHOICE

LONGEST_REASON = 2_000


def amend_reading(room: ReadingRoom, who: Someone, item: str, reason: str) -> int:
    """Amend one's own reading, of whichever session; gives the revision to go on from.

    Raises
    ------
    ReadError
        ``read.item``, ``read.reason``, ``read.not-locked``, ``read.closed``
    """
    case = room.store.reading.designs.item(item)
    if case is None or case.reader != who.name:
        raise no_item()
    if is_closed(room):
        raise ReadError(
            "read.closed",
            "Every reading is locked, and the results are known: the readings stand.",
            remedy="What is wrong with this one is for the report to say; write to the study's coordinator.",
        )
    return room.store.reading.locks.amend(case.item, who.name, checked_reason(reason), who.id).revision


def is_closed(room: ReadingRoom) -> bool:
    """Whether readings stand for good: all are locked, and outcomes were opened or results made."""
    seal = room.store.reading.seals.latest()
    was_opened = seal is not None and bool(seal.opened_at)
    is_known = was_opened or room.store.choices.latest(ANALYZED_CHOICE) is not None
    return is_known and all_locked(room)


def checked_reason(reason: str) -> str:
    """A reason that says something.

    Raises
    ------
    ReadError
        ``read.reason``
    """
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON or "\0" in said:
        raise ReadError(
            "read.reason", "This needs a reason.", remedy=f"Write why, in at most {LONGEST_REASON:,} letters."
        )
    return said
