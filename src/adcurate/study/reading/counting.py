"""Which contours count once a reading is locked or a dispute decided: what ``study run`` will measure.

A training reading counts nowhere. Where readers look for the lesion themselves, two readings that are not of
one lesion count nowhere until somebody decided: they are no disagreement about a lesion.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adcurate.model.contour_record import REFERENCE, ContourRecord
from adcurate.model.jsonable import as_jsonable
from adcurate.model.reading.design import ReadItem
from adcurate.study.reader_of_record import CONSENSUS, READERS_CHOICE
from adcurate.study.reading.drawn import records_of
from adcurate.study.reading.next_case import with_ids_of_now
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.same_lesion import is_same_lesion


@dataclass(frozen=True, slots=True)
class CountingContours:
    """What is to count from now on, by key; `seen` are the locks that it hangs on."""

    contours: Mapping[str, Any]
    seen: Mapping[str, int]


def contours_of_lock(room: ReadingRoom, item: ReadItem, records: Sequence[ContourRecord]) -> CountingContours:
    """What counts when `item` is locked with these contours."""
    if item.kind == "training":
        return CountingContours({}, {})
    seen: dict[str, int] = {}
    readings = {item: tuple(records)}
    if room.rules().selection == "free" and item.number == 1:
        for other in first_readings(room, item.subject, item.lesion):
            if other.item != item.item:
                version, theirs = locked_records(room, other)
                seen[other.item] = version
                readings |= {other: theirs} if version else {}
    contours: dict[str, Any] = {}
    if room.store.contours.latest(f"{item.key}/{CONSENSUS}") is not None:
        contours.update(region_payloads(room, item, CONSENSUS, ()))
    for one, own in readings.items():
        agrees = all(is_same_lesion(own, theirs) for theirs in readings.values() if own and theirs)
        contours.update(region_payloads(room, one, one.reading_name, own if agrees else ()))
    return CountingContours(contours, seen)


def first_readings(room: ReadingRoom, subject: str, lesion: str) -> tuple[ReadItem, ...]:
    """Every reader's first reading of a lesion, training apart, in the design's order of readers."""
    return _first_of(room.store.reading.designs.items_of_lesion(subject, lesion), _readers(room))


def first_readings_of_all(room: ReadingRoom) -> dict[tuple[str, str], tuple[ReadItem, ...]]:
    """`first_readings` of every (subject, lesion) that is read, in their order; no withdrawn subject's."""
    designs = room.store.reading.designs
    read = {(one.subject, one.lesion) for one in designs.items() if one.kind == "read"}
    every, readers = designs.items_by_lesion(), _readers(room)
    return {lesion: _first_of(every[lesion], readers) for lesion in sorted(read)}


def _readers(room: ReadingRoom) -> Sequence[str]:
    design = room.store.reading.designs.latest()
    return design.design.readers if design is not None else ()


def _first_of(items: Sequence[ReadItem], readers: Sequence[str]) -> tuple[ReadItem, ...]:
    own = [one for one in items if one.kind == "read" and one.number == 1]
    return tuple(
        sorted(own, key=lambda one: readers.index(one.reader) if one.reader in readers else len(readers))
    )


def locked_records(room: ReadingRoom, item: ReadItem) -> tuple[int, tuple[ContourRecord, ...]]:
    """The version of an item's last lock (0 without one) and the contours that it locked."""
    lock = room.store.reading.locks.status(item.item).lock
    if lock is None:
        return 0, ()
    saved = room.store.reading.drafts.at(item.item, lock.revision)
    if saved is None:
        return 0, ()
    exam = room.images.exam(item.study_instance_uid)
    draft = with_ids_of_now(saved, exam).draft
    return lock.version, records_of(draft, item, item.reading_name, exam)


def region_payloads(
    room: ReadingRoom, item: ReadItem, reader: str, records: Sequence[ContourRecord]
) -> dict[str, Any]:
    """The lesion's and the reference tissue's contours by key; a reference that is gone is taken out."""
    renamed = [dataclasses.replace(one, reader=reader) for one in records]
    payloads: dict[str, Any] = {}
    for lesion in (item.lesion, item.lesion + REFERENCE):
        key = f"{item.subject}/{lesion}/{reader}"
        own = [one for one in renamed if one.lesion == lesion]
        if own or room.store.contours.latest(key) is not None:
            payloads[key] = as_jsonable(own)
    return payloads


def order_with(room: ReadingRoom, reader: str) -> list[tuple[str, Any]]:
    """The order of readers with one who may be new at its end, to be kept."""
    record = room.store.choices.latest(READERS_CHOICE)
    names = list(record.payload) if record is not None else []
    return [] if reader in names else [(READERS_CHOICE, [*names, reader])]
