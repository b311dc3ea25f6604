"""What the room answers: the reader's list, numbers of a draft, a lock, progress, blinding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from adcurate.model.reading.design import ItemKind, ItemState, LateLesions
from adcurate.model.reading.draft import DrawnContour

ShowNumbers = Literal["live", "after_lock", "never"]


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One case as its reader sees it in the list."""

    item: str
    label: str
    state: ItemState
    kind: ItemKind


@dataclass(frozen=True, slots=True)
class EarlierItem:
    """One case of a session that is over: it opens only by an amendment."""

    session: int
    item: str
    label: str
    state: ItemState
    kind: ItemKind


@dataclass(frozen=True, slots=True)
class ReadingList:
    """A reader's session. `opens_at` (ISO 8601) is set while the washout lasts: `items` is empty then.

    With `hides_locked` no outline and no number of a locked case is shown yet: some of them come back.
    """

    session: int
    n_sessions: int
    opens_at: str | None
    items: tuple[ListedItem, ...]
    earlier: tuple[EarlierItem, ...] = ()
    hides_locked: bool = False

    @property
    def n_done(self) -> int:
        """Locked cases of the session."""
        return sum(one.state == "locked" for one in self.items)

    @property
    def next_item(self) -> str | None:
        """The first case that is not locked."""
        return next((one.item for one in self.items if one.state != "locked"), None)


@dataclass(frozen=True, slots=True)
class DraftProblem:
    """Why a draft cannot be measured. `contour` is "" where it is no single contour's fault."""

    contour: str
    code: str
    sentence: str
    repair: bool


@dataclass(frozen=True, slots=True)
class Darkest:
    """The voxel of the minimum: on which slice of which of the case's series, and where."""

    series: str
    frame: int
    point_lps_mm: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class RegionNumbers:
    """The numbers of one region on one map: mm²/s and mm², with the range over the customary rules."""

    region: Literal["lesion", "reference"]
    map: str
    is_record: bool
    mean: float
    minimum: float
    area_mm2: float
    n_voxels: int
    band_mean: tuple[float, float]
    band_minimum: tuple[float, float]
    darkest: Darkest | None

    def as_json(self) -> dict[str, Any]:
        """The shape of the API, and of what a lock keeps."""
        darkest = self.darkest
        return {
            "region": self.region,
            "map": self.map,
            "is_record": self.is_record,
            "mean": self.mean,
            "minimum": self.minimum,
            "area_mm2": self.area_mm2,
            "n_voxels": self.n_voxels,
            "band": {"mean": list(self.band_mean), "minimum": list(self.band_minimum)},
            "darkest": None
            if darkest is None
            else {
                "series": darkest.series,
                "frame": darkest.frame,
                "point_lps_mm": list(darkest.point_lps_mm),
            },
        }


@dataclass(frozen=True, slots=True)
class RulerLength:
    """A ruler's length."""

    id: str
    mm: float


@dataclass(frozen=True, slots=True)
class DraftNumbers:
    """What a draft measures. `numbers` is empty where the protocol hides them or a problem stands."""

    problems: tuple[DraftProblem, ...]
    numbers: tuple[RegionNumbers, ...]
    rulers: tuple[RulerLength, ...]
    at_least_1_cm: bool | None

    @property
    def is_valid(self) -> bool:
        """Whether it can be locked as it is."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """The shape of the API, and of what a lock keeps."""
        return {
            "valid": self.is_valid,
            "problems": [
                {"contour": one.contour, "code": one.code, "sentence": one.sentence, "repair": one.repair}
                for one in self.problems
            ],
            "numbers": [one.as_json() for one in self.numbers],
            "rulers": [{"id": one.id, "mm": one.mm} for one in self.rulers],
            "at_least_1_cm": self.at_least_1_cm,
        }


@dataclass(frozen=True, slots=True)
class RepairedDrawing:
    """Contours that take the place of one that crosses itself, and what was done to it in words."""

    contours: tuple[DrawnContour, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class LockedReading:
    """A lock as its reader sees it. `numbers` and `feedback` are None where they must not be shown.

    `feedback` of a training case: ``reader`` and ``reference`` means on the map of record, their
    ``difference``, the ``overlap`` (Dice, 0 to 1) and the reference's ``contours`` (points in LPS mm).
    """

    numbers: Mapping[str, Any] | None
    feedback: Mapping[str, Any] | None
    next_item: str | None


@dataclass(frozen=True, slots=True)
class ReaderProgress:
    """How far one reader is, and how long a case took (median of minutes from first stroke to lock)."""

    reader: str
    session: int
    n_sessions: int
    n_done: int
    n_drafted: int
    n_total: int
    n_cannot_assess: int
    n_amended: int
    opens_at: str | None
    median_minutes: float | None


@dataclass(frozen=True, slots=True)
class RoomProgress:
    """The whole reading: readers, cases for adjudication, whether outcomes are sealed, lesions not given.

    `is_own_only`: who asks reads too, and is told of nobody else until every reading is locked.
    """

    started_at: str
    readers: tuple[ReaderProgress, ...]
    n_adjudication_open: int | None
    n_adjudicated: int | None
    is_own_only: bool
    outcomes_sealed_by: str
    all_locked: bool
    late: LateLesions


@dataclass(frozen=True, slots=True)
class ReaderBlinding:
    """Locked readings of one reader, counted from the log: blinded, and not, with the lesions of those.

    `n_knew_subjects` were locked by somebody who held `telling_roles` beside reading: which subject a case is
    was open to them, its outcome was not. `n_saw_others` were locked by somebody who had opened a difference
    between readings of the lesion; `n_amended_known` were amended by somebody who knew the outcome.
    """

    reader: str
    n_readings: int
    n_not_blinded: int
    lesions: tuple[str, ...]
    n_knew_subjects: int = 0
    telling_roles: tuple[str, ...] = ()
    n_saw_others: int = 0
    n_amended_known: int = 0


@dataclass(frozen=True, slots=True)
class BlindingReport:
    """Who read blinded, by the log. `n_unnamed` outcomes came in by the command line, which names nobody.

    `outcomes_opened_at` and `outcomes_opened_by` are "" while the seal stands. Decisions are not blinded that
    were made after a seal was opened, or by somebody who had entered or seen an outcome.
    """

    readers: tuple[ReaderBlinding, ...]
    n_decisions: int
    n_decisions_not_blinded: int
    outcomes_sealed_by: str
    outcomes_opened_at: str
    outcomes_opened_by: str
    seal_broken_early: bool
    n_unnamed: int
    log_head: str
