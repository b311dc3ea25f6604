"""Odds ratios of a model, one row each, on a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from adcurate.model.answers.predictor import Predictor
from adcurate.report.answers.odds import INTERVALS, change_of, paired, show_ratio, show_ratio_interval
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    BLUE,
    DOUBLE_COLUMN_MM,
    INK,
    MUTED,
    RULE,
    VERMILION,
    add_axes_mm,
    house_style,
    new_figure,
)
from adcurate.report.numbers import show_number, show_p
from adcurate.report.scale import MarkerScale
from adcurate.statistics.models import Coefficient

_NUMBERS, _ROW, _TOP, _BOTTOM, _RIGHT = 40.0, 7.0, 8.0, 11.5, 3.0
_WIDEST = 1e3


@house_style
def render_odds_forest(
    coefficients: Sequence[Coefficient],
    predictors: Sequence[Predictor],
    scale: MarkerScale,
    outcome: str = "the outcome",
) -> Figure:
    """Draw each odds ratio with its interval; an arrow where the interval leaves the axis.

    A filled square has an interval that excludes 1, an open one has not.
    """
    rows = paired(coefficients, predictors)
    height = _TOP + _BOTTOM + _ROW * len(rows)
    figure = new_figure(DOUBLE_COLUMN_MM, height)
    names = _names_width(rows, scale)
    width = DOUBLE_COLUMN_MM - names - _NUMBERS - _RIGHT
    axes = add_axes_mm(figure, names, _BOTTOM, width, _ROW * len(rows))
    low, high = _limits([one for _, one in rows])
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.axvline(1.0, color=RULE, linewidth=0.8)
    for place, (predictor, one) in enumerate(rows):
        _draw(axes, place, one, low, high)
        centre = height - _TOP - _ROW * (place + 0.5)
        _label(figure, height, centre, predictor, one, scale)
    level = show_number(rows[0][1].interval.level * 100, 0)
    top = 1 - (_TOP - 2.5) / height
    for x, text, side in (
        (2.0, "Predictor, change", "left"),
        (DOUBLE_COLUMN_MM - _NUMBERS - _RIGHT + 3, f"Odds ratio ({level} % CI)", "left"),
        (DOUBLE_COLUMN_MM - _RIGHT, "p", "right"),
    ):
        figure.text(x / DOUBLE_COLUMN_MM, top, text, ha=side, va="center", fontsize=6.5, color=MUTED)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    ticks = _ticks(low, high)
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([f"{tick:g}" for tick in ticks])
    axes.set_xlabel(f"Odds ratio of {outcome}")
    for x, text, side in ((0.0, "← lower odds", "left"), (1.0, "higher odds →", "right")):
        axes.annotate(
            text, (x, 0), xycoords="axes fraction", xytext=(0, -17.5), textcoords="offset points",
            ha=side, va="top", fontsize=6, color=MUTED, annotation_clip=False,
        )  # fmt: skip
    return figure


def tabulate_odds_forest(
    coefficients: Sequence[Coefficient], predictors: Sequence[Predictor], scale: MarkerScale
) -> FigureData:
    """One row an odds ratio."""
    return FigureData(
        ("predictor", "change", "unit", "odds_ratio", "low", "high", "level", "interval_method", "p_value"),
        tuple(
            (
                predictor.name,
                change_of(predictor, one.name, scale),
                one.unit,
                one.odds_ratio,
                one.odds_ratio_interval.low,
                one.odds_ratio_interval.high,
                one.interval.level,
                one.interval.method,
                one.p_value,
            )
            for predictor, one in paired(coefficients, predictors)
        ),
    )


def describe_odds_forest(
    coefficients: Sequence[Coefficient],
    predictors: Sequence[Predictor],
    scale: MarkerScale,
    outcome: str = "the outcome",
) -> str:
    """Alternative text with every odds ratio."""
    rows = paired(coefficients, predictors)
    method = INTERVALS[rows[0][1].interval.method]
    listed = "; ".join(
        f"{predictor.name} ({change_of(predictor, one.name, scale)}) {show_ratio(one.odds_ratio)} "
        f"({show_ratio_interval(one.odds_ratio_interval)})"
        for predictor, one in rows
    )
    return f"Odds ratios of {outcome} on a logarithmic axis, with intervals ({method}): {listed}."


def _names_width(rows: Sequence[tuple[Predictor, Coefficient]], scale: MarkerScale) -> float:
    """Millimetres that the longest name or change takes."""
    letters = max(
        [18.0]
        + [
            size
            for predictor, one in rows
            for size in (
                1.25 * len(_short(predictor.name, 30)),
                len(_short(change_of(predictor, one.name, scale), 42)),
            )
        ]
    )
    return 8.0 + 1.28 * letters


def _draw(axes: Axes, place: int, one: Coefficient, low: float, high: float) -> None:
    interval = one.odds_ratio_interval
    excludes = interval.low > 1 or interval.high < 1
    colour = VERMILION if excludes else BLUE
    left, right = max(interval.low, low), min(interval.high, high)
    axes.plot([left, right], [place, place], color=colour, linewidth=1.2, solid_capstyle="butt")
    for limit, end, shape in ((interval.low, low, "<"), (interval.high, high, ">")):
        if (limit < low) if shape == "<" else (limit > high):
            axes.plot(end, place, marker=shape, markersize=4, color=colour, clip_on=False, linewidth=0)
    if low <= one.odds_ratio <= high:
        axes.plot(
            one.odds_ratio, place, marker="s", markersize=5, markeredgewidth=1.1, markeredgecolor=colour,
            markerfacecolor=colour if excludes else "white", linewidth=0,
        )  # fmt: skip


def _label(
    figure: Figure, height: float, centre: float, predictor: Predictor, one: Coefficient, scale: MarkerScale
) -> None:
    y = centre / height
    numbers = f"{show_ratio(one.odds_ratio)} ({show_ratio_interval(one.odds_ratio_interval)})"
    figure.text(
        2 / DOUBLE_COLUMN_MM, y + 1.4 / height, _short(predictor.name, 30), va="center", fontsize=7, color=INK
    )
    figure.text(
        2 / DOUBLE_COLUMN_MM,
        y - 1.6 / height,
        _short(change_of(predictor, one.name, scale), 42),
        va="center",
        fontsize=6,
        color=MUTED,
    )
    left = (DOUBLE_COLUMN_MM - _NUMBERS - _RIGHT + 3) / DOUBLE_COLUMN_MM
    figure.text(left, y, numbers, va="center", ha="left", fontsize=6.5, color=INK)
    right = (DOUBLE_COLUMN_MM - _RIGHT) / DOUBLE_COLUMN_MM
    figure.text(right, y, show_p(one.p_value), va="center", ha="right", fontsize=6.5, color=INK)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _limits(coefficients: Sequence[Coefficient]) -> tuple[float, float]:
    """A window that holds 1 and every odds ratio, and intervals up to a factor of a thousand."""
    ends = [1.0]
    for one in coefficients:
        interval = one.odds_ratio_interval
        ends += [
            min(max(end, 1 / _WIDEST), _WIDEST)
            for end in (interval.low, one.odds_ratio, interval.high)
            if not math.isnan(end)
        ]
    return min(min(ends), 0.5) / 1.25, max(max(ends), 2.0) * 1.25


def _ticks(low: float, high: float) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1.0,) if high / low > 3e3 else (1.0, 3.0) if high / low > 60 else (1.0, 2.0, 5.0)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    return [float(f"{tick:g}") for tick in ticks if low <= tick <= high]
