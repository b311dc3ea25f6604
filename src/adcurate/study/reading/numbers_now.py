"""The numbers of a locked reading under the rules that count now, whichever it was locked under.

A lock keeps what was measured when it was signed, and by which rules of the map and of regions. Where the
protocol was amended since, its contours are measured again, as ``study run`` will: two readings are never
compared by two rules, and numbers are shown beside the map that they belong to. The lock stays as signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adcurate.errors import AdcurateError
from adcurate.model.reading.design import ReadItem
from adcurate.model.reading.kept import Lock
from adcurate.study.reading.measure import measure_whole, rules_digest
from adcurate.study.reading.next_case import with_ids_of_now
from adcurate.study.reading.room import ReadingRoom

_MOST_KEPT: Final = 10_000


def rules_now(room: ReadingRoom) -> str:
    """The rules that count now, by their digest."""
    protocol = room.protocol()
    return rules_digest(protocol.adc, protocol.region)


def numbers_now(room: ReadingRoom, item: ReadItem, lock: Lock, rules: str = "") -> Mapping[str, Any]:
    """What a lock's contours measure now, in the shape of `Lock.numbers`; no numbers where nothing can.

    Who asks for many locks gives `rules_now` along.
    """
    numbers = lock.numbers or {}
    rules = rules or rules_now(room)
    if numbers.get("cannot_assess") or numbers.get("rules") == rules:
        return numbers
    key = (item.item, lock.version, lock.draft_digest, rules, room.images.generation)
    if key not in room.measured:
        found = _measured(room, item, lock)
        if len(room.measured) >= _MOST_KEPT:
            room.measured.clear()
        room.measured[key] = found
        return found
    return room.measured[key]


def _measured(room: ReadingRoom, item: ReadItem, lock: Lock) -> Mapping[str, Any]:
    saved = room.store.reading.drafts.at(item.item, lock.revision)
    numbers = lock.numbers or {}
    if saved is None:
        return {**numbers, "numbers": []}
    try:
        draft = with_ids_of_now(saved, room.images.exam(item.study_instance_uid)).draft
        found = measure_whole(room, item, draft)
    except AdcurateError:  # the images cannot be read now: whoever opens the case is told
        return {**numbers, "numbers": []}
    return {**numbers, **found.numbers.as_json(), "rules": found.rules}
