"""The calibration figure: predicted risk against what was observed, and where the cases lie."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.errors import ReportError
from adcurate.model.answers.calibration import CalibrationAnswer, ModelCalibration
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    BLUE,
    INK,
    MUTED,
    RULE,
    SINGLE_COLUMN_MM,
    VERMILION,
    add_axes_mm,
    house_style,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.numbers import UNKNOWN, show_interval, show_number, show_percent
from adcurate.report.scale import MarkerScale

_LEFT, _RIGHT, _TOP, _BOTTOM, _STRIP, _GAP = 13.0, 3.0, 8.0, 11.0, 15.0, 4.0
_BINS = 25


# With fewer, a local line follows single cases and looks like knowledge.
_FEWEST_FOR_A_CURVE = 20


@house_style
def render_calibration(answer: CalibrationAnswer, name: str, scale: MarkerScale) -> Figure:
    """Draw the groups of one set of risks, and with cases enough the smooth curve, over the diagonal.

    `name` is the model's. Bars are Wilson's intervals. In the strip, positives stand up and
    negatives hang down.
    """
    del scale
    one = _model(answer, name)
    found = one.calibration
    side = SINGLE_COLUMN_MM - _LEFT - _RIGHT
    figure = new_figure(SINGLE_COLUMN_MM, side + _TOP + _GAP + _STRIP + _BOTTOM)
    axes = add_axes_mm(figure, _LEFT, _BOTTOM + _STRIP + _GAP, side, side)
    strip = add_axes_mm(figure, _LEFT, _BOTTOM, side, _STRIP)
    axes.plot([0, 100], [0, 100], color=RULE, linewidth=0.7, linestyle=(0, (1, 2)))
    if min(found.n_positive, one.n - found.n_positive) >= _FEWEST_FOR_A_CURVE:
        axes.plot(found.curve_risk * 100.0, found.curve_observed * 100.0, color=BLUE, label="smooth curve")
    else:
        axes.text(
            *(2, 97, f"no curve: fewer than {_FEWEST_FOR_A_CURVE} of a class"),
            **{"va": "top", "fontsize": 6.5, "color": MUTED},  # type: ignore[arg-type]
        )
    centre = np.array([group.mean_risk for group in found.groups]) * 100.0
    seen = np.array([group.observed.value for group in found.groups]) * 100.0
    ends = np.array([[g.observed.interval.low, g.observed.interval.high] for g in found.groups]) * 100.0
    axes.vlines(centre, ends[:, 0], ends[:, 1], color=VERMILION, linewidth=0.9, zorder=2.5)
    hollow: dict[str, Any] = {"facecolor": "white", "edgecolor": VERMILION, "linewidth": 1.1}
    axes.scatter(centre, seen, s=20, marker="s", zorder=3, clip_on=False, **hollow)
    axes.text(
        0.98,
        0.03,
        _summary(one),
        transform=axes.transAxes,
        ha="right",
        va="bottom",
        fontsize=6.5,
        linespacing=1.45,
        bbox={"boxstyle": "square,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
        zorder=4,
    )
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks(range(0, 101, 20))
    axes.tick_params(labelbottom=False, labelcolor=MUTED)
    axes.set_ylabel(f"Observed {answer.positive_label} (%)")
    open_spines(axes)
    _draw_strip(strip, one, answer)
    title_panel(axes, "", one.name if one.source == "column" else f"{one.name}: risk from the other cases")
    return figure


def _summary(one: ModelCalibration) -> str:
    found = one.calibration
    slope = (
        UNKNOWN
        if np.isnan(found.slope.value)
        else f"{show_number(found.slope.value, 2)} ({show_interval(found.slope.interval, 2)})"
    )
    large = found.in_the_large
    lines = [
        f"in the large {show_number(large.value, 2)} ({show_interval(large.interval, 2)})",
        f"slope {slope}",
        f"Brier score {show_number(found.brier.value, 3)}",
        f"n = {one.n}, {found.n_positive} positive",
    ]
    return "\n".join(lines)


def _draw_strip(axes: Axes, one: ModelCalibration, answer: CalibrationAnswer) -> None:
    found = one.calibration
    edges = np.linspace(0.0, 1.0, _BINS + 1)
    middle, width = (edges[:-1] + edges[1:]) * 50.0, 100.0 / _BINS * 0.78
    up, down = (np.histogram(found.risks[side], edges)[0] for side in (found.positive, ~found.positive))
    axes.bar(middle, up, width=width, color=VERMILION, linewidth=0)
    axes.bar(middle, -down, width=width, color=BLUE, linewidth=0)
    axes.axhline(0.0, color=RULE, linewidth=0.6)
    reach = 1.15 * max(int(up.max()), int(down.max()), 1)
    axes.set_ylim(-reach, reach)
    axes.set_xlim(0, 100)
    axes.set_xticks(range(0, 101, 20))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    for label, colour, height, place in (
        (answer.positive_label, VERMILION, 0.97, "top"),
        (answer.negative_label, BLUE, 0.03, "bottom"),
    ):
        axes.text(
            0.99, height, label, transform=axes.transAxes, ha="right", va=place, fontsize=6.5, color=colour
        )
    axes.set_xlabel("Predicted risk (%)")
    axes.tick_params(labelcolor=MUTED)
    axes.xaxis.label.set_color(INK)
    open_spines(axes)


def tabulate_calibration(answer: CalibrationAnswer, name: str, scale: MarkerScale) -> FigureData:
    """Curve, groups and cases, one row each, as shares, not rounded."""
    del scale
    found = _model(answer, name).calibration
    rows: list[tuple[str | float | int | bool | None, ...]] = [
        ("curve", float(risk), float(seen), None, None, None)
        for risk, seen in zip(found.curve_risk, found.curve_observed, strict=True)
    ]
    rows += [
        (
            "group",
            group.mean_risk,
            group.observed.value,
            group.observed.interval.low,
            group.observed.interval.high,
            group.observed.denominator,
        )
        for group in found.groups
    ]
    rows += [
        ("case", risk, float(seen), None, None, 1)
        for risk, seen in sorted(zip(found.risks.tolist(), found.positive.tolist(), strict=True))
    ]
    return FigureData(("part", "risk", "observed", "low", "high", "n"), tuple(rows))


def describe_calibration(answer: CalibrationAnswer, name: str, scale: MarkerScale) -> str:
    """Alternative text with the numbers that the figure is for."""
    del scale
    one = _model(answer, name)
    found = one.calibration
    groups = "; ".join(
        f"{show_percent(group.mean_risk, 0)} % predicted, {show_percent(group.observed.value, 0)} % observed"
        for group in found.groups
    )
    return (
        f"Calibration of {one.name} in {one.n} cases: slope {show_number(found.slope.value, 2)}, Brier score "
        f"{show_number(found.brier.value, 3)}, mean distance from the diagonal "
        f"{show_percent(found.mean_error)} points. Groups of risk: {groups}."
    )


def _model(answer: CalibrationAnswer, name: str) -> ModelCalibration:
    for model in answer.models:
        if model.name == name:
            return model
    raise ReportError(
        "report.figure",
        f"There is no set of risks {name!r} in this answer.",
        remedy=f"Choose among {', '.join(model.name for model in answer.models)}.",
    )
