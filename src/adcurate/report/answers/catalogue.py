"""The view of each kind of answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from adcurate.model.plan import PlannedAnswer
from adcurate.report.answers.assessability import view_assessability
from adcurate.report.answers.sensitivity import view_sensitivity
from adcurate.report.answers.view import AnswerView
from adcurate.report.numbers import show_p
from adcurate.report.scale import MarkerScale

VIEWS: Final[dict[str, Callable[[Any, MarkerScale], AnswerView]]] = {
    "assessability": view_assessability,
    "sensitivity": view_sensitivity,
}


def view_answer(planned: PlannedAnswer, scale: MarkerScale) -> AnswerView:
    """Show an answer, or why there is none."""
    title = planned.question.title
    if planned.refusal is not None:
        return AnswerView(
            title or f"{planned.question.kind}: not answered",
            (f"This question could not be answered: {planned.refusal.sentence}",),
        )
    view = VIEWS[planned.question.kind](planned.answer, scale)
    notes = view.notes
    if planned.adjusted:
        shown = "; ".join(f"{label}: p = {show_p(p)}" for label, p in planned.adjusted)
        notes = (*notes, f"Corrected over the plan's confirmatory tests: {shown}.")
    return replace(view, title=title or view.title, notes=notes)


def badge_of(planned: PlannedAnswer) -> str:
    """When the question was asked and what its answer may be used for."""
    if planned.stamp == "post hoc":
        return "post hoc"
    return f"{planned.stamp}, {planned.question.role}"
