"""Everything that a reader study keeps, by repository."""

from __future__ import annotations

from adcurate.store.database import Database
from adcurate.store.documents import Choices, Contours
from adcurate.store.reading.adjudications import Adjudications
from adcurate.store.reading.designs import Designs
from adcurate.store.reading.drafts import Drafts
from adcurate.store.reading.locks import Locks
from adcurate.store.reading.pointers import Pointers
from adcurate.store.reading.seals import Seals
from adcurate.store.reading.told_results import ToldResults


class ReadingRecords:
    """The repositories of the reading room; each write enters the log in its own transaction."""

    def __init__(self, database: Database, contours: Contours, choices: Choices) -> None:
        self.pointers = Pointers(database)
        self.designs = Designs(database, choices)
        self.drafts = Drafts(database)
        self.locks = Locks(database, contours, choices)
        self.adjudications = Adjudications(database, contours, choices)
        self.seals = Seals(database)
        self.told_results = ToldResults(database)
