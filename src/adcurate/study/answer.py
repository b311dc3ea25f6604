"""Every question of a plan is answered, or the reason why it cannot be is its answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from adcurate.errors import AdcurateError
from adcurate.findings import Finding
from adcurate.model.answers.overlap import DrawnRegion
from adcurate.model.cases import CaseTable
from adcurate.model.plan import Plan, PlannedAnswer, PlannedQuestion
from adcurate.model.progress import Progress, no_progress
from adcurate.model.protocol import Analysis
from adcurate.statistics.groups import adjust_p_values
from adcurate.study.questions.agreement import answer_agreement
from adcurate.study.questions.assessability import answer_assessability
from adcurate.study.questions.calibration import answer_calibration
from adcurate.study.questions.clusters import answer_clusters
from adcurate.study.questions.combined_marker import answer_combined_marker
from adcurate.study.questions.decision_curve import answer_decision_curve
from adcurate.study.questions.external_cutoffs import answer_external_cutoffs
from adcurate.study.questions.grades import answer_grades
from adcurate.study.questions.kappa import answer_kappa
from adcurate.study.questions.ki67 import answer_ki67
from adcurate.study.questions.literature_cases import (
    answer_accuracy_of_cases,
    answer_correlation_of_cases,
    answer_means_of_cases,
)
from adcurate.study.questions.logistic import answer_logistic
from adcurate.study.questions.missing import answer_missing
from adcurate.study.questions.mixed import answer_mixed
from adcurate.study.questions.ordinal import answer_ordinal
from adcurate.study.questions.overlap import answer_overlap
from adcurate.study.questions.prevalence import answer_prevalence
from adcurate.study.questions.readers_roc import answer_readers_roc
from adcurate.study.questions.roc_comparison import answer_roc_comparison
from adcurate.study.questions.roc_detail import answer_roc_detail
from adcurate.study.questions.sample_size import answer_sample_size
from adcurate.study.questions.scanners import answer_scanners
from adcurate.study.questions.sensitivity import answer_sensitivity
from adcurate.study.questions.trend import answer_trend
from adcurate.study.questions.validation import answer_validation
from adcurate.study.streams import Streams
from adcurate.study.units import Levels

PLANNED: Final = "planned"
POST_HOC: Final = "post hoc"
AS_DATED: Final = "as dated by the plan"
UNDATED: Final = "undated plan"

Level = Literal["readings", "lesions", "units", "all"]


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers a kind of question, and at which level it looks at the cases."""

    answer: Callable[..., Any]
    level: Level = "units"


ANSWERERS: Final[dict[str, Answerer]] = {
    "sensitivity": Answerer(answer_sensitivity, "all"),
    "assessability": Answerer(answer_assessability, "all"),
    "agreement": Answerer(answer_agreement, "readings"),
    "kappa": Answerer(answer_kappa, "readings"),
    "overlap": Answerer(answer_overlap, "all"),
    "readers-roc": Answerer(answer_readers_roc, "readings"),
    "roc-comparison": Answerer(answer_roc_comparison),
    "roc-detail": Answerer(answer_roc_detail),
    "grades": Answerer(answer_grades),
    "trend": Answerer(answer_trend),
    "ki67": Answerer(answer_ki67),
    "logistic": Answerer(answer_logistic),
    "ordinal": Answerer(answer_ordinal),
    "combined-marker": Answerer(answer_combined_marker),
    "missing": Answerer(answer_missing),
    "validation": Answerer(answer_validation),
    "prevalence": Answerer(answer_prevalence),
    "decision-curve": Answerer(answer_decision_curve),
    "calibration": Answerer(answer_calibration),
    "external-cutoffs": Answerer(answer_external_cutoffs),
    "clusters": Answerer(answer_clusters, "lesions"),
    "mixed": Answerer(answer_mixed, "lesions"),
    "scanners": Answerer(answer_scanners),
    "literature-means": Answerer(answer_means_of_cases),
    "sample-size": Answerer(answer_sample_size),
    "literature-correlation": Answerer(answer_correlation_of_cases),
    "literature-accuracy": Answerer(answer_accuracy_of_cases),
}


def answer_plan(
    plan: Plan,
    levels: Levels,
    methods: Analysis,
    *,
    stamps: Mapping[PlannedQuestion, str],
    other_maps: Mapping[str, Levels] | None = None,
    regions: Sequence[DrawnRegion] | None = None,
    progress: Progress = no_progress,
) -> tuple[PlannedAnswer, ...]:
    """Answer the questions in the plan's order; each has a stream of random numbers of its own.

    A question that the cases cannot answer keeps its place with the reason; the others are answered.
    `other_maps` are the same cases measured on other maps, by the name of the map. `regions` are what readers
    drew; None where only their numbers are known.
    """
    streams = Streams(methods.seed)
    beside = _Beside(other_maps or {}, regions)
    answers = []
    for position, question in enumerate(plan.questions):
        progress("Statistics", position, len(plan.questions))
        stamp = POST_HOC if question.role == "post-hoc" else stamps[question]
        try:
            found = _answer(question, plan, levels, methods, streams, beside)
        except AdcurateError as error:
            refusal = Finding(error.code, f"{error.sentence} {error.remedy}", "warning")
            answers.append(PlannedAnswer(question, None, refusal, stamp))
        else:
            answers.append(PlannedAnswer(question, found, None, stamp))
    return _adjusted(tuple(answers), plan, methods)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a study knows beside the table of cases."""

    other_maps: Mapping[str, Levels]
    regions: Sequence[DrawnRegion] | None


def _answer(
    question: PlannedQuestion,
    plan: Plan,
    levels: Levels,
    methods: Analysis,
    streams: Streams,
    beside: _Beside,
) -> Any:
    answerer = ANSWERERS[question.kind]
    if answerer.level == "all":
        return answerer.answer(
            question.ask,
            levels,
            methods,
            streams,
            plan=plan,
            other_maps=beside.other_maps,
            regions=beside.regions,
        )
    level = "readings" if _asks_about_readings(question.ask) else answerer.level
    cases: CaseTable = getattr(levels, level)
    return answerer.answer(question.ask, cases, methods, streams)


def _asks_about_readings(ask: Any) -> bool:
    """Whether a question that looks at lesions names the reader or session, and so needs every reading."""
    named = (getattr(ask, "group", ""), getattr(ask, "second_group", ""), *getattr(ask, "factors", ()))
    return ask.kind == "mixed" and bool({"reader", "session"} & set(named))


def _adjusted(answers: tuple[PlannedAnswer, ...], plan: Plan, methods: Analysis) -> tuple[PlannedAnswer, ...]:
    """Correct the p-values of planned confirmatory questions together, as the plan says."""
    family = {
        f"{number}/{label}": p
        for number, one in enumerate(answers)
        if one.answer is not None and one.question.role == "confirmatory" and one.stamp != POST_HOC
        for label, p in one.answer.p_values.items()
        if math.isfinite(p)
    }
    if plan.multiplicity == "none" or len(family) < 2:
        return answers
    found = adjust_p_values(family, method=plan.multiplicity, alpha=1.0 - methods.confidence_level)
    own: dict[int, list[tuple[str, float]]] = {}
    for test in found.tests:
        number, _, label = test.label.partition("/")
        own.setdefault(int(number), []).append((label, test.adjusted))
    return tuple(replace(one, adjusted=tuple(own.get(number, ()))) for number, one in enumerate(answers))
