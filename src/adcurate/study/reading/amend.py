"""Open a locked reading again, with a reason; the locked version stays, and counts until the next lock.

A reading of any session can be amended by its reader until everything is locked and the outcomes were opened
or the results made: from then on the readings are what they are, also when readers are added. And nobody
amends a reading of a lesion after looking at the other's, as somebody who decides.
"""

from __future__ import annotations

from adcurate.errors import ReadError
from adcurate.model.reading.design import Someone
from adcurate.store import StudyStore
from adcurate.study.reading.next_case import no_item
from adcurate.study.reading.others_seen import has_seen_others
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.seal import all_locked
from adcurate.study.run import ANALYZED_CHOICE

LONGEST_REASON = 2_000
CLOSED_CHOICE = "readings-closed"
"""Kept where readers are added to a study whose readings stand: the others go on standing."""


def amend_reading(room: ReadingRoom, who: Someone, item: str, reason: str) -> int:
    """Amend one's own reading, of whichever session; gives the revision to go on from.

    Raises
    ------
    ReadError
        ``read.item``, ``read.reason``, ``read.not-locked``, ``read.closed``, ``read.seen``
    """
    case = room.store.reading.designs.item(item)
    if case is None or case.reader != who.name:
        raise no_item()
    if is_closed(room):
        raise ReadError(
            "read.closed",
            "The outcomes or the results of this study are known: its readings stand.",
            remedy="What is wrong with this one is for the report to say; write to the study's coordinator.",
        )
    if has_seen_others(room.store, who.id, case):
        raise ReadError(
            "read.seen",
            "You opened the difference between the readings of this lesion: your reading of it stands.",
            remedy="Decide the difference, with a new drawing where neither reading is right.",
        )
    return room.store.reading.locks.amend(case.item, who.name, checked_reason(reason), who.id).revision


def is_closed(room: ReadingRoom) -> bool:
    """Whether readings stand for good: outcomes were opened or results made when all were locked, once."""
    store = room.store
    if store.choices.latest(CLOSED_CHOICE) is not None or _results_were_made(store):
        return True
    seal = store.reading.seals.latest()
    was_opened = seal is not None and bool(seal.opened_at)
    is_known = was_opened or store.choices.latest(ANALYZED_CHOICE) is not None
    return is_known and all_locked(room)


def _results_were_made(store: StudyStore) -> bool:
    """Whether results were made on the page since reading began; those of drawn files came before it."""
    made, design = store.reading.told_results.latest(), store.reading.designs.latest()
    return made is not None and design is not None and "" < design.started_at <= made.at


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
