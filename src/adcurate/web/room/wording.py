"""From the frozen nouns of a reading to the messages of `messages`: every field is named, none is copied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adcurate.model.protocol import Reading
from adcurate.model.reading.answers import DraftNumbers, LockedReading, ReadingList, RepairedDrawing
from adcurate.model.reading.draft import Draft, DrawnContour
from adcurate.study.reading.case import LockedView, OpenCase, PlacedPointer
from adcurate.study.reading.room_series import PICTURED_WINDOW, RoomSeries
from adcurate.web.room import case_messages as c
from adcurate.web.room import messages as m


def reading_message(reader: str, listed: ReadingList, rules: Reading) -> c.ReadingMessage:
    """A reader's list."""
    layout: list[str] = list(rules.layout)
    return c.ReadingMessage(
        reader=reader,
        session=c.SessionMessage(number=listed.session, of=listed.n_sessions, opens_at=listed.opens_at),
        done=listed.n_done,
        total=len(listed.items),
        next=listed.next_item,
        items=[
            c.ListedItemMessage(item=one.item, label=one.label, state=one.state, kind=one.kind)
            for one in listed.items
        ],
        earlier=[
            c.EarlierItemMessage(
                session=one.session, item=one.item, label=one.label, state=one.state, kind=one.kind
            )
            for one in listed.earlier
        ],
        show_numbers=rules.show_numbers,
        hides_locked=listed.hides_locked,
        layout=[layout[at : at + 2] for at in range(0, len(layout), 2)],
        wants=wants_message(rules),
    )


def wants_message(rules: Reading) -> c.WantsMessage:
    """What the protocol asks of a reading beside the contour."""
    return c.WantsMessage(
        confidence=rules.wants_confidence, ruler=rules.wants_ruler, reference=rules.wants_reference
    )


def case_message(case: OpenCase) -> c.CaseMessage:
    """One case with its images' geometry."""
    return c.CaseMessage(
        item=case.item,
        label=case.label,
        kind=case.kind,
        state=case.state,
        organ=case.organ,
        pointer=None if case.pointer is None else pointer_message(case.pointer),
        revision=case.revision,
        draft=None if case.draft is None else draft_message(case.draft),
        locked=locked_message(case.locked),
        show_numbers=case.show_numbers,
        images=case.images,
        series=[series_message(one, as_picture=case.hides_values) for one in case.exam.series],
    )


def pointer_message(pointer: PlacedPointer) -> c.PointerMessage:
    """The point that says which lesion is meant."""
    return c.PointerMessage(
        series=pointer.series, frame=pointer.frame, point_lps_mm=list(pointer.point_lps_mm)
    )


def locked_message(locked: LockedView | None) -> c.LockedMessage | None:
    """When the case was locked, and its numbers where they may be seen."""
    return None if locked is None else c.LockedMessage(at=locked.at, numbers=kept_numbers(locked.numbers))


def series_message(series: RoomSeries, *, as_picture: bool = False) -> c.SeriesMessage:
    """One volume's geometry and how to show it; a map `as_picture` has no unit."""
    plane = series.frames[0].plane
    is_picture = as_picture and series.is_map
    window = PICTURED_WINDOW if is_picture else series.window
    return c.SeriesMessage(
        id=series.series_id,
        role=series.role,
        label=series.label,
        is_record=series.is_record,
        linked=series.is_linked,
        b_value=series.b_value,
        unit="mm2/s" if series.unit and not is_picture else "",
        fit=series.fit,
        rows=plane.n_rows,
        columns=plane.n_columns,
        pixel_spacing_mm=[plane.row_spacing_mm, plane.column_spacing_mm],
        orientation_lps=[*plane.row_direction, *plane.column_direction],
        type=series.pixel_type,
        scale=c.ScaleMessage(slope=1.0, intercept=0.0),
        window=c.WindowMessage(center=window[0], width=window[1]),
        frames=[
            c.FrameMessage(
                number=one.number,
                position_lps_mm=list(one.plane.origin),
                thickness_mm=one.plane.slice_thickness_mm,
            )
            for one in series.frames
        ],
    )


def draft_message(draft: Draft) -> m.DraftMessage:
    """A draft as it was sent."""
    return m.DraftMessage.model_validate(draft.as_json(), strict=False)


def contour_of(message: m.ContourMessage) -> DrawnContour:
    """A contour, checked as those of a draft are.

    Raises
    ------
    ReadError
        ``read.draft``
    """
    return m.DraftMessage(contours=[message]).draft().contours[0]


def numbers_message(found: DraftNumbers) -> m.NumbersMessage:
    """What a draft measures."""
    return m.NumbersMessage.model_validate(found.as_json())


def kept_numbers(numbers: Mapping[str, Any] | None) -> m.NumbersMessage | None:
    """The numbers that a lock kept."""
    if numbers is None:
        return None
    return m.NumbersMessage.model_validate({name: numbers[name] for name in m.NumbersMessage.model_fields})


def repaired_message(found: RepairedDrawing) -> m.RepairedMessage:
    """Contours in place of one that crossed itself."""
    contours = draft_message(Draft(contours=found.contours)).contours
    return m.RepairedMessage(contours=contours, sentence=found.sentence)


def lock_answer(found: LockedReading) -> m.LockAnswerMessage:
    """What a reader is told of a lock."""
    feedback = None if found.feedback is None else m.FeedbackMessage.model_validate(dict(found.feedback))
    return m.LockAnswerMessage(numbers=kept_numbers(found.numbers), feedback=feedback, next=found.next_item)
