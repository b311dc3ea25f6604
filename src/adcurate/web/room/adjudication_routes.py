"""Deciding between two locked readings. Who may is named in the design; for all others nothing is there."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from adcurate.study.reading.adjudicate import (
    DisputeView,
    adjudicate,
    adjudication_case,
    adjudication_list,
)
from adcurate.web.room.adjudication_messages import (
    DecideMessage,
    DecisionMessage,
    DisputeAnswer,
    DisputeMessage,
    DisputesAnswer,
    ReadingOfDisputeMessage,
)
from adcurate.web.room.case_routes import PIXEL_ANSWER, PIXELS, Number
from adcurate.web.room.rights import person_of, require, room_of
from adcurate.web.room.wording import draft_message, kept_numbers, series_message

router = APIRouter(
    prefix="/api/adjudication", tags=["adjudication"], dependencies=[require("reader", "coordinator")]
)


@router.get("", operation_id="list_disputes")
def list_disputes(request: Request) -> DisputesAnswer:
    """What there is to decide for this person."""
    found = adjudication_list(room_of(request).reading, person_of(request))
    return DisputesAnswer(
        disputes=[
            DisputeMessage(id=one.id, label=one.label, reason=one.reason, state=one.state) for one in found
        ]
    )


@router.get("/{dispute}", operation_id="open_dispute")
def open_dispute(request: Request, dispute: str) -> DisputeAnswer:
    """Both readings, and the images they were drawn on."""
    return _answer(request, adjudication_case(room_of(request).reading, person_of(request), dispute))


@router.get(
    "/{dispute}/series/{series}/frames/{first}-{last}",
    operation_id="dispute_frames",
    response_class=Response,
    responses=PIXEL_ANSWER,
)
def frames(request: Request, dispute: str, series: str, first: Number, last: Number) -> Response:
    """Images of a dispute's exam, one after the other."""
    room = room_of(request).reading
    view = adjudication_case(room, person_of(request), dispute)
    found = room.images.exam(view.item.study_instance_uid).pixels(series, first, last)
    return Response(found, media_type=PIXELS)


@router.post("/{dispute}", operation_id="decide_dispute")
def decide(request: Request, dispute: str, given: DecideMessage) -> DisputeAnswer:
    """Decide; a decision is final."""
    room, person = room_of(request).reading, person_of(request)
    draft = None if given.draft is None else given.draft.draft()
    adjudicate(room, person, dispute, given.choice, given.reason, draft)
    return _answer(request, adjudication_case(room, person, dispute))


def _answer(request: Request, view: DisputeView) -> DisputeAnswer:
    exam = room_of(request).reading.images.exam(view.item.study_instance_uid)
    decision = view.decision
    readings = [
        ReadingOfDisputeMessage(
            draft=draft_message(saved.draft),
            numbers=kept_numbers(numbers) if view.shows_numbers else None,
        )
        for saved, numbers in ((view.first, view.first_numbers), (view.second, view.second_numbers))
    ]
    return DisputeAnswer(
        id=view.dispute.id,
        reason=view.dispute.reason,
        difference=view.dispute.difference_mm2_per_s if view.shows_numbers else None,
        shows_numbers=view.shows_numbers,
        first=readings[0],
        second=readings[1],
        decision=None
        if decision is None
        else DecisionMessage(choice=decision.choice, reason=decision.reason, at=decision.at),
        series=[series_message(one) for one in exam.series],
    )
