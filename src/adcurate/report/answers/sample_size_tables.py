"""The tables under a sample size: what it rests on, what else could be true, whom to recruit."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from adcurate.model.answers.sample_size import SampleSizeAnswer
from adcurate.report.answers.view import TableView
from adcurate.report.numbers import UNKNOWN, show_interval, show_number, show_percent, show_percent_interval
from adcurate.report.scale import MarkerScale
from adcurate.statistics.planning import ModelSize, Recruitment, SampleSize, Simulation

_NAMES: Final = {
    "auc": "AUC expected",
    "null": "To be told from",
    "ratio": "Negatives for each positive",
    "level": "Confidence level",
    "alpha": "Alpha",
    "sides": "Sides of the test",
    "first": "First area expected",
    "second": "Second area expected",
    "r_positive": "Correlation of the markers, positives",
    "r_negative": "Correlation of the markers, negatives",
    "expected": "Expected",
    "half_width": "Half-width not to be exceeded",
    "correlation": "Correlation expected",
    "icc": "ICC expected",
    "n_readers": "Readings of each lesion",
    "sd": "SD of differences",
    "bias": "Mean difference",
    "clinical_difference": "Clinical difference",
    "coverage": "Coverage of the limits",
    "superiority": "Probability of a larger value",
}
_LENGTHS: Final = ("sd", "bias", "clinical_difference", "half_width")


def basis_table(answer: SampleSizeAnswer, size: SampleSize, scale: MarkerScale) -> TableView:
    """Assumptions, the formula's own number, and what one less would give."""
    is_length = answer.asked.design == "limits"
    scale = replace(scale, decimals=scale.decimals + 1)  # one lesion more or less must be seen

    def shown(key: str, value: float) -> str:
        return scale.show(value) + scale.suffix if is_length and key in _LENGTHS else _plain(value)

    def reached(value: float) -> str:
        if size.goal != "precision":
            return UNKNOWN if math.isnan(value) else f"{show_percent(value)} %"
        return "± " + shown("half_width", value) if math.isfinite(value) else UNKNOWN

    by_class = size.units.n_positive is not None
    step = "one positive less, with its negatives" if by_class else "one less"
    rows = [(_NAMES.get(key, key), shown(key, value)) for key, value in size.assumptions.items()]
    rows.append(("Lesions analysed", str(size.units.n)))
    if by_class:
        rows += [
            (f"of these {answer.positive_label}", str(size.units.n_positive)),
            (f"of these {answer.negative_label}", str(size.units.n_negative)),
        ]
    if not math.isnan(size.formula_steps):
        rows.append(
            (
                f"The formula before rounding up{' (positives)' if by_class else ''}",
                show_number(size.formula_steps, 2),
            )
        )
    if not math.isnan(size.asked):
        rows.append(("Asked for", reached(size.asked)))
    rows.append(("Reached", reached(size.reached)))
    if not math.isnan(size.reached_before):
        rows.append((f"With {step}", reached(size.reached_before)))
    equals = f" Equals {size.equals}." if size.equals else ""
    return TableView(
        title="What the number rests on",
        columns=("", "value"),
        rows=tuple(rows),
        note=f"{size.method}.{equals} Numbers are rounded up to whole lesions, and what they reach "
        "is computed from these.",
    )


def recruitment_table(answer: SampleSizeAnswer, plan: Recruitment) -> TableView:
    """From lesions needed to lesions recruited."""
    by_class = plan.analysed.n_positive is not None
    rows = [("Needed by the formula", str(plan.needed.n))]
    if plan.design_effect > 1.0:
        rows.append((f"times a design effect of {show_number(plan.design_effect, 2)}", str(plan.analysed.n)))
    if by_class:
        rows.append(
            (
                f"of these {answer.positive_label} / {answer.negative_label}",
                f"{plan.analysed.n_positive} / {plan.analysed.n_negative}",
            )
        )
    rows += [
        ("To recruit for these numbers on average", str(plan.n_on_average)),
        ("Probability that it suffices", f"{show_percent(plan.chance_on_average)} %"),
    ]
    if plan.assurance is not None:
        rows += [
            (f"To recruit for {show_percent(plan.assurance, 0)} % assurance", str(plan.n)),
            ("Probability that it suffices", f"{show_percent(plan.chance)} %"),
        ]
    return TableView(title="Whom to recruit", columns=("", "lesions"), rows=tuple(rows))


