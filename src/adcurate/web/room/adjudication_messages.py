"""What somebody who decides between two readings sends and receives. Readers are not named."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from adcurate.web.room.case_messages import SeriesMessage
from adcurate.web.room.messages import DraftMessage, NumbersMessage
from adcurate.web.room.people_messages import Message

Reason = Literal["difference", "not-same-lesion", "cannot-assess"]
Choice = Literal["first", "second", "mean", "new", "not-same-lesion"]


class DisputeMessage(Message):
    """One dispute in the list."""

    id: str
    label: str
    reason: Reason
    state: Literal["open", "decided"]


class DisputesAnswer(Message):
    """What there is to decide."""

    disputes: list[DisputeMessage]


class ReadingOfDisputeMessage(Message):
    """One of the two readings, as it was locked."""

    draft: DraftMessage
    numbers: NumbersMessage | None


class DecisionMessage(Message):
    """What was decided, and why."""

    choice: Choice
    reason: str
    at: str


class DisputeAnswer(Message):
    """Both readings side by side; the difference is of the means on the map of record, mm²/s.

    Without `shows_numbers` both come without: nobody decides by them.
    """

    id: str
    reason: Reason
    difference: float | None
    shows_numbers: bool
    first: ReadingOfDisputeMessage
    second: ReadingOfDisputeMessage
    decision: DecisionMessage | None
    series: list[SeriesMessage]


class DecideMessage(Message):
    """A choice and why; a new reading brings its drawing."""

    choice: Choice
    reason: Annotated[str, Field(min_length=1, max_length=2000)]
    draft: DraftMessage | None = None
