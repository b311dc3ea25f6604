"""Save a draft: every edit is kept, whatever its geometry, and nothing is overwritten."""

from __future__ import annotations

from adcurate.errors import ReadError
from adcurate.model.reading.design import Someone
from adcurate.model.reading.draft import Draft
from adcurate.study.reading.next_case import item_of
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.shown_series import series_drawn_on

LONGEST_KEY = 100


def save_draft(
    room: ReadingRoom,
    who: Someone,
    item: str,
    base_revision: int,
    key: str,
    draft: Draft,
    *,
    images: str = "",
) -> int:
    """Keep a revision on top of `base_revision`; when this returns, it is on disk.

    Parameters
    ----------
    key
        Of this save: sent again after a broken connection, it gives the same revision.
    images
        The `shown_series` that it was drawn on; without it, those of now.

    Raises
    ------
    ReadError
        ``read.item``, ``read.locked``, ``read.stale``, ``read.key-reused``, ``read.case-full``,
        ``read.draft`` for a key that is none, or a series that the case does not have;
        ``read.stale-images``.
    """
    case = item_of(room, who.name, item)
    check_key(key)
    series = series_drawn_on(room, case, images, draft)
    return room.store.reading.drafts.save(item, base_revision, key, draft, series, who.id)


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
