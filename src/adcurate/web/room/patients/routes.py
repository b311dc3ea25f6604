"""The list of subjects as a grid, tables that come into it, and the exams that arrive for it."""

from __future__ import annotations

from typing import Any, Final, Literal

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from adcurate.study.screening.download import NAME, list_file
from adcurate.study.screening.exams import arrived_exams, choose_exam, requests_for
from adcurate.study.screening.grid import answer_questions, change_list, enter_list, screened_list
from adcurate.study.screening.lookup import find_subject
from adcurate.study.screening.table import propose_table, take_table
from adcurate.web.room.given_file import file_body, read_given
from adcurate.web.room.patients.exam_messages import (
    ArrivedAnswer,
    ChooseExamMessage,
    arrived_answer,
)
from adcurate.web.room.patients.messages import (
    AnswerQuestionsMessage,
    EnteredAnswer,
    EnterMessage,
    FoundSubjectAnswer,
    PatientsAnswer,
    PatientsChangedAnswer,
    PatientsChangeMessage,
    TypedMessage,
    changed_answer,
    entered_answer,
    patients_answer,
)
from adcurate.web.room.patients.table_messages import (
    ProposedTableAnswer,
    TableMessage,
    TakenTableAnswer,
    TakeTableMessage,
    proposed_answer,
    taken_answer,
)
from adcurate.web.room.rights import person_of, require, room_of

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS: Final = {"csv": "text/csv; charset=utf-8", "xlsx": _XLSX}
_BYTES: Final = {"schema": {"type": "string", "format": "binary"}}
_FILE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {_XLSX: _BYTES}, "description": "The file"}}

router = APIRouter(
    prefix="/api/patients", tags=["patients"], dependencies=[require("coordinator", whole_study=True)]
)


@router.get("", operation_id="read_patients")
def read(request: Request) -> PatientsAnswer:
    """The whole list under study codes; the log says who saw its outcomes."""
    return patients_answer(screened_list(room_of(request).study, person_of(request)))


@router.patch("", operation_id="change_patients")
def change(request: Request, given: PatientsChangeMessage) -> PatientsChangedAnswer:
    """Keep a change; a hospital number becomes its code."""
    return changed_answer(change_list(room_of(request).study, person_of(request), given.change()))


@router.post("/table", operation_id="propose_table", openapi_extra=file_body(TableMessage))
async def propose(request: Request) -> ProposedTableAnswer:
    """What the columns of a table would be taken for; nothing is kept."""
    study = room_of(request).study
    _, content = await read_given(request, TableMessage, study.vault)
    return proposed_answer(await run_in_threadpool(propose_table, study, content))


@router.post("/table/rows", operation_id="take_table", openapi_extra=file_body(TakeTableMessage))
async def take(request: Request) -> TakenTableAnswer:
    """Take the rows of a table into the list, and remember its headers."""
    study, person = room_of(request).study, person_of(request)
    given, content = await read_given(request, TakeTableMessage, study.vault)
    taken = await run_in_threadpool(take_table, study, person, content, given.choices())
    return taken_answer(await run_in_threadpool(screened_list, study, person), taken)


@router.post("/find", operation_id="find_subject")
def find(request: Request, given: TypedMessage) -> FoundSubjectAnswer:
    """The code of whoever has this hospital number; the log says who asked."""
    found = find_subject(room_of(request).study, person_of(request), given.typed)
    return FoundSubjectAnswer(subject=found)


@router.post("/questions", operation_id="answer_list_questions")
def answer(request: Request, given: AnswerQuestionsMessage) -> PatientsAnswer:
    """Say of every cell that was changed here and in the study which of the two stands."""
    study, person = room_of(request).study, person_of(request)
    return patients_answer(answer_questions(study, person, given.based_on, given.worksheet, given.of_study))


@router.post("/entry", operation_id="enter_patients")
def enter(request: Request, given: EnterMessage) -> EnteredAnswer:
    """Enter the complete rows into the study."""
    return entered_answer(enter_list(room_of(request).study, person_of(request), given.based_on))


@router.get("/list.{kind}", operation_id="take_patients", response_class=Response, responses=_FILE)
def take_list(request: Request, kind: Literal["csv", "xlsx"]) -> Response:
    """The list under study codes, with the real days and the comments, to be saved; the log says by whom."""
    content = list_file(room_of(request).study, person_of(request), kind)
    return _file(content, f"{NAME}.{kind}", _KINDS[kind])


@router.get("/exams", operation_id="read_arrived_exams")
def exams(request: Request) -> ArrivedAnswer:
    """Exams beside the visits that wait for them."""
    return arrived_answer(arrived_exams(room_of(request).study))


@router.post("/exams", operation_id="choose_exam")
def choose(request: Request, given: ChooseExamMessage) -> ArrivedAnswer:
    """Say which exam is a visit's."""
    study, person = room_of(request).study, person_of(request)
    return arrived_answer(choose_exam(study, person, given.subject, given.visit, given.exam, given.why))


@router.get("/requests.xlsx", operation_id="take_requests", response_class=Response, responses=_FILE)
def take_requests(request: Request) -> Response:
    """The list of awaited exams for the PACS office: the one file here that names people."""
    return _file(requests_for(room_of(request).study, person_of(request)), "requests.xlsx", _XLSX)


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)
