"""An archive that is asked again when the connection drops in the middle of a question, after a pause."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from adcurate.dicom.network.archive import (
    Archive,
    ExamAtArchive,
    ExamQuery,
    SeriesAtArchive,
    SubOperations,
    TakeObject,
)
from adcurate.errors import NetworkError

WORTH_ANOTHER_TRY: Final = frozenset({"network.interrupted", "network.timeout", "network.unreachable"})

_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 30.0

Sleep = Callable[[float], None]
Answer = TypeVar("Answer")


def pause_after(attempt: int) -> float:
    """Seconds to wait after an attempt (counted from 1): 1, 2, 4 … 30."""
    return min(_FIRST_PAUSE_S * 2.0 ** (attempt - 1), _LONGEST_PAUSE_S)


class AskingAgain:
    """Asks `archive`, each question up to `attempts` times. A fetch is passed on: it goes on by itself.

    Nobody is asked twice who was never reached: the first question of all is asked once.
    """

    def __init__(self, archive: Archive, attempts: int, sleep: Sleep = time.sleep) -> None:
        self._archive = archive
        self._attempts = attempts
        self._sleep = sleep
        self._was_reached = False

    def check(self) -> None:
        """Ask whether anybody answers."""
        self._archive.check()

    def find_exams(self, query: ExamQuery) -> tuple[ExamAtArchive, ...]:
        """The exams for which the query holds."""
        return self._ask(lambda: self._archive.find_exams(query))

    def find_series(self, study_uid: str) -> tuple[SeriesAtArchive, ...]:
        """The series of an exam."""
        return self._ask(lambda: self._archive.find_series(study_uid))

    def find_objects(self, study_uid: str, series_uid: str) -> tuple[str, ...]:
        """The SOP Instance UIDs of a series; `SeriesFetcher` counts the attempts itself."""
        return self._archive.find_objects(study_uid, series_uid)

    def fetch(
        self, study_uid: str, series_uid: str, take: TakeObject, objects: Sequence[str] = ()
    ) -> SubOperations:
        """Fetch a series, or only the named objects of it."""
        return self._archive.fetch(study_uid, series_uid, take, objects)

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        attempt = 1
        while True:
            try:
                answer = question()
            except NetworkError as trouble:
                if (
                    not self._was_reached
                    or attempt >= self._attempts
                    or trouble.code not in WORTH_ANOTHER_TRY
                ):
                    raise
                self._sleep(pause_after(attempt))
                attempt += 1
            else:
                self._was_reached = True
                return answer
