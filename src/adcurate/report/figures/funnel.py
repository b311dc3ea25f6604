"""Funnel plot: effects against their standard errors, with the pseudo-confidence region and Egger's line."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import ndtri

from adcurate.model.answers.literature import EffectPool
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.effect_axis import EffectAxis, axis_of, name_of
from adcurate.report.figures.style import (
    BLUE,
    FAINT,
    INK,
    MUTED,
    PAPER,
    RULE,
    SINGLE_COLUMN_MM,
    VERMILION,
    add_axes_mm,
    house_style,
    new_figure,
    open_spines,
)
from adcurate.report.numbers import show_number, show_p_equation
from adcurate.report.scale import MarkerScale
from adcurate.statistics.meta.bias import ENOUGH_STUDIES

_HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 84.0, 15.0, 21.0, 6.0, 4.0


@house_style
def render_funnel(pool: EffectPool, scale: MarkerScale) -> Figure:
    """Draw studies around the pooled effect, the most precise on top.

    The grey region would hold 95 % of the studies if they differed by chance only. The dashed line is Egger's
    regression, and below ten studies a caution stands under the plot.
    """
    axis = axis_of(pool, scale)
    figure = new_figure(SINGLE_COLUMN_MM, _HEIGHT)
    axes = add_axes_mm(figure, _LEFT, _BOTTOM, SINGLE_COLUMN_MM - _LEFT - _RIGHT, _HEIGHT - _BOTTOM - _TOP)
    # A funnel is straight on the scale of pooling, so effects stay there and only ticks are brought back.
    factor = axis.factor if axis.kind == "raw" else 1.0
    errors = [math.sqrt(study.variance) * factor for study in pool.studies]
    deepest = 1.08 * max(errors)
    z = float(ndtri(0.975))
    centre = None if pool.pooled is None else pool.pooled.estimate * factor
    places = [study.effect * factor for study in pool.studies]
    if centre is not None:
        corners = [centre, centre - z * deepest, centre + z * deepest]
        axes.fill(corners, [0, deepest, deepest], color=FAINT, linewidth=0)
        axes.plot([centre, centre], [0, deepest], color=INK, linewidth=0.7)
        edge: dict[str, Any] = {"color": RULE, "linewidth": 0.6}
        axes.plot([centre, centre - z * deepest], [0, deepest], **edge)
        axes.plot([centre, centre + z * deepest], [0, deepest], **edge)
        places += [centre - z * deepest, centre + z * deepest]
    if pool.egger is not None:
        line = [pool.egger.limit * factor, pool.egger.limit * factor + pool.egger.slope * deepest]
        axes.plot(line, [0, deepest], color=VERMILION, linewidth=0.9, linestyle=(0, (4, 2.5)))
    for study, error in zip(pool.studies, errors, strict=True):
        pooled = study.weight is not None
        axes.plot(
            study.effect * factor,
            error,
            marker="D" if study.this_study else "o",
            markersize=4.6 if study.this_study else 4.0,
            color=(VERMILION if study.this_study else BLUE) if pooled else PAPER,
            markeredgecolor=PAPER if pooled else VERMILION,
            markeredgewidth=0.5 if pooled else 1.0,
            zorder=3,
            clip_on=False,
        )
    low, high = min(places), max(places)
    margin = 0.05 * (high - low)
    axes.set_xlim(low - margin, high + margin)
    axes.set_ylim(deepest, 0)
    _ticks(axes, axis, low - margin, high + margin)
    axes.set_xlabel(axis.label)
    axes.set_ylabel(_error_label(axis.kind, axis.unit))
    axes.tick_params(labelcolor=MUTED)
    open_spines(axes)
    figure.text(
        4.0 / SINGLE_COLUMN_MM,
        1.8 / _HEIGHT,
        _caution(pool),
        fontsize=6,
        color=MUTED,
        va="bottom",
        linespacing=1.4,
    )
    return figure


def tabulate_funnel(pool: EffectPool, scale: MarkerScale) -> FigureData:
    """One row for each study, on the scale of pooling (a mean or difference in the shown unit)."""
    axis = axis_of(pool, scale)
    factor = axis.factor if axis.kind == "raw" else 1.0
    return FigureData(
        ("study", "effect", "standard_error", "pooled", "this_study"),
        tuple(
            (
                name_of(study.study, study.year),
                study.effect * factor,
                math.sqrt(study.variance) * factor,
                study.weight is not None,
                study.this_study,
            )
            for study in pool.studies
        ),
    )


def describe_funnel(pool: EffectPool, scale: MarkerScale) -> str:
    """Alt text: studies, Egger's slope and its caution."""
    axis = axis_of(pool, scale)
    text = f"Funnel plot of {len(pool.studies)} studies: {axis.label} against its standard error."
    if pool.egger is not None:
        text += (
            f" Egger's slope {show_number(pool.egger.slope, 2)}, {show_p_equation(pool.egger.p_value)}, on "
            f"{pool.egger.k} studies."
        )
    if len(pool.studies) < ENOUGH_STUDIES:
        text += f" Fewer than {ENOUGH_STUDIES} studies: the shape is mostly chance."
    return text


def _ticks(axes: Axes, axis: EffectAxis, low: float, high: float) -> None:
    if axis.kind == "fisher-z":
        values = [-0.98, -0.95, -0.9, -0.8, -0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98]
        kept = [value for value in values if low <= math.atanh(value) <= high]
        if len(kept) < 4:
            finer = [step / 10.0 for step in range(-9, 10)]
            kept = [value for value in finer if low <= math.atanh(value) <= high]
        axes.set_xticks([math.atanh(v) for v in kept], [f"{v:g}".replace("-", "−") for v in kept])
        return
    axes.set_xticks(*axis.ticks(low, high))


def _error_label(kind: str, unit: str) -> str:
    if kind == "fisher-z":
        return "Standard error (Fisher's z)"
    if kind == "log":
        return "Standard error (logarithm)"
    return f"Standard error ({unit})" if unit else "Standard error"


def _caution(pool: EffectPool) -> str:
    if pool.egger is None:
        return "No test of the funnel: it needs three studies of different precision."
    test = pool.egger
    tail = f"t({test.df})" if test.df is not None else "z"
    text = f"Egger: {tail} = {show_number(test.statistic, 2)}, {show_p_equation(test.p_value)}"
    if test.k < ENOUGH_STUDIES:
        return f"{text}.\nCaution: {test.k} studies, fewer than {ENOUGH_STUDIES}: the shape is mostly chance."
    return f"{text}."
