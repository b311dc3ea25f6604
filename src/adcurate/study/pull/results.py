"""What a pull found and brought, in codes and shifted days: fit for a screen, a log and a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Self

from adcurate.dicom.deidentification.vocabulary import known_words
from adcurate.dicom.network.series_choice import SeriesChoice
from adcurate.errors import NetworkError
from adcurate.model.jsonable import as_jsonable
from adcurate.study.pull.series import FetchedSeries
from adcurate.study.pull.targets import TargetStatus

SeriesState = Literal["left out", "complete", "incomplete", "to fetch"]


@dataclass(frozen=True, slots=True)
class SeriesReport:
    """One series of a found exam. `name` holds only words that cannot be a person's."""

    series: str
    name: str
    why: str
    state: SeriesState
    n_at_archive: int | None
    n_there: int
    outcomes: dict[str, int] = field(default_factory=dict)
    n_failed: int = 0
    n_other_subject: int = 0
    n_attempts: int = 0

    @classmethod
    def of(cls, choice: SeriesChoice, series: str, n_there: int, fetched: FetchedSeries | None) -> Self:
        """The report of one series, fetched or not."""
        known = choice.series.n_objects
        if fetched is not None:
            known = max(fetched.n_expected, known or 0)
        complete = fetched.is_complete if fetched is not None else known is not None and n_there >= known
        state: SeriesState = "left out"
        if choice.is_wanted:
            state = "complete" if complete else "incomplete" if fetched is not None else "to fetch"
        return cls(
            series,
            known_words(choice.series.description),
            choice.why,
            state,
            known,
            n_there,
            dict(sorted(fetched.outcomes.items())) if fetched else {},
            fetched.n_failed if fetched else 0,
            fetched.n_other_subject if fetched else 0,
            fetched.n_attempts if fetched else 0,
        )


@dataclass(frozen=True, slots=True)
class ExamReport:
    """One exam that is meant; `day` is shifted as all days of the study are."""

    exam: str
    subject: str
    visit: str
    day: str
    series: tuple[SeriesReport, ...]

    @property
    def is_wanted(self) -> bool:
        """Whether any series of it is to be fetched."""
        return any(one.state != "left out" for one in self.series)

    @property
    def is_complete(self) -> bool:
        """Whether some series are wanted and every one of them is here whole."""
        return self.is_wanted and all(one.state in ("complete", "left out") for one in self.series)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An exam that could be meant: its UID in the study, and how many days from the asked day it is."""

    exam: str
    day: str
    days_apart: int | None


@dataclass(frozen=True, slots=True)
class TargetReport:
    """One visit or query: whether its exam was found, and which there are where a person must choose.

    `begun_at` names another endpoint where an absent exam was begun: part of it is in the study.
    """

    subject: str
    visit: str
    status: TargetStatus
    candidates: tuple[Candidate, ...] = ()
    begun_at: str = ""


@dataclass(frozen=True, slots=True)
class PullReport:
    """A whole pull. `trouble` is the connection's, where it ended early."""

    endpoint: str
    dry_run: bool
    targets: tuple[TargetReport, ...]
    exams: tuple[ExamReport, ...]
    trouble: NetworkError | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to fetch, to choose or to look up."""
        return (
            self.trouble is None
            and all(one.status == "found" for one in self.targets)
            and all(one.is_complete for one in self.exams)
        )

    def total(self, outcome: str) -> int:
        """How many objects had an outcome: ``stored``, ``duplicate``, ``quarantined``, ``skipped``."""
        return sum(series.outcomes.get(outcome, 0) for exam in self.exams for series in exam.series)

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``pull --json``."""
        return {
            "endpoint": self.endpoint,
            "dry_run": self.dry_run,
            "complete": self.is_complete,
            "totals": {fate: self.total(fate) for fate in ("stored", "duplicate", "quarantined", "skipped")},
            "targets": as_jsonable(self.targets),
            "exams": as_jsonable(self.exams),
            "trouble": self.trouble.as_json()["error"] if self.trouble else None,
        }
