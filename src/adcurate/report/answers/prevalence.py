"""Predictive values over prevalence, as text."""

from __future__ import annotations

from typing import Final

from adcurate.model.answers.prevalence import MarkerPrevalence, PrevalenceAnswer
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import UNKNOWN, show_percent
from adcurate.report.scale import RULES, MarkerScale
from adcurate.statistics.validation import PredictiveCurve

BAND_WORDS: Final = {
    "logit-delta": "logit",
    "adjusted-logit": "adjusted logit",
    "confidence-box": "confidence box",
}


def view_prevalence(answer: PrevalenceAnswer, scale: MarkerScale) -> AnswerView:
    """Show PPV and NPV of each rule at the prevalences asked for."""
    found = tuple(answer.markers.values())
    return AnswerView(
        title="What does a result mean where the disease is rarer, or more common?",
        sentences=tuple(_sentence(one, answer, scale.of(one.marker)) for one in found),
        tables=tuple(_table(one) for one in found),
        notes=(
            "Predictive values by Bayes' theorem from this sample's sensitivity and specificity, taking the "
            "prevalence as known. They hold only where the spectrum of disease is like this sample's.",
            *(
                (
                    "Sensitivity and specificity at a cut-off chosen on the same cases are "
                    "optimistic, and so are these.",
                )
                if any(not one.cutoff_is_stated for one in found)
                else ()
            ),
            *sorted({finding.sentence for finding in answer.findings}),
        ),
    )


def _sentence(one: MarkerPrevalence, answer: PrevalenceAnswer, scale: MarkerScale) -> str:
    curve, at = one.curve, one.at
    level = show_percent(curve.level, 0)
    first, last = 0, len(at.prevalence) - 2
    text = (
        f"At {one.marker} {RULES[one.rule]} {scale.rule(one.cutoff)}{scale.suffix} "
        f"({'stated beforehand' if one.cutoff_is_stated else 'Youden cut-off of these cases'}), "
        f"sensitivity was {show_percent(curve.sensitivity)} % ({curve.table.tp} of {curve.table.n_positive} "
        f"{answer.positive_label}) and specificity {show_percent(curve.specificity)} % ({curve.table.tn} of "
        f"{curve.table.n_negative} {answer.negative_label}). "
    )
    if last >= 0:
        text += " ".join(
            f"Where {show_percent(float(at.prevalence[i]), 0)} % have the condition, a positive result "
            f"would mean it in {_value(at.ppv, i)} (PPV; {level} % CI {_limits(at.ppv, i)}, "
            f"{BAND_WORDS[at.ppv.band]}) and a negative one exclude it in {_value(at.npv, i)} (NPV; "
            f"{_limits(at.npv, i)}, {BAND_WORDS[at.npv.band]})."
            for i in dict.fromkeys((first, last))
        )
    if one.n_missing:
        text += f" {one.n_missing} without {one.marker} or outcome left out."
    return text


def _table(one: MarkerPrevalence) -> TableView:
    at, last = one.at, len(one.at.prevalence) - 1
    return TableView(
        title=f"Predictive values of {one.marker} over prevalence",
        columns=("Prevalence", "PPV", "PPV interval", "NPV", "NPV interval"),
        rows=tuple(
            (
                f"{show_percent(float(at.prevalence[i]))} %" + (" (this sample)" if i == last else ""),
                _value(at.ppv, i),
                _limits(at.ppv, i),
                _value(at.npv, i),
                _limits(at.npv, i),
            )
            for i in range(last + 1)
        ),
        note=f"Intervals at {show_percent(at.level, 0)} %: PPV {BAND_WORDS[at.ppv.band]}, "
        f"NPV {BAND_WORDS[at.npv.band]}.",
    )


def _value(curve: PredictiveCurve, i: int) -> str:
    shown = show_percent(float(curve.value[i]))
    return shown if shown == UNKNOWN else f"{shown} %"


def _limits(curve: PredictiveCurve, i: int) -> str:
    return f"{show_percent(float(curve.low[i]))} to {show_percent(float(curve.high[i]))} %"
