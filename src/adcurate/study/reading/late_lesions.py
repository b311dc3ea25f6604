"""Lesions that became ready after the reading began: given to the readers until results are known.

An exam, a pointer or a subject may come late. What was given stays where it is; new lesions come behind it,
all that are ready at once: nobody picks among them. A lesion is read first in the session that its reader is
in, and again only in sessions that the reader has not begun, so that the washout holds. No outcome is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from adcurate.errors import ReadError
from adcurate.model.reading.design import LateLesions, ReadItem, Someone, StoredDesign
from adcurate.store import StudyStore
from adcurate.study.reading.amend import CLOSED_CHOICE, checked_reason
from adcurate.study.reading.given_cases import beyond_rights, check_maps
from adcurate.study.reading.lesions import ReadableLesion, readable_lesions, with_pointer
from adcurate.study.reading.order import late_order, n_repeated
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.run import ANALYZED_CHOICE


def late_lesions(room: ReadingRoom) -> LateLesions:
    """Lesions that no reader was given, and the cases that giving them would make; none before the start."""
    stored = room.store.reading.designs.latest()
    if stored is None or not stored.started_at:
        return LateLesions()
    ready, without_pointer = _not_given(room)
    return LateLesions(
        ready=tuple(one.key for one in ready),
        without_pointer=tuple(one.key for one in without_pointer),
        cases={
            reader: sum(1 for _ in _drawn(room, reader, stored, [one.key for one in ready]))
            for reader in (stored.design.readers if ready else ())
        },
        too_late=too_late(room.store, stored.started_at),
    )


def give_lesions(room: ReadingRoom, who: Someone, reason: str) -> StoredDesign:
    """Give every reader the lesions that are ready and that none has, behind what they have.

    Raises
    ------
    ReadError
        ``read.design``: no reading has begun, nothing waits, or a reader may not read for a lesion's site.
        ``read.too-late``: results or outcomes are known. ``read.reason``
    """
    stored = room.store.reading.designs.latest()
    if stored is None or not stored.started_at:
        raise ReadError("read.design", "No reading has begun.", remedy="Begin it: that gives every lesion.")
    why_not = too_late(room.store, stored.started_at)
    if why_not:
        raise ReadError(
            "read.too-late",
            why_not,
            remedy="What was read stands. The report counts the lesions that nobody read.",
        )
    ready, _ = _not_given(room)
    if not ready:
        raise ReadError(
            "read.design",
            "No lesion waits: every one that has an exam and a pointer was given to the readers.",
            remedy="Bring the exam, or place the pointer, and give them then.",
        )
    for fault in beyond_rights(room, stored.design, ready):
        raise ReadError("read.design", fault, remedy="Give that reader the right for every site first.")
    check_maps(room, ready[0])
    by_key = {one.key: one for one in ready}
    items = [
        _item(room, reader, by_key[key], session, position, number)
        for reader in stored.design.readers
        for session, position, key, number in _drawn(room, reader, stored, list(by_key))
    ]
    return room.store.reading.designs.give(items, who.id, before=stored, reason=checked_reason(reason))


def too_late(store: StudyStore, started_at: str) -> str:
    """Why no lesion can be given any more, or "": from then on somebody could choose by how it turns out."""
    seal, made, locked = (
        store.reading.seals.latest(),
        store.reading.told_results.latest(),
        store.data_locks.latest(),
    )
    analyzed, closed = store.choices.latest(ANALYZED_CHOICE), store.choices.latest(CLOSED_CHOICE)
    known = [
        ("the outcomes were opened", seal.opened_at if seal else ""),
        ("the results were made", made.at if made else ""),
        ("the study was analysed", analyzed.at if analyzed else ""),
        ("the data were locked", locked.at if locked else ""),
        ("its readings were closed", closed.at if closed else ""),
    ]
    since = sorted((at, what) for what, at in known if at and at >= started_at)
    if not since:
        return ""
    at, what = since[0]
    return (
        f"It is too late to give lesions to the readers, because {what} on {at[:10]}: whoever adds a lesion "
        "from then on could know what it does to the results."
    )


def _not_given(room: ReadingRoom) -> tuple[list[ReadableLesion], list[ReadableLesion]]:
    """Lesions that nobody was given: those that are ready, and those that lack only a pointer.

    Where readers look for the lesion themselves, an exam that was read is read: no other lesion of it is new.
    """
    rules = room.rules()
    ever = room.store.reading.designs.ever_given()
    known = {(one.subject, one.visit if rules.selection == "free" else one.lesion) for one in ever}
    new = [
        one
        for one in readable_lesions(room.store, room.protocol())
        if (one.subject, one.visit if rules.selection == "free" else one.lesion) not in known
    ]
    return with_pointer(room.store, new, rules)


def _drawn(
    room: ReadingRoom, reader: str, stored: StoredDesign, keys: Sequence[str]
) -> Iterator[tuple[int, int, str, int]]:
    """Session, position, lesion and number of each new case of a reader, in an order from the seed."""
    rules = room.rules()
    own = [one for one in room.store.reading.designs.items(reader) if one.kind == "read"]
    n_before = sum(one.number == 1 for one in own)
    later = max(1, rules.sessions - 1)
    n_due = n_repeated(n_before + len(keys), rules.repeat_fraction) - (len(own) - n_before) // later
    order = late_order(
        keys,
        reader,
        seed=stored.design.seed,
        version=stored.version + 1,
        sessions=rules.sessions,
        n_repeats=min(max(n_due, 0), len(keys)),
    )
    ends: dict[int, int] = {}
    for one in room.store.reading.designs.ever_given():
        if one.reader == reader:
            ends[one.session] = max(ends.get(one.session, 0), one.position)
    counts: Counter[str] = Counter()
    for session, lesions in enumerate(order, start=_session_of(room, reader)):
        for position, key in enumerate(lesions, start=ends.get(session, 0) + 1):
            counts[key] += 1
            yield session, position, key, counts[key]


def _session_of(room: ReadingRoom, reader: str) -> int:
    """The last session that a reader has begun; the first before that."""
    items = room.store.reading.designs.items(reader)
    statuses = room.store.reading.locks.statuses([one.item for one in items])
    return max((one.session for one in items if statuses[one.item].state != "open"), default=1)


def _item(
    room: ReadingRoom, reader: str, one: ReadableLesion, session: int, position: int, number: int
) -> ReadItem:
    return ReadItem(
        room.new_id(),
        reader,
        session,
        position,
        "read",
        one.subject,
        one.visit,
        one.lesion,
        one.study_instance_uid,
        number,
    )
