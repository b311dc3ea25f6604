"""Lesions that could not be assessed, as text."""

from __future__ import annotations

from adcurate.model.answers.assessability import AssessabilityAnswer, MarkerAssessability
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import show_percent, show_percent_interval, show_share
from adcurate.report.scale import RULES, MarkerScale

_POLICIES = {
    "leave-out": "left out",
    "test-negative": "counted as called negative",
    "test-positive": "counted as called positive",
    "worst-case": "counted as called wrongly (worst case)",
}


def view_assessability(answer: AssessabilityAnswer, scale: MarkerScale) -> AnswerView:
    """Show sensitivity and specificity under each policy; a star marks the plan's."""
    return AnswerView(
        title="What if lesions that could not be assessed are counted?",
        sentences=tuple(_sentence(one, answer.of_record, scale.of(one.marker)) for one in answer.markers),
        tables=tuple(
            _table(one, answer.of_record)
            for one in answer.markers
            if one.n_positive_not_assessed + one.n_negative_not_assessed
        ),
    )


def _sentence(one: MarkerAssessability, of_record: str, scale: MarkerScale) -> str:
    missing = one.n_positive_not_assessed + one.n_negative_not_assessed
    rule = f"{one.marker} {RULES[one.rule]} {scale.rule(one.cutoff)}{scale.suffix}"
    if not missing:
        return f"Every lesion was assessed; nothing had to be decided for {rule}."
    accuracy = one.by_policy[of_record]
    return (
        f"{missing} of {missing + one.n_assessed} lesions could not be assessed "
        f"({one.n_positive_not_assessed} positive). With these {_POLICIES[of_record]}, as planned, {rule} "
        f"had a sensitivity of {show_share(accuracy.sensitivity)} and a specificity of "
        f"{show_share(accuracy.specificity)}."
    )


def _table(one: MarkerAssessability, of_record: str) -> TableView:
    return TableView(
        f"{one.marker}: lesions not assessed",
        ("policy", "n", "sensitivity, %", "interval", "specificity, %", "interval"),
        tuple(
            (
                _POLICIES[name] + (" ★" if name == of_record else ""),
                str(accuracy.table.n),
                show_percent(accuracy.sensitivity.value),
                show_percent_interval(accuracy.sensitivity.interval),
                show_percent(accuracy.specificity.value),
                show_percent_interval(accuracy.specificity.interval),
            )
            for name, accuracy in one.by_policy.items()
        ),
        note="★ the plan's policy",
    )
