"""How each lesion of the reading room stands: agreed, decided or open. Told from locks and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adcurate.model.reading.kept import AdjudicationChoice
from adcurate.model.reading.standing import LesionStanding, Standing
from adcurate.study.reading.counting import first_readings_of_all
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
    readings = first_readings_of_all(room)
    statuses = room.store.reading.locks.statuses([one.item for items in readings.values() for one in items])
    found = {(one.subject, one.lesion): one for one in disputes(room)}
    decided = room.store.reading.adjudications.all()
    standings = {}
    for (subject, lesion), items in readings.items():
        dispute = found.get((subject, lesion))
        decision = None if dispute is None else decided.get(dispute.id)
        standing: Standing
        if decision is not None:
            standing = _STANDING_OF[decision.choice]
        elif dispute is not None:
            standing = "undecided"
        else:
            is_read = all(statuses[one.item].state == "locked" for one in items)
            standing = "agreed" if is_read else "unread"
        standings[subject, lesion] = LesionStanding(subject, lesion, standing, dispute, decision)
    return standings
