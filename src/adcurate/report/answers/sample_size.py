"""The size of a study, as the sentence for its protocol."""

from __future__ import annotations

import math
from typing import Final

from adcurate.model.answers.sample_size import SampleSizeAnswer
from adcurate.report.answers.sample_size_tables import (
    alternatives_table,
    basis_table,
    model_table,
    recruitment_table,
    simulation_table,
)
from adcurate.report.answers.view import AnswerView
from adcurate.report.numbers import show_number, show_percent
from adcurate.report.scale import MarkerScale
from adcurate.statistics.planning import Recruitment, SampleSize, Simulation, Units

TITLES: Final = {
    "auc": "How many lesions does the area under the curve need?",
    "auc-difference": "How many lesions tell the two markers apart?",
    "sensitivity": "How many positive lesions does the sensitivity need?",
    "specificity": "How many negative lesions does the specificity need?",
    "correlation": "How many lesions does the correlation need?",
    "icc": "How many lesions must be read again for the agreement of readers?",
    "limits": "How many lesions must be read twice for the limits of agreement?",
    "groups": "How many lesions does the comparison of two groups need?",
    "logistic": "How many cases does the model need?",
}
_WHAT: Final = {
    "auc": "an area under the ROC curve",
    "auc-difference": "a difference of areas under the ROC curve",
    "sensitivity": "a sensitivity",
    "specificity": "a specificity",
    "correlation": "a correlation",
    "icc": "an intraclass correlation coefficient",
    "limits": "each limit of agreement",
    "groups": "a probability of a larger value",
}
_PERCENT: Final = ("sensitivity", "specificity")


def view_sample_size(answer: SampleSizeAnswer, scale: MarkerScale) -> AnswerView:
    """Show the number with the sentence for the protocol; the first sentence is that one."""
    asked = answer.asked
    if answer.model is not None:
        sentences, tables = [_model_sentence(answer)], [model_table(answer.model)]
    elif answer.size is not None:
        sentences = [protocol_sentence(answer, scale)]
        tables = [basis_table(answer, answer.size, scale)]
    else:
        sentences, tables = [], []
    if answer.recruitment is not None:
        sentences.append(_recruitment_sentence(answer, answer.recruitment))
        tables.append(recruitment_table(answer, answer.recruitment))
    if answer.alternatives:
        tables.append(alternatives_table(answer))
    if answer.simulation is not None and answer.size is not None:
        sentences.append(_simulation_sentence(answer, answer.simulation, answer.size))
        tables.append(simulation_table(answer, answer.simulation, answer.size))
    return AnswerView(
        title=TITLES[asked.design],
        sentences=tuple(sentences),
        tables=tuple(tables),
        notes=(
            *_pilot_note(answer),
            *dict.fromkeys(finding.sentence for finding in answer.findings),
        ),
    )


def protocol_sentence(answer: SampleSizeAnswer, scale: MarkerScale) -> str:
    """The sentence to paste into a protocol."""
    size, asked = answer.size, answer.asked
    if size is None:
        return _model_sentence(answer)
    who, level = count_words(answer, size.units), show_percent(answer.level, 0)
    what, source = _expected_words(answer), size.source
    if size.goal == "precision":
        return (
            f"With {who.rstrip(',')}, {what} will be estimated with a {level} % confidence interval of about "
            f"± {value_words(answer, size.reached, scale)} ({source})."
        )
    power = show_percent(size.reached, 0)
    if size.goal == "assurance":
        wide = value_words(answer, asked.half_width or math.nan, scale)
        return (
            f"With {who.rstrip(',')}, the {level} % confidence interval of {what} will be no wider "
            f"than ± {wide} with a probability of {power} % ({source})."
        )
    alpha = f"alpha {asked.alpha:g}, {'one' if asked.one_sided else 'two'}-sided"
    if asked.design == "limits":
        within = value_words(answer, asked.clinical_difference or math.nan, scale)
        return (
            f"{who[:1].upper()}{who[1:]} give a power of {power} % to show that both limits of agreement lie "
            f"within ± {within} (alpha {asked.alpha:g}), if readings differ by "
            f"{scale.show(asked.bias)}{scale.suffix} on average with an SD of "
            f"{scale.show(asked.sd)}{scale.suffix} ({source})."
        )
    return (
        f"{who[:1].upper()}{who[1:]} give a power of {power} % to tell {what} from "
        f"{_null_words(answer)} ({alpha}; {source})."
    )


def count_words(answer: SampleSizeAnswer, units: Units) -> str:
    """``9 high grade and 38 low grade lesions``, or the words of the design."""
    design = answer.asked.design
    if units.n_positive is not None and units.n_negative is not None:
        negatives = f"{units.n_negative} {answer.negative_label} lesions"
        return f"{units.n_positive} {answer.positive_label} and {negatives}"
    if design in _PERCENT:
        label = answer.positive_label if design == "sensitivity" else answer.negative_label
        return f"{units.n} {label} lesions"
    if design == "icc":
        return f"{units.n} lesions, each read by {answer.asked.readers} readers,"
    return f"{units.n} lesions read twice" if design == "limits" else f"{units.n} lesions"


