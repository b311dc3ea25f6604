"""What a coordinator does: the design, pointers, the start, progress, the seal on the outcomes.

Who coordinates one site places the pointers of its lesions; all else tells of every site and its readers.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from adcurate.model.jsonable import as_jsonable
from adcurate.model.reading.design import ReadDesign
from adcurate.study.people.tries import counted_passphrase
from adcurate.study.reading.blinding import blinding
from adcurate.study.reading.case import lesion_frames, open_lesion
from adcurate.study.reading.design import current_design, preview_design, set_design, start_reading
from adcurate.study.reading.late_lesions import give_lesions, late_lesions
from adcurate.study.reading.pointers import (
    LesionToPoint,
    lesions_to_point,
    other_pointers,
    place_pointer,
)
from adcurate.study.reading.progress import is_own_only, room_progress
from adcurate.study.reading.seal import all_locked, n_undecided, seal_outcomes, unseal_outcomes
from adcurate.web.room.case_routes import PIXEL_ANSWER, PIXELS, Number
from adcurate.web.room.coordinator_messages import (
    BlindingAnswer,
    DesignAnswer,
    DesignMessage,
    GiveMessage,
    LesionCaseAnswer,
    LesionMessage,
    LesionsAnswer,
    OtherPointerMessage,
    PlacePointerMessage,
    PreviewAnswer,
    ProgressAnswer,
    SealAnswer,
    SealMessage,
    StartMessage,
    UnsealMessage,
)
from adcurate.web.room.coordinator_wording import design_answer, design_of, seal_answer
from adcurate.web.room.rights import not_found, person_of, require, room_of
from adcurate.web.room.wording import pointer_message, series_message

router = APIRouter(prefix="/api/coordinator", tags=["coordinator"])

_OF_A_SITE: Final = [require("coordinator")]
_WHOLE_STUDY: Final = [require("coordinator", whole_study=True)]


@router.get("/design", operation_id="read_design", dependencies=_WHOLE_STUDY)
def read_design(request: Request) -> DesignAnswer:
    """The design, who may be named in it, and what the protocol says of reading."""
    return _answer(request)


@router.put("/design", operation_id="save_design", dependencies=_WHOLE_STUDY)
def save_design(request: Request, given: DesignMessage) -> DesignAnswer:
    """Keep a design; once reading began it may only gain people."""
    set_design(room_of(request).reading, person_of(request), design_of(given))
    return _answer(request)


@router.post("/design/preview", operation_id="preview_design", dependencies=_WHOLE_STUDY)
def preview(request: Request, given: DesignMessage) -> PreviewAnswer:
    """What a design would make; nothing is kept."""
    found = preview_design(room_of(request).reading, design_of(given))
    return PreviewAnswer.model_validate(as_jsonable(found), strict=False)


@router.post("/start", operation_id="start_reading", dependencies=_WHOLE_STUDY)
def start(request: Request, given: StartMessage) -> DesignAnswer:
    """Give the readers their cases and freeze the protocol."""
    room, person = room_of(request).reading, person_of(request)
    start_reading(room, person, leave_out_without_pointer=given.leave_out_without_pointer)
    return _answer(request)


@router.post("/late-lesions", operation_id="give_lesions", dependencies=_WHOLE_STUDY)
def give(request: Request, given: GiveMessage) -> DesignAnswer:
    """Give the readers every lesion that became ready after the reading began."""
    give_lesions(room_of(request).reading, person_of(request), given.reason)
    return _answer(request)


@router.get("/progress", operation_id="read_progress", dependencies=_WHOLE_STUDY)
def progress(request: Request) -> ProgressAnswer:
    """How far each reader is: counts, and nothing of what was drawn."""
    found = as_jsonable(room_progress(room_of(request).reading, person_of(request)))
    return ProgressAnswer.model_validate(found, strict=False)


@router.get("/lesions", operation_id="list_lesions", dependencies=_OF_A_SITE)
def list_lesions(request: Request) -> LesionsAnswer:
    """The lesions of the coordinator's sites."""
    room, person = room_of(request).reading, person_of(request)
    return LesionsAnswer(
        selection=room.rules().selection,
        lesions=[
            LesionMessage(
                key=one.key,
                subject=one.subject,
                visit=one.visit,
                lesion=one.lesion,
                site=one.site,
                organ=one.organ,
                size_mm=one.size_mm,
                has_exam=bool(one.study_instance_uid),
                has_pointer=one.pointer is not None,
            )
            for one in lesions_to_point(room)
            if person.has("coordinator", site=one.site)
        ],
    )


