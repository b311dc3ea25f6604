"""Predicted risks beside outcomes, as text."""

from __future__ import annotations

from adcurate.model.answers.calibration import CalibrationAnswer, ModelCalibration
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import (
    show_interval,
    show_number,
    show_p,
    show_p_equation,
    show_percent,
    show_percent_interval,
)
from adcurate.report.scale import MarkerScale
from adcurate.statistics.validation.calibration import CalibrationNumber


def view_calibration(answer: CalibrationAnswer, scale: MarkerScale) -> AnswerView:
    """Show level, slope, score and groups of each set of risks; `scale` is not needed by probabilities."""
    del scale
    notes = [
        "Hosmer-Lemeshow depends on how the groups are cut and has little power in small samples: a "
        "large p-value does not show that risks are right.",
    ]
    if any(model.model is not None for model in answer.models):
        notes.append(
            "Each case's risk was predicted by the model of the other cases. For a weak marker such "
            "risks look worse than they are; the slope of the optimism bootstrap is the one to shrink by."
        )
    return AnswerView(
        title="Are the predicted risks what happens?",
        sentences=tuple(_sentence(model, answer) for model in answer.models),
        tables=(
            _numbers(answer.models),
            *((_optimism(answer.models),) if any(m.model is not None for m in answer.models) else ()),
            *(_groups(model) for model in answer.models),
        ),
        notes=tuple(notes),
    )


def _sentence(one: ModelCalibration, answer: CalibrationAnswer) -> str:
    found = one.calibration
    source = (
        f"The risks in {one.name}"
        if one.source == "column"
        else f"The leave-one-out risks of a logistic model of {one.name}"
    )
    slope = (
        f"a slope of {_number(found.slope)}"
        if found.slope.value == found.slope.value
        else "no calibration slope (the risks separate the classes or do not differ)"
    )
    text = (
        f"{source} averaged {show_percent(float(found.risks.mean()))} % where "
        f"{show_percent(found.n_positive / one.n)} % of {one.n} cases were {answer.positive_label} "
        f"(calibration in the large {_number(found.in_the_large)}), with {slope}, a Brier score of "
        f"{show_number(found.brier.value, 3)} (scaled {show_percent(found.brier.scaled)} %) and a mean "
        f"distance of {show_percent(found.mean_error)} percentage points between the smooth curve and the "
        f"diagonal."
    )
    if one.model is not None:
        slope_left, auc = one.model.of("slope"), one.model.of("auc")
        text += (
            f" With the model refitted in {slope_left.n_used:,} bootstrap resamples"
            + (
                f" ({slope_left.n_undefined:,} more had no fit, or separated the classes)"
                if slope_left.n_undefined
                else ""
            )
            + f", the slope corrected for optimism was {show_number(slope_left.corrected, 2)}"
            + (
                f" and the AUC {show_number(auc.corrected, 3)} (apparent {show_number(auc.apparent, 3)})."
                if len(one.model.names) > 1
                else "; the AUC of a single marker needs no correction."
            )
        )
    if one.n_missing:
        text += f" {one.n_missing} incomplete left out."
    return text


def _numbers(models: tuple[ModelCalibration, ...]) -> TableView:
    rows = []
    for one in models:
        found, test = one.calibration, one.calibration.hosmer_lemeshow
        rows.append(
            (
                one.name,
                str(one.n),
                _number(found.in_the_large),
                _number(found.slope),
                show_number(found.brier.value, 3),
                f"{show_percent(found.mean_error)} / {show_percent(found.greatest_error)}",
                show_p_equation(found.spiegelhalter_p),
                "–"
                if test is None
                else f"{show_number(test.chi_squared, 2)}, {test.df} df, p {_p(test.p_value)}",
            )
        )
    return TableView(
        title="Calibration",
        columns=(
            "Risks",
            "n",
            "In the large",
            "Slope",
            "Brier",
            "Mean / greatest error (points)",
            "Spiegelhalter",
            "Hosmer-Lemeshow",
        ),
        rows=tuple(rows),
        note="In the large: 0 is right on average, below 0 risks too high. Slope: 1 is right, below 1 too "
        "extreme. Wald intervals.",
    )


def _optimism(models: tuple[ModelCalibration, ...]) -> TableView:
    words = {"auc": "AUC", "brier": "Brier score", "intercept": "Intercept", "slope": "Slope"}
    return TableView(
        title="The model, apparent and corrected for optimism",
        columns=("Model", "Quantity", "Apparent", "Corrected", "Optimism"),
        rows=tuple(
            (
                one.name,
                words[item.quantity],
                *(show_number(value, 3) for value in (item.apparent, item.corrected, item.optimism)),
            )
            for one in models
            if one.model is not None
            for item in one.model.corrections
            if item.quantity != "auc" or len(one.model.names) > 1
        ),
        note="Optimism bootstrap, coefficients refitted in each resample.",
    )


def _groups(one: ModelCalibration) -> TableView:
    return TableView(
        title=f"Predicted and observed, {one.name}",
        columns=("Risks", "n", "Mean risk", "Observed", "Wilson interval"),
        rows=tuple(
            (
                f"{show_percent(group.low)} to {show_percent(group.high)} %",
                str(group.observed.denominator),
                f"{show_percent(group.mean_risk)} %",
                f"{show_percent(group.observed.value)} % ({group.observed.numerator})",
                f"{show_percent_interval(group.observed.interval)} %",
            )
            for group in one.calibration.groups
        ),
    )


def _number(number: CalibrationNumber) -> str:
    if number.value != number.value:
        return "–"
    level = show_percent(number.interval.level, 0)
    return f"{show_number(number.value, 2)} ({level} % CI {show_interval(number.interval, 2)})"


def _p(p_value: float) -> str:
    text = show_p(p_value)
    return text if text[0] in "<>" else f"= {text}"
