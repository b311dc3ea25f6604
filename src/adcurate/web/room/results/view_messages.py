"""What the page of results draws: main numbers, plots, the report's text, what moved, and one lesion."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from adcurate.study.what_if import Choices
from adcurate.web.room.people_messages import Message
from adcurate.web.room.work.messages import WorkMessage

_NAME_LENGTH = 200
Place = Annotated[list[float], Field(min_length=2, max_length=2)]
Pair = Annotated[list[str], Field(min_length=2, max_length=2)]


class MainNumberMessage(Message):
    """A number that an abstract would have; `marker` is "" for the cohort's."""

    marker: str
    name: str
    shown: str


class TickMessage(Message):
    """A place on an axis and what stands there."""

    at: float
    text: str


class AxisMessage(Message):
    """From `low` to `high`."""

    label: str
    low: float
    high: float
    ticks: list[TickMessage]


class DotMessage(Message):
    """A case, or a cut-off (`case` is ""), and what is said of it."""

    x: float
    y: float
    says: str
    case: str
    group: str


class BoxMessage(Message):
    """Median, quartiles and range of the group at `x`."""

    x: float
    low: float
    q1: float
    median: float
    q3: float
    high: float


class LineMessage(Message):
    """A level, a curve, or a band as an outline."""

    kind: Literal["cutoff", "band", "chance", "curve", "mean", "limit"]
    points: list[Place]
    says: str


class PlotMessage(Message):
    """One plot, ready to be drawn."""

    kind: Literal["groups", "roc", "maps", "readers"]
    marker: str
    title: str
    caption: str
    x: AxisMessage
    y: AxisMessage
    dots: list[DotMessage]
    boxes: list[BoxMessage]
    lines: list[LineMessage]


class ViewedCaseMessage(Message):
    """An analysed case; `values` are its markers as printed."""

    case: str
    subject: str
    lesion: str
    grade: str
    positive: bool
    vendor: str
    values: list[str]
    one_voxel: bool


class BlockMessage(Message):
    """A part of a section; which fields say something depends on its kind."""

    kind: Literal["paragraph", "heading", "bullets", "table"]
    text: str
    tone: str
    badge: str
    anchor: str
    items: list[str]
    head: list[str]
    rows: list[list[str]]
    heading_rows: list[int]
    align: str
    notes: list[str]
    folded: bool


class ReportSectionMessage(Message):
    """A section of the report. `about`: ``planned``, ``post-hoc``, or ""."""

    anchor: str
    title: str
    about: str
    blocks: list[BlockMessage]


class ResultsViewMessage(Message):
    """Everything that is shown of one analysis."""

    title: str
    statement: str
    map_of_record: str
    markers: list[str]
    main: list[MainNumberMessage]
    plots: list[PlotMessage]
    cases: list[ViewedCaseMessage]
    sections: list[ReportSectionMessage]


class OfferedChoicesMessage(Message):
    """What can be chosen otherwise."""

    n_treated: int
    n_treatment_unknown: int
    longest_interval_days: int | None
    vendors: list[str]
    readers: list[str]
    editions: list[str]
    maps: list[str]


class ExploredAnswer(Message):
    """The results that were made, and what can be chosen otherwise."""

    view: ResultsViewMessage
    offered: OfferedChoicesMessage


class ChoicesMessage(Message):
    """What is done otherwise; what is empty stays as the protocol has it."""

    exclude_treated: bool = False
    interval_days: int | None = Field(None, ge=0, le=100_000)
    vendor: str = Field("", max_length=_NAME_LENGTH)
    reader: str = Field("", max_length=_NAME_LENGTH)
    edition: str = Field("", max_length=_NAME_LENGTH)
    map_source: str = Field("", max_length=_NAME_LENGTH)

    def as_choices(self) -> Choices:
        """The choices of the use case."""
        return Choices(**self.model_dump())


class MovedNumberMessage(Message):
    """A printed number before and after."""

    section: str
    table: str
    row: str
    column: str
    before: str
    after: str
    change: Literal["moved", "gone", "new"]


class FoundWhatIfMessage(Message):
    """What came out with the choices, in words, with sentences for a letter, and every number that moved."""

    choices: list[str]
    view: ResultsViewMessage
    letter: str
    moved: list[MovedNumberMessage]


class WhatIfAnswer(Message):
    """What was found, or the work that will find it: asked again until `found` is there."""

    found: FoundWhatIfMessage | None
    work: WorkMessage | None


class ShownImageMessage(Message):
    """An image as a data address, in percent of the square that is shown."""

    name: str
    title: str
    address: str
    x: float
    y: float
    width: float
    height: float
    levels: str


class RegionImagesMessage(Message):
    """The images of a region with its outlines and its lowest voxel."""

    images: list[ShownImageMessage]
    rings: list[list[Place]]
    minimum: Place
    side_mm: float


class LesionRegionMessage(Message):
    """A reader's region on one map."""

    measurement: str
    reader: str
    map: str
    map_source: str
    numbers: list[Pair]
    one_voxel: bool
    is_shown: bool


class TraceStepMessage(Message):
    """One step of how a number was made."""

    kind: str
    method: str
    id: str
    n_inputs: int


class MeasuredLesionAnswer(Message):
    """A lesion with all its regions; images and trace of the one that is shown."""

    subject: str
    lesion: str
    regions: list[LesionRegionMessage]
    images: RegionImagesMessage | None
    place: list[Pair]
    trace: list[TraceStepMessage]
