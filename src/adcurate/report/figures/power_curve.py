"""The planning figure: power, or the interval's half-width, over the number of lesions."""

from __future__ import annotations

import math
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from adcurate.errors import ReportError
from adcurate.model.answers.sample_size import SampleSizeAnswer
from adcurate.report.answers.sample_size import count_words, value_words
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
    lighten,
    new_figure,
    open_spines,
    title_panel,
)
from adcurate.report.numbers import show_number, show_percent
from adcurate.report.scale import MarkerScale
from adcurate.statistics.planning import SampleSize, SimulatedSize

_HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 72.0, 14.0, 19.0, 8.0, 4.0
_TITLES: Final = {
    "auc": "Area under the curve",
    "auc-difference": "Difference of two areas",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "correlation": "Correlation",
    "icc": "Intraclass correlation",
    "limits": "Limits of agreement",
    "groups": "Two groups",
}


@house_style
def render_power_curve(answer: SampleSizeAnswer, scale: MarkerScale) -> Figure:
    """Draw the formula as a line, its answer as a ring, simulated studies as squares with Monte Carlo bars.

    The dashed line is what the formula gives for the value that is true in the simulation.

    Raises
    ------
    ReportError
        ``report.figure`` for a logistic model, which has no curve.
    """
    size, factor = _size_of(answer), _factor(answer, scale)
    figure = new_figure(SINGLE_COLUMN_MM, _HEIGHT)
    axes = add_axes_mm(figure, _LEFT, _BOTTOM, SINGLE_COLUMN_MM - _LEFT - _RIGHT, _HEIGHT - _BOTTOM - _TOP)
    points = [(point.units.n, point.value * factor) for point in size.curve if math.isfinite(point.value)]
    axes.plot([n for n, _ in points], [value for _, value in points], color=BLUE, zorder=3)
    n, reached = size.units.n, size.reached * factor
    top = _limits_of_axes(axes, answer, size, points, factor)
    if not math.isnan(size.asked):
        axes.axhline(size.asked * factor, color=MUTED, linewidth=0.7, linestyle=(0, (1, 1.8)), zorder=1)
    axes.plot([n, n], [0.0, reached], color=BLUE, linewidth=0.6, linestyle=(0, (3, 2)), zorder=2)
    _draw_simulation(axes, answer, size, factor)
    axes.plot(
        n, reached, "o", markersize=5.5, color="white", markeredgecolor=BLUE, markeredgewidth=1.4, zorder=6
    )
    _label(axes, answer, size, scale, reached, top)
    axes.set_xlabel("Lesions analysed")
    axes.set_ylabel(_axis_label(answer, size, scale))
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.grid(axis="y", color=RULE, linewidth=0.3, alpha=0.5)
    axes.tick_params(labelcolor=MUTED)
    open_spines(axes)
    _write_key(figure, answer, size)
    title_panel(axes, "", _TITLES[answer.asked.design])
    return figure


def tabulate_power_curve(answer: SampleSizeAnswer, scale: MarkerScale) -> FigureData:
    """One row for each point, not rounded: the formula's curve, then the simulated sizes."""
    del scale
    size = _size_of(answer)
    rows: list[tuple[str | float | int | bool | None, ...]] = [
        ("formula", point.units.n, point.units.n_positive, point.units.n_negative, point.value, None, None)
        for point in size.curve
    ]
    for one, formula in _simulated(answer):
        value, low, high = _simulated_value(size, one)
        classes = (one.units.n, one.units.n_positive, one.units.n_negative)
        rows += [
            ("simulated", *classes, value, low, high),
            ("formula in that world", *classes, formula, None, None),
        ]
    return FigureData(("source", "n", "n_positive", "n_negative", "value", "low", "high"), tuple(rows))


def describe_power_curve(answer: SampleSizeAnswer, scale: MarkerScale) -> str:
    """Alternative text with the numbers that the figure is for."""
    size = _size_of(answer)
    what = "Half-width of the interval" if size.goal == "precision" else "Power"
    if size.goal == "assurance":
        what = "Probability of an interval as narrow as asked"
    text = (
        f"{what} over the number of lesions, {_TITLES[answer.asked.design].lower()}: "
        f"{count_words(answer, size.units).rstrip(',')} give {_shown(answer, size, size.reached, scale)} "
        f"({size.source})."
    )
    for one, _ in _simulated(answer):
        if one.units == size.units:
            value, _, _ = _simulated_value(size, one)
            text += f" Studies drawn from the pilot give {_shown(answer, size, value, scale)}."
    return text


def _size_of(answer: SampleSizeAnswer) -> SampleSize:
    if answer.size is None:
        raise ReportError(
            "report.figure",
            "A logistic model's size has no curve to draw.",
            remedy="Leave this figure out for the design logistic.",
        )
    return answer.size


