"""A reader's session: which cases there are, which comes next, and what of them may be seen.

A case that is another's, of a session that is over or has not begun, or that does not exist gives one and
the same error. While repeats are still to come no locked reading is shown again: none of them, or a reader
would learn which cases come back.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence

from adcurate.errors import ReadError
from adcurate.model.reading.answers import EarlierItem, ListedItem, ReadingList
from adcurate.model.reading.design import ReadItem
from adcurate.model.reading.kept import ItemStatus, SavedDraft
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.room_exam import RoomExam

GONE = "s0"


def reading_list(room: ReadingRoom, reader: str) -> ReadingList:
    """The reader's session now; while the washout lasts it is empty and says when it opens."""
    items = room.store.reading.designs.items(reader)
    statuses = room.store.reading.locks.statuses([one.item for one in items])
    session, n_sessions, opens_at = session_now(room, items, statuses)
    now = () if opens_at is not None else _listed(items, statuses, session)
    earlier = _earlier(items, statuses, session)
    return ReadingList(session, n_sessions, opens_at, now, earlier, _hides_locked(items, statuses))


def session_now(
    room: ReadingRoom, items: Sequence[ReadItem], statuses: Mapping[str, ItemStatus]
) -> tuple[int, int, str | None]:
    """Of a reader's cases: the session now, how many there are, and when it opens while the washout lasts."""
    session, opens_at = _session_now(room, items, statuses)
    return session, max((one.session for one in items), default=1), opens_at


def item_of(room: ReadingRoom, reader: str, item: str) -> ReadItem:
    """One of the reader's cases, of the session that is open.

    Raises
    ------
    ReadError
        ``read.item``
    """
    items = room.store.reading.designs.items(reader)
    one = next((own for own in items if own.item == item), None)
    if one is None:
        raise no_item()
    if all(own.session == 1 for own in items):
        return one
    statuses = room.store.reading.locks.statuses([other.item for other in items])
    session, opens_at = _session_now(room, items, statuses)
    is_amending = statuses[item].state == "amending"
    if not is_amending and (opens_at is not None or one.session != session):
        raise no_item()
    return one


def status_of(room: ReadingRoom, item: ReadItem) -> ItemStatus:
    """How far a case is."""
    return room.store.reading.locks.status(item.item)


def saved_draft(room: ReadingRoom, item: ReadItem) -> SavedDraft | None:
    """What was saved last; None before that, and where a locked reading is not shown again.

    Its series have the ids that they have now.
    """
    saved = room.store.reading.drafts.latest(item.item)
    if saved is None or not shows_locked(room, item):
        return None
    return with_ids_of_now(saved, room.images.exam(item.study_instance_uid))


def shows_numbers(room: ReadingRoom, item: ReadItem) -> bool:
    """Whether the reader may see what was measured, now."""
    when = room.rules().show_numbers
    is_locked = status_of(room, item).state == "locked"
    if item.kind == "training":
        return is_locked or when == "live"
    if not shows_locked(room, item):
        return False
    return when == "live" or (when == "after_lock" and is_locked)


def shows_locked(room: ReadingRoom, item: ReadItem) -> bool:
    """Whether what was drawn may be seen: always before the lock, and after it unless cases come back."""
    if item.kind == "training" or status_of(room, item).state != "locked":
        return True
    return not hides_locked(room, item.reader)


def hides_locked(room: ReadingRoom, reader: str) -> bool:
    """Whether cases come back for a reader who has not locked all of them yet."""
    items = room.store.reading.designs.items(reader)
    return _hides_locked(items, room.store.reading.locks.statuses([one.item for one in items]))


def _hides_locked(items: Sequence[ReadItem], statuses: Mapping[str, ItemStatus]) -> bool:
    if all(one.number == 1 for one in items):
        return False
    return not all(one.state in ("locked", "amending") for one in statuses.values())


def with_ids_of_now(saved: SavedDraft, exam: RoomExam) -> SavedDraft:
    """A draft under the series ids that its exam has now: they change when the exam gains a series."""
    if not saved.series:
        return saved
    now = {one.name: one.series_id for one in exam.series}
    new = {f"s{at}": now.get(name, GONE) for at, name in enumerate(saved.series, start=1)}
    if all(old == then for old, then in new.items()):
        return saved
    draft = dataclasses.replace(
        saved.draft,
        contours=tuple(
            dataclasses.replace(one, series=new.get(one.series, GONE)) for one in saved.draft.contours
        ),
        rulers=tuple(
            dataclasses.replace(one, series=new.get(one.series, GONE)) for one in saved.draft.rulers
        ),
    )
    return dataclasses.replace(saved, draft=draft)


def no_item() -> ReadError:
    """``read.item``"""
    return ReadError("read.item", "There is no such case.", remedy="Go back to the list of cases.")


def _listed(
    items: Sequence[ReadItem], statuses: Mapping[str, ItemStatus], session: int
) -> tuple[ListedItem, ...]:
    listed = []
    counts = {"read": 0, "training": 0}
    for one in items:
        if one.session == session:
            counts[one.kind] += 1
            word = "Case" if one.kind == "read" else "Training case"
            label = f"{word} {counts[one.kind]}"
            listed.append(ListedItem(one.item, label, statuses[one.item].state, one.kind))
    return tuple(listed)


def _earlier(
    items: Sequence[ReadItem], statuses: Mapping[str, ItemStatus], session: int
) -> tuple[EarlierItem, ...]:
    """What of earlier sessions may be amended, under the labels that it had then."""
    return tuple(
        EarlierItem(number, one.item, one.label, one.state, one.kind)
        for number in range(1, session)
        for one in _listed(items, statuses, number)
    )


def _session_now(
    room: ReadingRoom, items: Sequence[ReadItem], statuses: Mapping[str, ItemStatus]
) -> tuple[int, str | None]:
    """The session a reader is in, and when it opens where that lies ahead.

    A session opens when every case of the one before was locked once and the washout since the last lock is
    over; an amendment of that session starts the washout again, unless reading has gone on in this one.
    """
    sessions = sorted({one.session for one in items})
    wash = datetime.timedelta(days=room.rules().washout_days)
    opens: datetime.datetime | None = None
    for session in sessions:
        states = [statuses[one.item] for one in items if one.session == session]
        is_begun = any(one.state != "open" for one in states)
        now = datetime.datetime.fromisoformat(room.store.clock())
        if opens is not None and now < opens and not is_begun:
            return session, opens.isoformat()
        locks = [one.lock for one in states]
        ends = [datetime.datetime.fromisoformat(lock.at) for lock in locks if lock is not None]
        if len(ends) < len(locks) or session == sessions[-1]:
            return session, None
        opens = max(ends) + wash
    return 1, None
