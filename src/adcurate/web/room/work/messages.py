"""What a page is told of long work."""

from __future__ import annotations

from typing import Any

from adcurate.web.room.messages import ErrorMessage
from adcurate.web.room.people_messages import Message
from adcurate.web.room.work.works import State, Work


class WorkMessage(Message):
    """One piece of work.

    `behind` are the kinds of work that it waits for; `answer` is what its command prints with ``--json``,
    `error` why it failed.
    """

    id: str
    kind: str
    by: str
    state: State
    behind: list[str]
    step: str
    done: int
    total: int
    started_at: str
    ended_at: str
    answer: dict[str, Any] | None
    error: ErrorMessage | None


class WorksAnswer(Message):
    """What runs, waits, or ended lately; oldest first."""

    works: list[WorkMessage]


def work_message(work: Work) -> WorkMessage:
    """Work as it crosses the wire."""
    return WorkMessage(
        id=work.id,
        kind=work.kind,
        by=work.by,
        state=work.state,
        behind=list(work.behind),
        step=work.step,
        done=work.done,
        total=work.total,
        started_at=work.started_at,
        ended_at=work.ended_at,
        answer=None if work.answer is None else dict(work.answer),
        error=None if work.error is None else ErrorMessage.model_validate(work.error.as_json()),
    )
