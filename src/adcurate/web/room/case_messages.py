"""What a reader receives of a list and of a case: every field that may go out is named here."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from adcurate.web.room.messages import DraftMessage, NumbersMessage, Point, State
from adcurate.web.room.people_messages import Message

Kind = Literal["read", "training"]
ShowNumbers = Literal["live", "after_lock", "never"]


class PointerMessage(Message):
    """The point that says which lesion is meant."""

    series: str
    frame: int
    point_lps_mm: Point


class ScaleMessage(Message):
    """value = stored * slope + intercept"""

    slope: float
    intercept: float


class WindowMessage(Message):
    """What is shown from black to white, in the values of the frames."""

    center: float
    width: float


class FrameMessage(Message):
    """Where one image lies: the centre of its first voxel, LPS mm."""

    number: int
    position_lps_mm: Point
    thickness_mm: float | None


class SeriesMessage(Message):
    """One volume. `linked` is false where its coordinates do not mean the same place as the ADC map's.

    An ADC map without `unit` is a picture: percent from black to white, and no ADC.
    """

    id: str
    role: Literal["t2", "dwi", "adc", "t1"]
    label: str
    is_record: bool
    linked: bool
    b_value: float | None
    unit: Literal["", "mm2/s"]
    fit: str
    rows: int
    columns: int
    pixel_spacing_mm: Annotated[list[float], Field(min_length=2, max_length=2)]
    orientation_lps: Annotated[list[float], Field(min_length=6, max_length=6)]
    type: Literal["u16", "i16", "f32"]
    scale: ScaleMessage
    window: WindowMessage
    frames: list[FrameMessage]


class LockedMessage(Message):
    """When the reader locked the case, and the numbers where they may be seen."""

    at: str
    by_me: Literal[True] = True
    numbers: NumbersMessage | None


class CaseMessage(Message):
    """One case as its reader gets it; `images` names the list of its series, and is sent back."""

    item: str
    label: str
    kind: Kind
    state: State
    organ: str
    pointer: PointerMessage | None
    revision: int
    draft: DraftMessage | None
    locked: LockedMessage | None
    show_numbers: ShowNumbers
    images: str
    series: list[SeriesMessage]


class ListedItemMessage(Message):
    """One case in a reader's list."""

    item: str
    label: str
    state: State
    kind: Kind


class EarlierItemMessage(Message):
    """One case of a session that is over: it opens only by an amendment."""

    session: int
    item: str
    label: str
    state: State
    kind: Kind


class SessionMessage(Message):
    """Which session it is; `opens_at` while the washout lasts."""

    number: int
    of: int
    opens_at: str | None


class WantsMessage(Message):
    """What the protocol asks of a reading beside the contour."""

    confidence: bool
    ruler: bool
    reference: bool


class ReadingMessage(Message):
    """A reader's list; with `hides_locked` a locked case shows neither outline nor numbers yet."""

    reader: str
    session: SessionMessage
    done: int
    total: int
    next: str | None
    items: list[ListedItemMessage]
    earlier: list[EarlierItemMessage]
    show_numbers: ShowNumbers
    hides_locked: bool
    layout: list[list[str]]
    wants: WantsMessage
