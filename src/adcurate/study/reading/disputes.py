"""Where readers differ by more than the protocol allows: told from the locks each time, stored nowhere.

Only first readings that are all locked are compared, so that nobody learns of a difference before.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Mapping, Sequence
from typing import Final

from adcurate.model.reading.design import ReadItem
from adcurate.model.reading.kept import Dispute, DisputeReason, ItemStatus, Lock
from adcurate.study.reading.counting import first_readings_of_all, locked_records
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.same_lesion import is_same_lesion

_UNIT: Final = 1e-6


def disputes(room: ReadingRoom) -> tuple[Dispute, ...]:
    """Every dispute, decided or not, in the order of their ids: at most one for each lesion."""
    rules = room.rules()
    if rules.selection != "free" and rules.adjudicate_over <= 0:
        return ()
    readings = first_readings_of_all(room)
    statuses = room.store.reading.locks.statuses([one.item for items in readings.values() for one in items])
    found = [_dispute(room, items, statuses) for items in readings.values()]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.id))


def dispute_id(first: tuple[str, int], second: tuple[str, int], reason: DisputeReason) -> str:
    """The id of a dispute between two locks: (case, version of its lock) each."""
    pair = [f"{item}:{version}" for item, version in (first, second)]
    digest = hashlib.sha256("/".join((*pair, reason)).encode()).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def mean_of(lock: Lock) -> float | None:
    """The mean on the map of record that was locked; None where the lesion could not be assessed."""
    for one in (lock.numbers or {}).get("numbers", ()):
        if one["region"] == "lesion" and one["is_record"]:
            return float(one["mean"])
    return None


def _dispute(
    room: ReadingRoom, items: Sequence[ReadItem], statuses: Mapping[str, ItemStatus]
) -> Dispute | None:
    locks = [statuses[one.item].lock for one in items if statuses[one.item].state == "locked"]
    standing = [lock for lock in locks if lock is not None]
    if len(items) < 2 or len(standing) < len(items):
        return None
    if room.rules().selection == "free":
        drawn = [locked_records(room, one)[1] for one in items]
        for first, second in itertools.combinations(range(len(items)), 2):
            if drawn[first] and drawn[second] and not is_same_lesion(drawn[first], drawn[second]):
                return _named(items, standing, first, second, "not-same-lesion", None)
    return _difference(items, standing, room.rules().adjudicate_over * _UNIT)


def _difference(items: Sequence[ReadItem], locks: Sequence[Lock], most: float) -> Dispute | None:
    if most <= 0:
        return None
    means = [mean_of(lock) for lock in locks]
    known = [(mean, at) for at, mean in enumerate(means) if mean is not None]
    unknown = [at for at, mean in enumerate(means) if mean is None]
    if known and unknown:
        first, second = sorted((known[0][1], unknown[0]))
        return _named(items, locks, first, second, "cannot-assess", None)
    if not known:
        return None
    (low, at_low), (high, at_high) = min(known), max(known)
    if high - low <= most:
        return None
    first, second = sorted((at_low, at_high))
    return _named(items, locks, first, second, "difference", high - low)


def _named(
    items: Sequence[ReadItem],
    locks: Sequence[Lock],
    first: int,
    second: int,
    reason: DisputeReason,
    difference: float | None,
) -> Dispute:
    """The dispute under an id that tells nothing, and changes when one of its readings is amended."""
    pair = [(items[at].item, locks[at].version) for at in (first, second)]
    return Dispute(
        id=dispute_id(pair[0], pair[1], reason),
        subject=items[first].subject,
        lesion=items[first].lesion,
        first_item=items[first].item,
        second_item=items[second].item,
        reason=reason,
        difference_mm2_per_s=difference,
    )
