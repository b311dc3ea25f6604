"""Net benefit over the threshold probability, as text."""

from __future__ import annotations

import numpy as np

from adcurate.arrays import Floats
from adcurate.model.answers.decision_curve import RISK, RULE, DecisionCurveAnswer, MarkerDecision
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import UNKNOWN, show_number, show_percent
from adcurate.report.scale import RULES, MarkerScale


def view_decision_curve(answer: DecisionCurveAnswer, scale: MarkerScale) -> AnswerView:
    """Show where each rule is worth more than treating all or none."""
    found = tuple(answer.markers.values())
    return AnswerView(
        title="Would patients be better off if the rule decided?",
        sentences=tuple(_sentence(one, answer, scale.of(one.marker)) for one in found),
        tables=tuple(_table(one) for one in found),
        notes=(
            "Net benefit is true positives less false positives per patient, a false one weighted by the "
            "odds of the threshold probability. A difference of 0.01 is one more needed intervention in "
            "100 patients, at no more needless ones.",
            "Rule and risk were made on the same cases unless stated beforehand: apparent curves and "
            "their bands are optimistic. The corrected column uses sensitivity and specificity of "
            "the optimism bootstrap.",
        ),
    )


def better_ranges(one: MarkerDecision, value: Floats | None = None) -> tuple[tuple[float, float], ...]:
    """Threshold ranges, first to last, in which the rule has more net benefit than treating all and none."""
    curve = one.curve
    gain = (curve.strategies[RULE].value if value is None else value) - np.maximum(curve.treat_all, 0.0)
    above = np.flatnonzero(gain > 1e-12)
    if above.size == 0:
        return ()
    parts = np.split(above, np.flatnonzero(np.diff(above) > 1) + 1)
    return tuple((float(curve.thresholds[part[0]]), float(curve.thresholds[part[-1]])) for part in parts)


def show_ranges(ranges: tuple[tuple[float, float], ...]) -> str:
    """``5 to 36 %``, or several joined."""
    return " and ".join(
        f"{show_percent(low, 0)} to {show_percent(high, 0)} %" if low < high else f"{show_percent(low, 0)} %"
        for low, high in ranges
    )


def _sentence(one: MarkerDecision, answer: DecisionCurveAnswer, scale: MarkerScale) -> str:
    curve = one.curve
    source = "stated" if curve.prevalence_is_stated else "of the sample"
    text = (
        f"Treating by {one.marker} {RULES[one.rule]} {scale.rule(one.cutoff)}{scale.suffix} in {one.n} cases "
        f"({curve.n_positive} {answer.positive_label}), at a prevalence of "
        f"{show_percent(curve.prevalence)} % ({source}), "
    )
    ranges = better_ranges(one)
    if ranges:
        text += (
            f"had a greater net benefit than treating all or none at threshold probabilities of "
            f"{show_ranges(ranges)} (of {show_percent(float(curve.thresholds[0]), 0)} to "
            f"{show_percent(float(curve.thresholds[-1]), 0)} % looked at)."
        )
    else:
        text += "had at no threshold probability a greater net benefit than treating all or none."
    if one.corrected is not None:
        corrected = better_ranges(one, one.corrected)
        text += (
            f" Corrected for optimism this held at {show_ranges(corrected)}."
            if corrected
            else " Corrected for optimism it held nowhere."
        )
    if one.n_missing:
        text += f" {one.n_missing} without {one.marker} or outcome left out."
    return text


def _table(one: MarkerDecision) -> TableView:
    curve = one.curve
    rule, risk = curve.strategies[RULE], curve.strategies.get(RISK)
    wanted = np.linspace(0, curve.thresholds.size - 1, min(8, curve.thresholds.size)).round().astype(int)

    def show(values: Floats | None, i: int) -> str:
        return UNKNOWN if values is None else show_number(float(values[i]), 3)

    def band(i: int) -> str:
        return UNKNOWN if rule.low is None else f"{show(rule.low, i)} to {show(rule.high, i)}"

    return TableView(
        title=f"Net benefit of {one.marker}",
        columns=("Threshold", "Rule", "Rule, band", "Rule, corrected", "Risk", "Treat all", "Best"),
        rows=tuple(
            (
                f"{show_percent(float(curve.thresholds[i]), 0)} %",
                show(rule.value, i),
                band(i),
                show(one.corrected, i),
                show(None if risk is None else risk.value, i),
                show(curve.treat_all, i),
                {"none": "treat none", "all": "treat all"}.get(curve.best[i], curve.best[i]),
            )
            for i in wanted
        ),
        note=(f"Risk: {one.model}, judged on its own cases. " if one.model else "")
        + (
            f"Band: pointwise {show_percent(curve.level, 0)} %, {curve.n_resamples:,} resamples of the "
            "cases with the rule held fixed."
            if curve.n_resamples
            else ""
        ),
    )
