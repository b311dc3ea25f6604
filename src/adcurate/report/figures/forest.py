"""Forest plot: what each study found, what all say together, and where a further study would be expected."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from adcurate.model.answers.literature import EffectPool, StudyEffect
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.effect_axis import EffectAxis, axis_of, limits_of, name_of
from adcurate.report.figures.style import (
    BLUE,
    DOUBLE_COLUMN_MM,
    INK,
    MUTED,
    RULE,
    VERMILION,
    add_axes_mm,
    house_style,
    lighten,
    new_figure,
)
from adcurate.report.numbers import show_number, show_p_equation, show_percent
from adcurate.report.scale import MarkerScale

_ROW, _HEAD, _FOOT, _AXIS = 4.8, 7.0, 6.5, 11.0
_NAMES, _SIZES, _PLOT, _NUMBERS = 3.0, 47.0, (52.0, 68.0), 124.0
_LONGEST = 26  # letters of a study's name
_WEIGHTS = DOUBLE_COLUMN_MM - 3.0


@house_style
def render_forest(pool: EffectPool, scale: MarkerScale) -> Figure:
    """Draw a row for each study, squares as large as their weight, and the pooled effect as a diamond.

    This study is vermilion, a circle instead of a square, hollow when it is not pooled. The bar under the
    diamond is the prediction interval; arrows mark what runs out of the plot.
    """
    axis = axis_of(pool, scale)
    n_rows = len(pool.studies) + (_summary_rows(pool) + 0.6 if pool.pooled is not None else 0.0)
    height = _HEAD + n_rows * _ROW + _FOOT + _AXIS
    figure = new_figure(DOUBLE_COLUMN_MM, height)
    # One canvas in mm for the words, one axes for the plot: both share the rows.
    page = add_axes_mm(figure, 0, 0, DOUBLE_COLUMN_MM, height)
    page.set_xlim(0, DOUBLE_COLUMN_MM)
    page.set_ylim(0, height)
    page.axis("off")
    bottom, rows_height = _FOOT + _AXIS, n_rows * _ROW
    axes = add_axes_mm(figure, _PLOT[0], bottom, _PLOT[1], rows_height)
    axes.set_ylim(0, rows_height)
    axes.patch.set_alpha(0.0)

    _head(page, pool, height)
    low, high = _limits(pool, axis)
    axes.set_xlim(low, high)
    if axis.null is not None and low < axis.null < high:
        axes.axvline(axis.null, color=RULE, linewidth=0.7, zorder=0)
    heaviest = max((study.weight or 0.0 for study in pool.studies), default=0.0)
    for index, study in enumerate(pool.studies):
        y = rows_height - (index + 0.5) * _ROW
        _study(axes, page, study, axis, y, bottom, heaviest, (low, high))
    if pool.pooled is not None:
        _summary(axes, page, pool, axis, rows_height - len(pool.studies) * _ROW, bottom, (low, high))
    places, labels = axis.ticks(low, high)
    axes.set_xticks(places, labels)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(axis.label)
    axes.tick_params(labelcolor=MUTED)
    page.text(_NAMES, 2.2, _heterogeneity(pool, axis), fontsize=6.0, color=MUTED, va="bottom")
    return figure


def tabulate_forest(pool: EffectPool, scale: MarkerScale) -> FigureData:
    """One row for each study, then the pooled effect and the prediction interval, as shown on the axis."""
    axis = axis_of(pool, scale)
    rows: list[tuple[str | float | int | bool | None, ...]] = [
        (
            name_of(study.study, study.year),
            study.n,
            axis.shown(study.effect),
            axis.shown(study.interval.low),
            axis.shown(study.interval.high),
            study.weight,
            study.this_study,
        )
        for study in pool.studies
    ]
    if pool.pooled is not None:
        ends = pool.pooled.interval
        estimate = axis.shown(pool.pooled.estimate)
        rows.append(("pooled", None, estimate, axis.shown(ends.low), axis.shown(ends.high), 1.0, False))
        if pool.pooled.prediction is not None:
            ends = pool.pooled.prediction
            rows.append(
                ("prediction interval", None, None, axis.shown(ends.low), axis.shown(ends.high), None, False)
            )
    return FigureData(("study", "n", "effect", "low", "high", "weight", "this_study"), tuple(rows))


def describe_forest(pool: EffectPool, scale: MarkerScale) -> str:
    """Alt text: how many studies, the pooled effect and the prediction interval."""
    axis = axis_of(pool, scale)
    text = f"Forest plot of {len(pool.studies)} studies: {axis.label}."
    if pool.pooled is None:
        return text + " Nothing is pooled."
    ends = pool.pooled.interval
    text += f" Pooled {axis.show(pool.pooled.estimate)}, interval {axis.between(ends.low, ends.high)}"
    if pool.pooled.prediction is not None:
        ends = pool.pooled.prediction
        text += f"; a further study is expected from {axis.between(ends.low, ends.high)}"
    own = pool.this_study
    return text + (f". This study found {axis.show(own.effect)}." if own is not None else ".")


def _summary_rows(pool: EffectPool) -> int:
    return 2 if pool.pooled is not None and pool.pooled.prediction is not None else 1


def _limits(pool: EffectPool, axis: EffectAxis) -> tuple[float, float]:
    narrow = [
        axis.place(end)
        for study in pool.studies
        for end in (study.interval.low, study.interval.high)
        if math.isfinite(end)
    ]
    wide: list[float] = []
    if pool.pooled is not None:
        wide += [axis.place(pool.pooled.interval.low), axis.place(pool.pooled.interval.high)]
        if pool.pooled.prediction is not None:
            wide += [axis.place(pool.pooled.prediction.low), axis.place(pool.pooled.prediction.high)]
    if axis.null is not None:
        wide.append(axis.null)
    return limits_of(narrow, wide)


def _head(page: Axes, pool: EffectPool, height: float) -> None:
    y = height - _HEAD + 2.0
    level = show_number(pool.studies[0].interval.level * 100, 0)
    words: dict[str, Any] = {"fontsize": 6.5, "fontweight": "bold", "va": "bottom"}
    page.text(_NAMES, y, "Study", ha="left", **words)
    page.text(_SIZES, y, "n", ha="right", **words)
    page.text(_NUMBERS, y, f"Estimate ({level} % CI)", ha="left", **words)
    page.text(_WEIGHTS, y, "Weight", ha="right", **words)
    page.plot([_NAMES, _WEIGHTS], [y - 1.0, y - 1.0], color=RULE, linewidth=0.6)


def _study(
    axes: Axes,
    page: Axes,
    study: StudyEffect,
    axis: EffectAxis,
    y: float,
    bottom: float,
    heaviest: float,
    limits: tuple[float, float],
) -> None:
    colour = VERMILION if study.this_study else BLUE
    _bar(axes, axis.place(study.interval.low), axis.place(study.interval.high), y, colour, limits, 0.9)
    share = math.sqrt((study.weight or 0.0) / heaviest) if heaviest > 0 else 0.0
    axes.plot(
        axis.place(study.effect),
        y,
        marker="o" if study.this_study else "s",
        markersize=2.2 + 5.0 * share if study.weight is not None else 5.0,
        color=colour if study.weight is not None else "white",
        markeredgecolor=colour if study.weight is None else "white",
        markeredgewidth=1.0 if study.weight is None else 0.4,
        zorder=3,
    )
    words: dict[str, Any] = {"fontsize": 6.5, "va": "center", "color": VERMILION if study.this_study else INK}
    if study.this_study:
        words["fontweight"] = "bold"
    y += bottom
    page.text(_NAMES, y, _fitting(study), ha="left", **words)
    page.text(_SIZES, y, str(study.n), ha="right", **words)
    interval = axis.between(study.interval.low, study.interval.high)
    page.text(_NUMBERS, y, f"{axis.show(study.effect)} ({interval})", ha="left", **words)
    weight = "not pooled" if study.weight is None else f"{show_percent(study.weight)} %"
    page.text(_WEIGHTS, y, weight, ha="right", **words)


def _summary(
    axes: Axes,
    page: Axes,
    pool: EffectPool,
    axis: EffectAxis,
    top: float,
    bottom: float,
    limits: tuple[float, float],
) -> None:
    pooled = pool.pooled
    if pooled is None:
        return
    axes.axhline(top - 0.25 * _ROW, color=RULE, linewidth=0.5, clip_on=False)
    page.plot([_NAMES, _PLOT[0]], [bottom + top - 0.25 * _ROW] * 2, color=RULE, linewidth=0.5)
    page.plot([sum(_PLOT), _WEIGHTS], [bottom + top - 0.25 * _ROW] * 2, color=RULE, linewidth=0.5)
    y = top - 1.05 * _ROW
    centre = axis.place(pooled.estimate)
    interval = pooled.interval
    ends = [min(max(axis.place(end), limits[0]), limits[1]) for end in (interval.low, interval.high)]
    half = 0.34 * _ROW
    axes.plot(
        [centre, centre],
        [y, axes.get_ylim()[1]],
        color=INK,
        linewidth=0.5,
        linestyle=(0, (3, 2.5)),
        zorder=0.5,
    )
    axes.add_patch(
        Polygon(
            [(ends[0], y), (centre, y + half), (ends[1], y), (centre, y - half)],
            closed=True,
            facecolor=INK,
            edgecolor=INK,
            linewidth=0.5,
            zorder=3,
        )
    )
    words: dict[str, Any] = {"fontsize": 6.5, "va": "center", "color": INK}
    name = "One study" if pooled.k == 1 else f"Pooled, {pooled.k} studies"
    page.text(_NAMES, bottom + y, name, ha="left", fontweight="bold", **words)
    n = sum(study.n for study in pool.studies if study.weight is not None)
    page.text(_SIZES, bottom + y, str(n), ha="right", **words)
    text = f"{axis.show(pooled.estimate)} ({axis.between(interval.low, interval.high)})"
    page.text(_NUMBERS, bottom + y, text, ha="left", fontweight="bold", **words)
    if pooled.prediction is None:
        return
    y -= _ROW
    low, high = axis.place(pooled.prediction.low), axis.place(pooled.prediction.high)
    _bar(axes, low, high, y, INK, limits, 3.0, lighten(INK, 0.55))
    page.text(_NAMES, bottom + y, "Prediction interval", ha="left", **words)
    shown = axis.between(pooled.prediction.low, pooled.prediction.high)
    page.text(_NUMBERS, bottom + y, f"({shown})", ha="left", **words)


def _fitting(study: StudyEffect) -> str:
    """The study's name, shortened before its year where the column is too narrow."""
    name = name_of(study.study, study.year)
    if len(name) <= _LONGEST:
        return name
    year = f" {study.year}" if study.year is not None else ""
    return study.study[: _LONGEST - 1 - len(year)].rstrip() + "…" + year


