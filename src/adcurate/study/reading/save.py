"""Save a draft: every edit is kept, whatever its geometry, and nothing is overwritten."""

from __future__ import annotations

from adcurate.errors import AdcurateError, ReadError
from adcurate.model.reading.design import ReadItem, Someone
from adcurate.model.reading.draft import Draft
from adcurate.study.reading.next_case import item_of
from adcurate.study.reading.room import ReadingRoom

LONGEST_KEY = 100


def save_draft(room: ReadingRoom, who: Someone, item: str, base_revision: int, key: str, draft: Draft) -> int:
    """Keep a revision on top of `base_revision`; when this returns, it is on disk.

    Parameters
    ----------
    key
        Of this save: sent again after a broken connection, it gives the same revision.

    Raises
    ------
    ReadError
        ``read.item``, ``read.locked``, ``read.stale``, ``read.key-reused``, ``read.case-full``,
        ``read.draft`` for a key that is none.
    """
    case = item_of(room, who.name, item)
    check_key(key)
    return room.store.reading.drafts.save(item, base_revision, key, draft, _series_names(room, case), who.id)


def _series_names(room: ReadingRoom, case: ReadItem) -> tuple[str, ...]:
    """What stands behind ``s1``, ``s2``, …; a stroke is kept also where the images cannot be read now."""
    try:
        return tuple(one.name for one in room.images.exam(case.study_instance_uid).series)
    except AdcurateError:
        return ()


def check_key(key: str) -> None:
    """Refuse a key that cannot tell one save from another.

    Raises
    ------
    ReadError
        ``read.draft``
    """
    if not 8 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise ReadError(
            "read.draft",
            "The save has no key of 8 to 100 letters.",
            remedy="Make a random one for each save.",
        )
