"""Long work: how far it is, and stopping it. It is started where it belongs: images, results, keeping."""

from __future__ import annotations

from fastapi import APIRouter, Request

from adcurate.web.room.rights import require, room_of
from adcurate.web.room.work.messages import WorkMessage, WorksAnswer, work_message

router = APIRouter(prefix="/api/work", tags=["work"], dependencies=[require("coordinator", whole_study=True)])


@router.get("", operation_id="list_work")
def list_work(request: Request) -> WorksAnswer:
    """What runs, waits, or ended lately."""
    return WorksAnswer(works=[work_message(one) for one in room_of(request).works.all()])


@router.get("/{work}", operation_id="read_work")
def read_work(request: Request, work: str) -> WorkMessage:
    """How far one piece of work is."""
    return work_message(room_of(request).works.get(work))


@router.delete("/{work}", operation_id="cancel_work")
def cancel_work(request: Request, work: str) -> WorkMessage:
    """Stop it after the item that it is at; what it kept stays, and the same work again goes on."""
    return work_message(room_of(request).works.cancel(work))
