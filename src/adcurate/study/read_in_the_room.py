"""What an analysis takes from the reading room: how lesions stand, their sizes by the ruler, the account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from adcurate.model.reading.account import ReadingAccount
from adcurate.model.reading.size import ReadSize
from adcurate.model.reading.standing import LesionStanding
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.reading.account import reading_account
from adcurate.study.reading.room import open_reading_room
from adcurate.study.reading.sizes import read_sizes
from adcurate.study.reading.standing import lesion_standings


@dataclass(frozen=True, slots=True)
class ReadInTheRoom:
    """Empty where nobody read in the room."""

    standings: Mapping[tuple[str, str], LesionStanding] = field(default_factory=dict)
    sizes: tuple[ReadSize, ...] = ()
    account: ReadingAccount | None = None


NOT_READ: Final = ReadInTheRoom()


def read_last(store: StudyStore) -> int:
    """The number of the log's last entry that can change what an analysis takes from the room; 0 without."""
    done = store.audit.done("reading.lock", "reading.amend", "reading.adjudicate")
    return done[-1].sequence if done else 0


def read_in_the_room(study: StudyFolder, store: StudyStore) -> ReadInTheRoom:
    """What the room's locks, decisions and log tell of a study whose store is open."""
    design = store.reading.designs.latest()
    if design is None or not design.started_at:
        return NOT_READ
    room = open_reading_room(study, store)
    with room.images:
        standings = lesion_standings(room)
        return ReadInTheRoom(standings, read_sizes(store, standings), reading_account(room, standings))