def alternatives_table(answer: SampleSizeAnswer) -> TableView:
    """The number, or what is reached, if something else than expected is true."""
    size = answer.size
    searched = size is not None and not math.isnan(size.asked)
    every = sorted(
        [(other.expected, other.size) for other in answer.alternatives]
        + ([] if answer.asked.expected is None else [(answer.asked.expected, size)]),
        key=lambda one: one[0],
    )
    rows = tuple(
        (
            show_number(expected, 3) + (" (planned)" if expected == answer.asked.expected else ""),
            UNKNOWN if found is None else str(found.units.n),
            UNKNOWN
            if found is None
            else (
                f"± {show_number(found.reached, 3)}"
                if found.goal == "precision"
                else f"{show_percent(found.reached)} %"
            ),
        )
        for expected, found in every
    )
    return TableView(
        title="If something else is true",
        columns=("Expected", "Lesions", "Reached"),
        rows=rows,
        note="A dash: no number of lesions can show it."
        if searched and any(row[1] == UNKNOWN for row in rows)
        else "",
    )


def simulation_table(answer: SampleSizeAnswer, found: Simulation, size: SampleSize) -> TableView:
    """Simulated studies of each size, beside the formula's value where there is one."""
    is_width = size.goal == "precision"
    rows = []
    for one, formula in zip(found.sizes, answer.formula_in_world, strict=True):
        units = one.units
        who = str(units.n) if units.n_positive is None else f"{units.n_positive} + {units.n_negative}"
        if is_width:
            cells = (
                f"± {show_number(one.half_width, 3)}",
                show_interval(one.half_width_interval, 3),
                f"± {show_number(one.half_width_90, 3)}",
            )
        else:
            cells = (
                f"{show_percent(one.power)} %",
                f"{show_percent_interval(one.power_interval)} %",
                f"± {show_number(one.half_width, 3)}",
            )
        by_formula = f"± {show_number(formula, 3)}" if is_width else f"{show_percent(formula)} %"
        rows.append(
            (who, *cells[:2], by_formula, cells[2], f"{show_percent(one.coverage)} %", str(one.n_undefined))
        )
    return TableView(
        title="Studies drawn from the pilot",
        columns=(
            "Lesions" if found.n_positive is None else "Positive + negative",
            "Mean half-width" if is_width else "Power",
            "Monte Carlo 95 %",
            "Formula",
            "90 % stay within" if is_width else "Mean half-width",
            "Coverage",
            "No interval",
        ),
        rows=tuple(rows),
        note=f"{found.method}. The value in the world they were drawn from: {show_number(found.truth, 3)}; "
        "the formula is for that value. Coverage is the share of intervals that hold it.",
    )


def model_table(model: ModelSize) -> TableView:
    """Riley's criteria beside the rule of ten."""
    return TableView(
        title="What the number rests on",
        columns=("Criterion", "Cases"),
        rows=(
            ("Shrinkage of 0.9 or more", str(math.ceil(model.shrinkage - 1e-9))),
            ("Optimism in R² (Nagelkerke) of 0.05 or less", str(math.ceil(model.optimism - 1e-9))),
            ("Prevalence within ± 0.05", str(math.ceil(model.prevalence_estimate - 1e-9))),
            ("All three", str(model.n)),
            ("Rule of ten events a parameter, for comparison", str(model.n_ten_events)),
        ),
        note=f"Expected shrinkage with {model.n} cases: {show_number(model.shrinkage_reached, 3)}. Largest "
        f"possible Cox-Snell R²: {show_number(model.r_squared_maximum, 3)}.",
    )


def _plain(value: float) -> str:
    text = f"{value:.4g}"
    return text.replace("-", "−")
