"""Open a locked reading again, with a reason; the locked version stays, and counts until the next lock."""

from __future__ import annotations

from adcurate.errors import ReadError
from adcurate.model.reading.design import Someone
from adcurate.study.reading.next_case import item_of
from adcurate.study.reading.room import ReadingRoom

LONGEST_REASON = 2_000


def amend_reading(room: ReadingRoom, who: Someone, item: str, reason: str) -> int:
    """Amend one's own reading; gives the revision to go on from.

    Raises
    ------
    ReadError
        ``read.item``, ``read.reason``, ``read.not-locked``
    """
    case = item_of(room, who.name, item)
    return room.store.reading.locks.amend(case.item, who.name, checked_reason(reason), who.id).revision


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
