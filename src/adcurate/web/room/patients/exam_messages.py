"""What crosses the wire about the exams that arrive for the list, and which of them is meant."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from adcurate.model.jsonable import as_jsonable
from adcurate.study.screening.exams import ArrivedExams, Standing, VisitStatus
from adcurate.web.room.people_messages import Message


class ArrivedExamMessage(Message):
    """One exam; days are its own less the list's or the histology's."""

    uid: str
    standing: Standing
    days_from_row: int | None
    days_from_histology: int | None
    against: str
    n_series: int
    n_objects: int


class VisitMessage(Message):
    """One visit and the exams of its subject."""

    subject: str
    visit: str
    status: VisitStatus
    reason: str
    decided_by: str
    why: str
    proposed: str
    treated: str
    birth_dates_differ: bool
    exams: list[ArrivedExamMessage]


class LeftOutMessage(Message):
    """Why some left the flow, and how many."""

    reason: str
    n: int


class FlowStageMessage(Message):
    """One box of the flow, and who left after it."""

    label: str
    n: int
    left_out: list[LeftOutMessage]


class ArrivedAnswer(Message):
    """Every visit, and the flow of participants."""

    visits: list[VisitMessage]
    flow: list[FlowStageMessage]
    within_days: int


class ChooseExamMessage(Message):
    """Which exam is a visit's, and why."""

    subject: Annotated[str, Field(min_length=1, max_length=64)]
    visit: Annotated[str, Field(min_length=1, max_length=64)]
    exam: Annotated[str, Field(min_length=1, max_length=64)]
    why: Annotated[str, Field(min_length=1, max_length=1000)]


def arrived_answer(arrived: ArrivedExams) -> ArrivedAnswer:
    """Exams beside visits."""
    return ArrivedAnswer(
        visits=[
            VisitMessage(
                **{**as_jsonable(one), "exams": []},
            ).model_copy(
                update={
                    "exams": [
                        ArrivedExamMessage(
                            uid=exam.evidence.study_instance_uid,
                            standing=exam.standing,
                            days_from_row=exam.evidence.days_from_row,
                            days_from_histology=exam.evidence.days_from_histology,
                            against=exam.evidence.against,
                            n_series=exam.n_series,
                            n_objects=exam.n_objects,
                        )
                        for exam in one.exams
                    ]
                }
            )
            for one in arrived.visits
        ],
        flow=[
            FlowStageMessage(
                label=one.label,
                n=one.n,
                left_out=[LeftOutMessage(reason=reason, n=n) for reason, n in one.left_out],
            )
            for one in arrived.flow.stages
        ],
        within_days=arrived.within_days,
    )
