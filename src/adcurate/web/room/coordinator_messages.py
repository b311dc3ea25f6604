"""What a coordinator sends and receives: design, pointers, progress, blinding. No outcome, and no reading."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from adcurate.web.room.case_messages import Kind, PointerMessage, SeriesMessage, ShowNumbers, WantsMessage
from adcurate.web.room.messages import Point
from adcurate.web.room.people_messages import Message

Name = Annotated[str, Field(min_length=1, max_length=200)]


class DesignMessage(Message):
    """Who reads what. `training` are lesion keys; `training_reference` is a reader of the study."""

    readers: Annotated[list[Name], Field(max_length=200)]
    seed: Annotated[int, Field(ge=0, lt=2**53)] = 1
    training: Annotated[list[Name], Field(max_length=1000)]
    training_reference: Annotated[str, Field(max_length=200)] = ""
    adjudicators: Annotated[list[Name], Field(max_length=200)]


class ReaderChoiceMessage(Message):
    """Somebody who may be named in a design."""

    name: str
    display_name: str
    is_reader: bool


class RulesMessage(Message):
    """What the protocol says of reading; it is changed in the protocol."""

    show_numbers: ShowNumbers
    sessions: int
    washout_days: int
    repeat_fraction: float
    training_cases: int
    selection: str
    adjudicate_over: float
    wants: WantsMessage


class LateLesionsMessage(Message):
    """Lesions that no reader was given since the reading began, and the cases that they would make.

    `too_late` says why they cannot be given any more, or is "".
    """

    ready: list[str]
    without_pointer: list[str]
    cases: dict[str, int]
    too_late: str


class DesignAnswer(Message):
    """The design as it stands; `version` is 0 before there is one, `started_at` "" before reading began."""

    version: int
    started_at: str
    design: DesignMessage
    people: list[ReaderChoiceMessage]
    rules: RulesMessage
    late: LateLesionsMessage


class PreviewAnswer(Message):
    """What a design would make; `cases` are of each session, by reader."""

    n_lesions: int
    cases: dict[str, list[int]]
    n_training: int
    n_repeats: int
    without_pointer: list[str]
    without_exam: list[str]
    problems: list[str]


class StartMessage(Message):
    """Begin the reading; lesions without a pointer are left out only when that is said."""

    leave_out_without_pointer: bool = False


class GiveMessage(Message):
    """Why lesions are given to readers who have begun: the report tells it."""

    reason: Annotated[str, Field(max_length=2000)]


class ReaderProgressMessage(Message):
    """How far one reader is."""

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


class ProgressAnswer(Message):
    """How far the reading is. `is_own_only`: who asks reads too, and is told of nobody else until the end."""

    started_at: str
    readers: list[ReaderProgressMessage]
    n_adjudication_open: int | None
    n_adjudicated: int | None
    is_own_only: bool
    outcomes_sealed_by: str
    all_locked: bool
    late: LateLesionsMessage


class LesionMessage(Message):
    """A lesion that can be read, and whether it has its pointer."""

    key: str
    subject: str
    visit: str
    lesion: str
    site: str
    organ: str
    size_mm: float | None
    has_exam: bool
    has_pointer: bool


class LesionsAnswer(Message):
    """Every lesion that can be read; `selection` says whether its readers are shown the pointer."""

    selection: str
    lesions: list[LesionMessage]


class OtherPointerMessage(Message):
    """Where another lesion of the same exam is."""

    key: str
    point_lps_mm: Point


class LesionCaseAnswer(Message):
    """A lesion's images, for placing its pointer."""

    item: str
    label: str
    kind: Kind
    organ: str
    pointer: PointerMessage | None
    others: list[OtherPointerMessage]
    series: list[SeriesMessage]


class PlacePointerMessage(Message):
    """Where a lesion is: a point on an image, and in which organ."""

    series: Annotated[str, Field(min_length=1, max_length=64)]
    frame: Annotated[int, Field(ge=1, le=100_000)]
    point_lps_mm: Point
    organ: Annotated[str, Field(min_length=1, max_length=100)]


class SealMessage(Message):
    """The passphrase of the person who seals."""

    passphrase: Annotated[str, Field(max_length=1000)]


class UnsealMessage(Message):
    """The passphrase; before the last lock a reason too, which the report tells."""

    passphrase: Annotated[str, Field(max_length=1000)]
    early_reason: Annotated[str, Field(max_length=2000)] = ""


class SealAnswer(Message):
    """The seal; `opened_at` is "" while it stands."""

    sealed_at: str
    sealed_by: str
    n_rows: int
    opened_at: str


class ReaderBlindingMessage(Message):
    """Locked readings of one reader: how many, and of which lesions the reader was not blinded."""

    reader: str
    n_readings: int
    n_not_blinded: int
    lesions: list[str]
    n_knew_subjects: int
    telling_roles: list[str]
    n_saw_others: int
    n_amended_known: int


class BlindingAnswer(Message):
    """Who read blinded, counted from the log. Opening asks a reason until all is locked, decided.

    `is_own_only`: who asks reads too, and is told of nobody else, nor of differences, until the end.
    """

    readers: list[ReaderBlindingMessage]
    n_decisions: int | None
    n_decisions_not_blinded: int | None
    outcomes_sealed_by: str
    outcomes_opened_at: str
    outcomes_opened_by: str
    is_everything_locked: bool
    n_not_given: int
    n_undecided: int | None
    is_own_only: bool
    seal_broken_early: bool
    n_unnamed: int
    log_head: str