def _bar(
    axes: Axes,
    low: float,
    high: float,
    y: float,
    colour: str,
    limits: tuple[float, float],
    width: float,
    fill: str = "",
) -> None:
    """A line between two places, cut at the limits, with an arrow where it is cut."""
    ends = max(low, limits[0]), min(high, limits[1])
    axes.plot(ends, [y, y], color=fill or colour, linewidth=width, solid_capstyle="butt", zorder=2)
    for end, cut, sign in ((limits[0], low < limits[0], "<"), (limits[1], high > limits[1], ">")):
        if cut:
            axes.plot(
                end,
                y,
                marker=sign,
                markersize=3.6,
                color=fill or colour,
                clip_on=False,
                markeredgewidth=0,
                zorder=3,
            )


def _heterogeneity(pool: EffectPool, axis: EffectAxis) -> str:
    pooled = pool.pooled
    if pooled is None or pooled.k < 2:
        return ""
    text = (
        f"Q = {show_number(pooled.q, 2)} on {pooled.q_df} df ({show_p_equation(pooled.q_p_value)}), "
        f"I² = {show_percent(pooled.i2, 0)} %"
    )
    if pooled.tau2_interval is not None:
        spread = math.sqrt(pooled.tau2) * (axis.factor if axis.kind == "raw" else 1.0)
        text += f", τ = {show_number(spread, 3)}"
        if axis.kind == "raw" and axis.unit:
            text += f" {axis.unit}"
        elif axis.kind != "raw":
            text += " on the scale of pooling"
    return text + f".  {pooled.method}" if len(text) < 60 else text + "."
