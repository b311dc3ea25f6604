"""The log of who did what, for auditors and administrators. Blinded readers have no way to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from adcurate.study.people.log import check_log
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