def value_words(answer: SampleSizeAnswer, value: float, scale: MarkerScale) -> str:
    """A half-width in the unit of its estimate."""
    if answer.asked.design == "limits":
        return f"{scale.show(value)}{scale.suffix}"
    if answer.asked.design in _PERCENT:
        return f"{show_percent(value)} percentage points"
    return show_number(value, 3)


def _expected_words(answer: SampleSizeAnswer) -> str:
    asked = answer.asked
    what = _WHAT[asked.design]
    if asked.design == "limits":
        return what
    if asked.design in _PERCENT:
        return f"{what} of {show_percent(asked.expected)} %"
    if asked.design == "auc-difference":
        return f"{what} of {_short(asked.expected)} and {_short(asked.second)} in the same lesions"
    return f"{what} of {_short(asked.expected)}"


def _null_words(answer: SampleSizeAnswer) -> str:
    asked = answer.asked
    if asked.design == "auc-difference":
        return "none"
    if asked.design in _PERCENT:
        return f"{show_percent(asked.null)} %"
    default = {"auc": 0.5, "groups": 0.5, "correlation": 0.0}.get(asked.design)
    return _short(default if asked.null is None else asked.null)


def _short(value: float | None) -> str:
    """Two decimals, or three where two would round it."""
    if value is None:
        return show_number(None, 2)
    return show_number(value, 2 if abs(value * 100.0 - round(value * 100.0)) < 1e-9 else 3)


def _model_sentence(answer: SampleSizeAnswer) -> str:
    model, asked = answer.model, answer.asked
    if model is None:
        return ""
    each = show_number(model.events_per_parameter, 1)
    return (
        f"A logistic model with {asked.parameters} parameters needs {model.n} cases, about "
        f"{show_number(model.events, 0)} of them of the rarer class ({each} for each parameter), if it "
        f"explains a Cox-Snell R² of {_short(asked.r_squared)} and the outcome has a prevalence of "
        f"{show_percent(asked.prevalence)} % (Riley et al. 2019)."
    )


def _recruitment_sentence(answer: SampleSizeAnswer, plan: Recruitment) -> str:
    reasons = []
    if plan.design_effect > 1.0:
        reasons.append(
            f"a design effect of {show_number(plan.design_effect, 2)} for several lesions of a subject"
        )
    if plan.not_assessable > 0.0:
        reasons.append(f"{show_percent(plan.not_assessable, 0)} % that cannot be assessed")
    if plan.prevalence is not None:
        reasons.append(f"a prevalence of {show_percent(plan.prevalence)} %")
    allowing = f"Allowing for {' and '.join(reasons)}, " if reasons else ""
    split = (
        f" ({plan.n_positive} {answer.positive_label}, {plan.n_negative} {answer.negative_label})"
        if plan.n_positive is not None
        else ""
    )
    if plan.prevalence is None and plan.not_assessable == 0.0:
        text = f"{allowing}{plan.n} lesions{split} will be recruited."
        return text[:1].upper() + text[1:]
    sure = (
        f"which reaches the numbers with a probability of {show_percent(plan.chance, 0)} %"
        if plan.assurance is not None
        else "which reaches the numbers on average, and with a probability of "
        f"{show_percent(plan.chance, 0)} %"
    )
    text = f"{allowing}{plan.n} lesions{split} will be recruited, {sure} (exact binomial)."
    return text[:1].upper() + text[1:]


def _simulation_sentence(answer: SampleSizeAnswer, found: Simulation, size: SampleSize) -> str:
    at = next((i for i, one in enumerate(found.sizes) if one.units == size.units), 0)
    one, formula = found.sizes[at], answer.formula_in_world[at]
    is_width = size.goal == "precision"
    value, limits = (one.half_width, one.half_width_interval) if is_width else (one.power, one.power_interval)

    def show(number: float) -> str:
        return show_number(number, 3) if is_width else f"{show_percent(number)} %"

    how, what = found.method.partition(", ")[2], "mean half-width" if is_width else "power"
    return (
        f"In {one.n_simulations} simulated studies of this size ({how}; true value "
        f"{show_number(found.truth, 3)}), the {what} was {show(value)} (Monte Carlo 95 % interval "
        f"{show(limits.low)} to {show(limits.high)}); for that value the formula gives {show(formula)}."
    )


def _pilot_note(answer: SampleSizeAnswer) -> tuple[str, ...]:
    pilot = answer.pilot
    if pilot is None:
        return ()
    interval = (
        f" ({show_percent(answer.level, 0)} % CI {show_number(pilot.interval.low, 3)} to "
        f"{show_number(pilot.interval.high, 3)})"
        if pilot.interval is not None
        else ""
    )
    missing = f"; {pilot.n_missing} rows were incomplete and left out" if pilot.n_missing else ""
    return (
        f"Pilot: {' and '.join(pilot.names)}, {pilot.n} lesions, {show_number(pilot.value, 3)}{interval}"
        f"{missing}.",
    )
