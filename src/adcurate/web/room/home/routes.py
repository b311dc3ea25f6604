"""Where the study stands, for coordinators."""

from __future__ import annotations

from fastapi import APIRouter, Request

from adcurate.study.steps import study_steps
from adcurate.web.room.home.messages import HomeAnswer
from adcurate.web.room.rights import person_of, require, room_of

router = APIRouter(prefix="/api/home", tags=["home"], dependencies=[require("coordinator", whole_study=True)])


@router.get("", operation_id="read_home")
def read(request: Request) -> HomeAnswer:
    """Steps, counts, findings, and who is waited for."""
    return HomeAnswer.of(study_steps(room_of(request).reading, person_of(request)))
