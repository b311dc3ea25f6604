"""The log of who did what, for auditors and administrators. Blinded readers have no way to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from adcurate.study.people.log import check_log
from adcurate.study.people.log_files import log_as_csv, log_as_lines
from adcurate.web.room.people_messages import (
    AuditAnswer,
    AuditCheckAnswer,
    AuditEntryAnswer,
    AuditFaultAnswer,
)
from adcurate.web.room.rights import require, room_of

router = APIRouter(
    prefix="/api/audit",
    tags=["audit"],
    dependencies=[require("auditor", "administrator", whole_study=True)],
)
_MOST = 1000
_LARGEST = 2**53
_CSV, _LINES = "text/csv", "application/jsonl"


def _file(kind: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {kind: {"schema": {"type": "string"}}}, "description": "The file"}}


@router.get("", operation_id="read_log")
def read_log(
    request: Request,
    after: Annotated[int, Query(ge=0, le=_LARGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 100,
) -> AuditAnswer:
    """Entries whose number is above `after`, oldest first."""
    store = room_of(request).store
    names = {one.id: one.name for one in store.people.all()}
    found = store.audit.entries(after=after, limit=limit + 1)
    shown = [AuditEntryAnswer.of(entry, names) for entry in found[:limit]]
    return AuditAnswer(entries=shown, next=shown[-1].sequence if len(found) > limit else None)


@router.get("/check", operation_id="check_log")
def check(request: Request) -> AuditCheckAnswer:
    """Recompute the chain of the whole log, and compare it with the heads kept outside the database."""
    found = check_log(room_of(request).store)
    faults = [AuditFaultAnswer(sequence=one.sequence, sentence=one.sentence) for one in found.faults]
    return AuditCheckAnswer(sequence=found.head.sequence, hash=found.head.hash, faults=faults)


@router.get(
    "/log.csv", operation_id="take_log_table", response_class=StreamingResponse, responses=_file(_CSV)
)
def table(request: Request) -> StreamingResponse:
    """The whole log as a table."""
    return _to_save(log_as_csv(room_of(request).store), f"{_CSV}; charset=utf-8", "audit-log.csv")


@router.get(
    "/log.jsonl", operation_id="take_log_lines", response_class=StreamingResponse, responses=_file(_LINES)
)
def lines(request: Request) -> StreamingResponse:
    """The whole log as one JSON object a line, which proves the chain without this program."""
    return _to_save(log_as_lines(room_of(request).store), _LINES, "audit-log.jsonl")


def _to_save(parts: Iterator[bytes], kind: str, name: str) -> StreamingResponse:
    return StreamingResponse(
        parts, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
