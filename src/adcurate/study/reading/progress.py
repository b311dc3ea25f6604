"""How far the reading is: for the coordinator, who sees counts and no reading.

Who reads too is told of the own cases only until every reading is locked: from how many readings differ, or
how far others are, another's reading could be told.
"""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Mapping, Sequence

from adcurate.model.reading.answers import ReaderProgress, RoomProgress
from adcurate.model.reading.design import ReadItem, Someone
from adcurate.model.reading.kept import ItemStatus
from adcurate.study.reading.disputes import disputes
from adcurate.study.reading.late_lesions import late_lesions
from adcurate.study.reading.next_case import session_now
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.seal import all_locked, current_seal


def is_own_only(room: ReadingRoom, who: Someone) -> bool:
    """Whether somebody reads too, and is told of nobody else until every reading is locked."""
    stored = room.store.reading.designs.latest()
    return stored is not None and who.name in stored.design.readers and not all_locked(room)


def room_progress(room: ReadingRoom, who: Someone) -> RoomProgress:
    """Readers and their cases, disputes, and whether outcomes are sealed, as far as `who` may know it."""
    stored = room.store.reading.designs.latest()
    items = room.store.reading.designs.items()
    statuses = room.store.reading.locks.statuses([one.item for one in items])
    spans = room.store.reading.drafts.spans()
    amended = {one.item for one in room.store.reading.locks.amendments()}
    readers = stored.design.readers if stored is not None else ()
    only_own = is_own_only(room, who)
    if only_own:
        readers = (who.name,)
    found = disputes(room) if stored is not None and not only_own else ()
    decided = room.store.reading.adjudications.all()
    n_decided = sum(one.id in decided for one in found)
    seal = current_seal(room)
    return RoomProgress(
        started_at="" if stored is None else stored.started_at,
        readers=tuple(
            _reader(room, reader, [one for one in items if one.reader == reader], statuses, spans, amended)
            for reader in readers
        ),
        n_adjudication_open=None if only_own else len(found) - n_decided,
        n_adjudicated=None if only_own else n_decided,
        is_own_only=only_own,
        outcomes_sealed_by="" if seal is None else seal.sealer,
        all_locked=bool(items) and all(one.state == "locked" for one in statuses.values()),
        late=late_lesions(room),
    )


def _reader(
    room: ReadingRoom,
    reader: str,
    items: Sequence[ReadItem],
    statuses: Mapping[str, ItemStatus],
    spans: Mapping[str, tuple[str, int]],
    amended: set[str],
) -> ReaderProgress:
    session, n_sessions, opens_at = session_now(room, items, statuses)
    states = [statuses[one.item] for one in items]
    minutes = [
        _minutes(spans[one.item][0], lock.at)
        for one in items
        if (lock := statuses[one.item].lock) is not None and one.item in spans and lock.version == 1
    ]
    return ReaderProgress(
        reader=reader,
        session=session,
        n_sessions=n_sessions,
        n_done=sum(one.state == "locked" for one in states),
        n_drafted=sum(one.state in ("drafted", "amending") for one in states),
        n_total=len(states),
        n_cannot_assess=sum(
            one.lock is not None and bool((one.lock.numbers or {}).get("cannot_assess")) for one in states
        ),
        n_amended=sum(one.item in amended for one in items),
        opens_at=opens_at,
        median_minutes=statistics.median(minutes) if minutes else None,
    )


def _minutes(first: str, last: str) -> float:
    span = datetime.datetime.fromisoformat(last) - datetime.datetime.fromisoformat(first)
    return span.total_seconds() / 60
