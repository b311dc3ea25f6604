"""What crosses the wire about a draft and its numbers. The page's types are generated from these.

Nothing unknown is taken, and no number that is none. A model that a reader receives names every field that
a reader may have; a record of the store never goes out as it is.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from adcurate.model.reading.draft import LONGEST_TEXT, MOST_CONTOURS, MOST_POINTS, Draft, parse_draft
from adcurate.web.room.people_messages import Message

Point = Annotated[list[float], Field(min_length=3, max_length=3)]
Ring = Annotated[list[Point], Field(max_length=MOST_POINTS)]
State = Literal["open", "drafted", "locked", "amending"]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Key = Annotated[str, Field(min_length=8, max_length=100)]
Images = Annotated[str, Field(max_length=100)]
Revision = Annotated[int, Field(ge=0, le=10_000_000)]


class ContourMessage(Message):
    """One closed contour, LPS mm; `series` and `frame` as the case names them."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    role: Literal["lesion", "exclusion", "reference"]
    series: Annotated[str, Field(min_length=1, max_length=64)]
    frame: Annotated[int, Field(ge=1, le=100_000)]
    tool: Literal["freehand", "spline", "livewire", "ellipse", "circle", "brush", "interpolated"]
    points_lps_mm: Ring
    holes_lps_mm: list[Ring] = Field(default_factory=list, max_length=MOST_CONTOURS)


class RulerMessage(Message):
    """A line along the long or the short axis, LPS mm."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    axis: Literal["long", "short"]
    series: Annotated[str, Field(min_length=1, max_length=64)]
    frame: Annotated[int, Field(ge=1, le=100_000)]
    from_lps_mm: Point
    to_lps_mm: Point


class CannotAssessMessage(Message):
    """Why nothing is drawn."""

    reason: Literal["no-lesion-seen", "artefact", "not-covered", "other"]
    text: Text = ""


class DraftMessage(Message):
    """All that a reader says of one case."""

    contours: list[ContourMessage] = Field(default_factory=list, max_length=MOST_CONTOURS)
    rulers: list[RulerMessage] = Field(default_factory=list, max_length=MOST_CONTOURS)
    confidence: Annotated[int, Field(ge=1, le=5)] | None = None
    comment: Text = ""
    cannot_assess: CannotAssessMessage | None = None

    def draft(self) -> Draft:
        """The draft, checked as every draft is.

        Raises
        ------
        ReadError
            ``read.draft``, ``read.too-big``
        """
        return parse_draft(self.model_dump())


class BandMessage(Message):
    """The range over the customary rules for a voxel on the line, and one voxel of erosion."""

    mean: Annotated[list[float], Field(min_length=2, max_length=2)]
    minimum: Annotated[list[float], Field(min_length=2, max_length=2)]


class DarkestMessage(Message):
    """Where the lowest voxel is."""

    series: str
    frame: int
    point_lps_mm: Point


class RegionNumbersMessage(Message):
    """A region on one map: mm²/s and mm²."""

    region: Literal["lesion", "reference"]
    map: Literal["scanner", "refit", "refit-registered"]
    is_record: bool
    mean: float
    minimum: float
    area_mm2: float
    n_voxels: int
    band: BandMessage
    darkest: DarkestMessage | None


class ProblemMessage(Message):
    """Why a draft cannot be measured, and whether a repair is offered."""

    contour: str
    code: str
    sentence: str
    repair: bool


class RulerLengthMessage(Message):
    """A ruler's length."""

    id: str
    mm: float


class NumbersMessage(Message):
    """What a draft measures; `numbers` is empty where the protocol hides them."""

    valid: bool
    problems: list[ProblemMessage]
    numbers: list[RegionNumbersMessage]
    rulers: list[RulerLengthMessage]
    at_least_1_cm: bool | None


class SaveMessage(Message):
    """A save on top of a revision; the same `key` again gives the same answer.

    `images` as the case said it; without it, the draft was drawn on the series that the case has now.
    """

    base_revision: Revision
    key: Key
    draft: DraftMessage
    images: Images = ""


class SavedMessage(Message):
    """The revision that is on disk now."""

    revision: int


class CurrentDraftMessage(Message):
    """What was saved since."""

    revision: int
    draft: DraftMessage | None


class ErrorFactsMessage(Message):
    """What went wrong: a stable code, one sentence, what to do, and counts, codes and limits."""

    code: str
    sentence: str
    remedy: str
    facts: dict[str, str | int | float | None]


class ErrorMessage(Message):
    """The one shape of every answer that is not a good one."""

    error: ErrorFactsMessage


class StaleMessage(Message):
    """A save was refused because the case was saved elsewhere."""

    error: ErrorFactsMessage
    current: CurrentDraftMessage


class MeasureMessage(Message):
    """A draft to measure, saved or not; `images` as in a save."""

    draft: DraftMessage
    images: Images = ""


class RepairMessage(Message):
    """A contour that crosses itself."""

    contour: ContourMessage


class RepairedMessage(Message):
    """Contours that take its place, and what was done."""

    contours: list[ContourMessage]
    sentence: str


class LockMessage(Message):
    """A signature: the revision it is for, the reader's password, and its meaning; `images` as in a save."""

    base_revision: Revision
    key: Key
    password: Annotated[str, Field(max_length=1000)]
    meaning: Literal["I drew this region and it is my reading."]
    images: Images = ""


class ReferenceContourMessage(Message):
    """A contour of the reference that a training case is compared with."""

    role: Literal["lesion", "exclusion"]
    points_lps_mm: Ring


class FeedbackMessage(Message):
    """Of a training case: how the reading compares with the reference's. mm²/s; overlap is Dice, 0 to 1."""

    reader: float | None
    reference: float | None
    difference: float | None
    overlap: float | None
    contours: list[ReferenceContourMessage]


class LockAnswerMessage(Message):
    """The case is locked; numbers and feedback where they may be seen."""

    state: Literal["locked"] = "locked"
    numbers: NumbersMessage | None
    feedback: FeedbackMessage | None
    next: str | None


class AmendMessage(Message):
    """Why a locked case is opened again."""

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class AmendedMessage(Message):
    """The case is open again, on this revision."""

    state: State
    revision: int
