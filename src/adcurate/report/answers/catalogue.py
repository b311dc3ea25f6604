"""The view of each kind of answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from adcurate.model.plan import PlannedAnswer
from adcurate.report.answers.agreement import view_agreement
from adcurate.report.answers.assessability import view_assessability
from adcurate.report.answers.calibration import view_calibration
from adcurate.report.answers.clusters import view_clusters
from adcurate.report.answers.combined_marker import view_combined_marker
from adcurate.report.answers.decision_curve import view_decision_curve
from adcurate.report.answers.external_cutoffs import view_external_cutoffs
from adcurate.report.answers.grades import view_grades
from adcurate.report.answers.kappa import view_kappa
from adcurate.report.answers.ki67 import view_ki67
from adcurate.report.answers.literature import (
    view_literature_accuracy,
    view_literature_correlation,
    view_literature_means,
)
from adcurate.report.answers.logistic import view_logistic
from adcurate.report.answers.missing import view_missing
from adcurate.report.answers.mixed import view_mixed
from adcurate.report.answers.ordinal import view_ordinal
from adcurate.report.answers.overlap import view_overlap
from adcurate.report.answers.prevalence import view_prevalence
from adcurate.report.answers.readers_roc import view_readers_roc
from adcurate.report.answers.roc_comparison import view_roc_comparison
from adcurate.report.answers.roc_detail import view_roc_detail
from adcurate.report.answers.sample_size import view_sample_size
from adcurate.report.answers.scanners import view_scanners
from adcurate.report.answers.sensitivity import view_sensitivity
from adcurate.report.answers.trend import view_trend
from adcurate.report.answers.validation import view_validation
from adcurate.report.answers.view import AnswerView
from adcurate.report.numbers import show_p_equation
from adcurate.report.scale import ADC, MarkerScale
from adcurate.report.words import KIND_WORDS

VIEWS: Final[dict[str, Callable[..., AnswerView]]] = {
    "assessability": view_assessability,
    "sensitivity": view_sensitivity,
    "agreement": view_agreement,
    "kappa": view_kappa,
    "overlap": view_overlap,
    "readers-roc": view_readers_roc,
    "roc-comparison": view_roc_comparison,
    "roc-detail": view_roc_detail,
    "grades": view_grades,
    "trend": view_trend,
    "ki67": view_ki67,
    "logistic": view_logistic,
    "ordinal": view_ordinal,
    "combined-marker": view_combined_marker,
    "missing": view_missing,
    "validation": view_validation,
    "prevalence": view_prevalence,
    "decision-curve": view_decision_curve,
    "calibration": view_calibration,
    "external-cutoffs": view_external_cutoffs,
    "clusters": view_clusters,
    "mixed": view_mixed,
    "scanners": view_scanners,
    "literature-means": view_literature_means,
    "sample-size": view_sample_size,
    "literature-correlation": view_literature_correlation,
    "literature-accuracy": view_literature_accuracy,
}

# Their sentences say which way a number goes, which the corrected p-value decides.
_STATES_A_DIRECTION: Final = frozenset(
    {"combined-marker", "ki67", "mixed", "ordinal", "readers-roc", "trend"}
)


def view_answer(planned: PlannedAnswer, scale: MarkerScale) -> AnswerView:
    """Show an answer, or why there is none."""
    title = planned.question.title
    if planned.refusal is not None:
        return AnswerView(
            title or KIND_WORDS[planned.question.kind],
            (f"This question could not be answered: {planned.refusal.sentence}",),
        )
    kind = planned.question.kind
    decided = (dict(planned.adjusted),) if kind in _STATES_A_DIRECTION else ()
    view = VIEWS[kind](planned.answer, scale_of_kind(kind, scale), *decided)
    notes = view.notes
    if planned.adjusted:
        shown = "; ".join(f"{label}: {show_p_equation(p)}" for label, p in planned.adjusted)
        notes = (*notes, f"Corrected over the plan's confirmatory tests: {shown}.")
    return replace(view, title=title or view.title, notes=notes)


def scale_of_kind(kind: str, scale: MarkerScale) -> MarkerScale:
    """Studies are compared in mm²/s, whatever unit a table has; other answers are in the table's unit."""
    return ADC if kind.startswith("literature-") and kind != "literature-correlation" else scale


def badge_of(planned: PlannedAnswer) -> str:
    """When the question was asked and what its answer may be used for."""
    if planned.stamp == "post hoc":
        return "post hoc"
    return f"{planned.stamp}, {planned.question.role}"