@router.get("/lesions/{key:path}/case", operation_id="open_lesion", dependencies=_OF_A_SITE)
def lesion_case(request: Request, key: str) -> LesionCaseAnswer:
    """A lesion's images and its pointer."""
    _own_lesion(request, key)
    case = open_lesion(room_of(request).reading, key)
    return LesionCaseAnswer(
        item="",
        label=case.label,
        kind=case.kind,
        organ=case.organ,
        pointer=None if case.pointer is None else pointer_message(case.pointer),
        others=[
            OtherPointerMessage(key=other, point_lps_mm=list(point))
            for other, point in other_pointers(room_of(request).reading, key)
        ],
        series=[series_message(one) for one in case.exam.series],
    )


@router.get(
    "/lesions/{key:path}/series/{series}/frames/{first}-{last}",
    operation_id="lesion_frames",
    dependencies=_OF_A_SITE,
    response_class=Response,
    responses=PIXEL_ANSWER,
)
def frames(request: Request, key: str, series: str, first: Number, last: Number) -> Response:
    """Images of a lesion's exam, one after the other."""
    _own_lesion(request, key)
    return Response(lesion_frames(room_of(request).reading, key, series, first, last), media_type=PIXELS)


@router.put(
    "/lesions/{key:path}/pointer",
    operation_id="place_pointer",
    status_code=204,
    dependencies=_OF_A_SITE,
)
def pointer(request: Request, key: str, given: PlacePointerMessage) -> None:
    """Place or move a lesion's pointer."""
    lesion = _own_lesion(request, key)
    room = room_of(request).reading
    origin = room.images.exam(lesion.study_instance_uid).frame(given.series, given.frame).origin
    place_pointer(
        room,
        person_of(request),
        key,
        origin.sop_instance_uid,
        origin.frame_number,
        given.point_lps_mm,
        given.organ,
    )


@router.post("/outcomes/seal", operation_id="seal_outcomes", dependencies=_WHOLE_STUDY)
def seal(request: Request, given: SealMessage) -> SealAnswer:
    """Take the outcomes out of reach until the last lock."""
    return seal_answer(seal_outcomes(room_of(request).reading, person_of(request), given.passphrase))


@router.post("/outcomes/unseal", operation_id="unseal_outcomes", dependencies=_WHOLE_STUDY)
def unseal(request: Request, given: UnsealMessage) -> SealAnswer:
    """Put the outcomes back."""
    room, person = room_of(request).reading, person_of(request)
    with counted_passphrase(room.store, person):
        opened = unseal_outcomes(room, person, given.passphrase, early_reason=given.early_reason)
    return seal_answer(opened)


@router.get("/blinding", operation_id="read_blinding", dependencies=_WHOLE_STUDY)
def read_blinding(request: Request) -> BlindingAnswer:
    """Who read blinded, counted from the log."""
    room, person = room_of(request).reading, person_of(request)
    told: dict[str, object] = as_jsonable(blinding(room))
    late = late_lesions(room)
    told |= {"is_everything_locked": all_locked(room), "is_own_only": is_own_only(room, person)}
    told["n_not_given"] = len(late.ready) if late.is_waiting else 0
    if told["is_own_only"]:
        own = [one for one in as_jsonable(blinding(room).readers) if one["reader"] == person.name]
        told |= {"readers": own, "n_decisions": None, "n_decisions_not_blinded": None, "n_undecided": None}
    else:
        told["n_undecided"] = n_undecided(room)
    return BlindingAnswer.model_validate(told, strict=False)


def _answer(request: Request) -> DesignAnswer:
    room = room_of(request)
    stored = current_design(room.reading)
    people = [one for one in room.store.people.all() if not one.disabled]
    return design_answer(stored, ReadDesign(), people, room.reading.rules(), late_lesions(room.reading))


def _own_lesion(request: Request, key: str) -> LesionToPoint:
    person = person_of(request)
    for one in lesions_to_point(room_of(request).reading):
        if one.key == key and one.study_instance_uid and person.has("coordinator", site=one.site):
            return one
    raise not_found()
