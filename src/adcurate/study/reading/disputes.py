"""Where readers differ by more than the protocol allows: told from the locks each time, stored nowhere.

Only first readings that are all locked are compared, so that nobody learns of a difference before, and by the
rules that count now; what was decided stays decided, also where they would not differ by these.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adcurate.model.protocol import Reading
from adcurate.model.reading.design import ReadItem
from adcurate.model.reading.kept import Dispute, DisputeReason, ItemStatus, Lock
from adcurate.study.reading.counting import first_readings_of_all, locked_records
from adcurate.study.reading.numbers_now import numbers_now, rules_now
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
    now = _Now(rules, rules_now(room), room.store.reading.adjudications.all().keys())
    found = [_dispute(room, items, statuses, now) for items in readings.values()]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.id))


def dispute_id(first: tuple[str, int], second: tuple[str, int], reason: DisputeReason) -> str:
    """The id of a dispute between two locks: (case, version of its lock) each."""
    pair = [f"{item}:{version}" for item, version in (first, second)]
    digest = hashlib.sha256("/".join((*pair, reason)).encode()).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def mean_of(numbers: Mapping[str, Any]) -> float | None:
    """The lesion's mean on the map of record; None where there is none, as `Lock.numbers` has it."""
    for one in numbers.get("numbers", ()):
        if one["region"] == "lesion" and one["is_record"]:
            return float(one["mean"])
    return None


@dataclass(frozen=True, slots=True)
class _Now:
    """What counts now: the rules of reading, those of numbers by their digest, the decisions by id."""

    reading: Reading
    numbers: str
    decided: Collection[str]


def _dispute(
    room: ReadingRoom, items: Sequence[ReadItem], statuses: Mapping[str, ItemStatus], now: _Now
) -> Dispute | None:
    locks = [statuses[one.item].lock for one in items if statuses[one.item].state == "locked"]
    standing = [lock for lock in locks if lock is not None]
    if len(items) < 2 or len(standing) < len(items):
        return None
    if now.reading.selection == "free":
        drawn = [locked_records(room, one)[1] for one in items]
        for first, second in itertools.combinations(range(len(items)), 2):
            if drawn[first] and drawn[second] and not is_same_lesion(drawn[first], drawn[second]):
                return _named(items, standing, first, second, "not-same-lesion", None)
    if now.reading.adjudicate_over <= 0:
        return None
    numbers = [numbers_now(room, item, lock, now.numbers) for item, lock in zip(items, standing, strict=True)]
    told = _decided_difference(items, standing, numbers, now.decided)
    return told or _difference(items, standing, numbers, now.reading.adjudicate_over * _UNIT)


def _decided_difference(
    items: Sequence[ReadItem],
    locks: Sequence[Lock],
    numbers: Sequence[Mapping[str, Any]],
    decided: Collection[str],
) -> Dispute | None:
    """The difference between these locks that somebody decided, with the means of now."""
    reasons: tuple[DisputeReason, ...] = ("difference", "cannot-assess")
    for first, second in itertools.combinations(range(len(items)), 2):
        low, high = mean_of(numbers[first]), mean_of(numbers[second])
        difference = None if low is None or high is None else abs(high - low)
        for reason in reasons:
            one = _named(items, locks, first, second, reason, difference)
            if one.id in decided:
                return one
    return None


def _difference(
    items: Sequence[ReadItem], locks: Sequence[Lock], numbers: Sequence[Mapping[str, Any]], most: float
) -> Dispute | None:
    """Where some say a number and others none, or two differ; a drawing without numbers is not compared."""
    means = [mean_of(one) for one in numbers]
    known = [(mean, at) for at, mean in enumerate(means) if mean is not None]
    unknown = [at for at, one in enumerate(numbers) if one.get("cannot_assess")]
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