def _factor(answer: SampleSizeAnswer, scale: MarkerScale) -> float:
    size = _size_of(answer)
    if size.goal != "precision" or answer.asked.design in ("sensitivity", "specificity"):
        return 100.0
    return scale.factor if answer.asked.design == "limits" else 1.0


def _limits_of_axes(
    axes: Axes, answer: SampleSizeAnswer, size: SampleSize, points: list[tuple[int, float]], factor: float
) -> float:
    numbers = [n for n, _ in points] + [one.units.n for one, _ in _simulated(answer)]
    margin = 0.03 * (max(numbers) - min(numbers))
    axes.set_xlim(min(numbers) - margin, max(numbers) + margin)
    top = 100.0
    if size.goal == "precision":
        highest = [value for _, value in points]
        highest += [_simulated_value(size, one)[2] * factor for one, _ in _simulated(answer)]
        top = 1.06 * max(value for value in highest if math.isfinite(value))
    axes.set_ylim(0.0, top)
    return top


def _draw_simulation(axes: Axes, answer: SampleSizeAnswer, size: SampleSize, factor: float) -> None:
    found = [
        (one, formula) for one, formula in _simulated(answer) if math.isfinite(_simulated_value(size, one)[0])
    ]
    if not found:
        return
    n = [one.units.n for one, _ in found]
    values = [[part * factor for part in _simulated_value(size, one)] for one, _ in found]
    bars: Any = [[v - low for v, low, _ in values], [high - v for v, _, high in values]]
    axes.plot(
        n,
        [formula * factor for _, formula in found],
        color=lighten(VERMILION, 0.25),
        linewidth=0.8,
        linestyle=(0, (4, 1.8)),
        zorder=2,
    )
    axes.errorbar(
        n,
        [v for v, _, _ in values],
        yerr=bars,
        fmt="s",
        color=VERMILION,
        markersize=2.8,
        elinewidth=0.9,
        capsize=2.0,
        capthick=0.7,
        zorder=5,
        clip_on=False,
    )


def _label(
    axes: Axes, answer: SampleSizeAnswer, size: SampleSize, scale: MarkerScale, reached: float, top: float
) -> None:
    units = size.units
    counts = f"{units.n} lesions"
    if units.n_positive is not None:
        counts += f"\n({units.n_positive} + {units.n_negative})"
    text = f"{counts}\n{_shown(answer, size, size.reached, scale)}"
    is_width = size.goal == "precision"
    # Widths fall and power rises: the emptier corner is above a width's point and below a power's.
    axes.annotate(
        text,
        (units.n, reached),
        xytext=(6, 6 if is_width else -6),
        textcoords="offset points",
        va="bottom" if is_width else "top",
        ha="left",
        fontsize=6.8,
        linespacing=1.3,
        color=INK,
        zorder=7,
        bbox={"boxstyle": "square,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
    )


def _write_key(figure: Figure, answer: SampleSizeAnswer, size: SampleSize) -> None:
    lines = [f"Line: {size.source}"]
    if answer.simulation is not None:
        found = answer.simulation
        lines = [
            f"Line: {size.source}. Squares: {found.sizes[0].n_simulations} studies",
            f"drawn from the pilot (true value {show_number(found.truth, 3)}); dashed: formula for it",
        ]
    figure.text(
        2.0 / SINGLE_COLUMN_MM,
        1.8 / _HEIGHT,
        "\n".join(lines),
        fontsize=6.0,
        color=MUTED,
        va="bottom",
        linespacing=1.35,
    )


def _axis_label(answer: SampleSizeAnswer, size: SampleSize, scale: MarkerScale) -> str:
    level = show_percent(answer.level, 0)
    if size.goal == "power":
        return "Power (%)"
    if size.goal == "assurance":
        return "Probability (%)"
    label = f"Half-width, {level} % interval"
    if answer.asked.design in ("sensitivity", "specificity"):
        return f"{label} (points)"
    return scale.axis(label) if answer.asked.design == "limits" else label


def _shown(answer: SampleSizeAnswer, size: SampleSize, value: float, scale: MarkerScale) -> str:
    if size.goal == "precision":
        return f"± {value_words(answer, value, scale)}"
    return f"{show_percent(value, 0)} %"


def _simulated(answer: SampleSizeAnswer) -> list[tuple[SimulatedSize, float]]:
    if answer.simulation is None:
        return []
    return list(zip(answer.simulation.sizes, answer.formula_in_world, strict=True))


def _simulated_value(size: SampleSize, one: SimulatedSize) -> tuple[float, float, float]:
    if size.goal == "precision":
        return one.half_width, one.half_width_interval.low, one.half_width_interval.high
    return one.power, one.power_interval.low, one.power_interval.high
