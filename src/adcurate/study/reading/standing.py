"""How each lesion of the reading room stands: agreed, decided or open. Told from locks and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adcurate.model.reading.kept import AdjudicationChoice
from adcurate.model.reading.standing import LesionStanding, Standing
from adcurate.study.reading.counting import first_readings
from adcurate.study.reading.disputes import disputes
from adcurate.study.reading.room import ReadingRoom

_STANDING_OF: Final[Mapping[AdjudicationChoice, Standing]] = {
    "first": "drawing",
    "second": "drawing",
    "new": "drawing",
    "mean": "mean",
    "not-same-lesion": "two-lesions",
}


def lesion_standings(room: ReadingRoom) -> dict[tuple[str, str], LesionStanding]:
    """Every lesion that is read, by subject and lesion; none before reading began.

    A reading that is being amended is not locked: until it is, nobody knows whether readers agree.
    """
    lesions = {(one.subject, one.lesion) for one in room.store.reading.designs.items() if one.kind == "read"}
    found = {(one.subject, one.lesion): one for one in disputes(room)}
    decided = room.store.reading.adjudications.all()
    standings = {}
    for subject, lesion in sorted(lesions):
        dispute = found.get((subject, lesion))
        decision = None if dispute is None else decided.get(dispute.id)
        standing: Standing
        if decision is not None:
            standing = _STANDING_OF[decision.choice]
        elif dispute is not None:
            standing = "undecided"
        else:
            standing = "agreed" if _all_locked(room, subject, lesion) else "unread"
        standings[subject, lesion] = LesionStanding(subject, lesion, standing, dispute, decision)
    return standings


def _all_locked(room: ReadingRoom, subject: str, lesion: str) -> bool:
    items = [one.item for one in first_readings(room, subject, lesion)]
    return all(one.state == "locked" for one in room.store.reading.locks.statuses(items).values())
