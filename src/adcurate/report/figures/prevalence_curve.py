"""The prevalence figure: predictive values of a rule in every population, with their bands."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.model.answers.prevalence import PrevalenceAnswer
from adcurate.report.answers.prevalence import BAND_WORDS
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.style import (
    BLUE,
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
from adcurate.report.numbers import show_percent
from adcurate.report.scale import RULES, MarkerScale
from adcurate.statistics.validation import PredictiveCurve

_HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 80.0, 12.5, 15.0, 8.0, 10.0


@house_style
def render_prevalence_curve(answer: PrevalenceAnswer, marker: str, scale: MarkerScale) -> Figure:
    """Draw PPV (solid) and NPV (dashed) over prevalence with their bands; a dotted line is the sample."""
    one = answer.markers[marker]
    curve = one.curve
    figure = new_figure(SINGLE_COLUMN_MM, _HEIGHT)
    axes = add_axes_mm(figure, _LEFT, _BOTTOM, SINGLE_COLUMN_MM - _LEFT - _RIGHT, _HEIGHT - _BOTTOM - _TOP)
    x = curve.prevalence * 100.0
    for found, colour, dash, name in (
        (curve.npv, VERMILION, (0, (4, 1.6)), "NPV"),
        (curve.ppv, BLUE, "solid", "PPV"),
    ):
        axes.fill_between(
            x, found.low * 100.0, found.high * 100.0, color=lighten(colour, 0.82), linewidth=0, alpha=0.8
        )
        for edge in (found.low, found.high):
            axes.plot(x, edge * 100.0, color=lighten(colour, 0.45), linewidth=0.5, linestyle=dash)
        axes.plot(x, found.value * 100.0, color=colour, linestyle=dash, label=name, zorder=3, clip_on=False)
    _label_ends(axes, curve.ppv, curve.npv, float(x[-1]))
    own = curve.sample_prevalence * 100.0
    axes.axvline(own, color=MUTED, linewidth=0.7, linestyle=(0, (1, 1.8)), zorder=1)
    axes.annotate(
        f"this sample\n{show_percent(curve.sample_prevalence)} %",
        (own, 0),
        xytext=(3 if own < 75 else -3, 3),
        textcoords="offset points",
        ha="left" if own < 75 else "right",
        va="bottom",
        fontsize=6.3,
        color=MUTED,
        linespacing=1.25,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.75},
    )
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xticks(range(0, 101, 20))
    axes.set_yticks(range(0, 101, 20))
    axes.set_xlabel("Prevalence (%)")
    axes.set_ylabel("Predictive value (%)")
    axes.grid(axis="y", color=RULE, linewidth=0.3, alpha=0.5)
    axes.tick_params(labelcolor=MUTED)
    open_spines(axes)
    figure.text(
        _LEFT / SINGLE_COLUMN_MM,
        2.2 / _HEIGHT,
        f"Bands, {show_percent(curve.level, 0)} %: PPV {BAND_WORDS[curve.ppv.band]}, "
        f"NPV {BAND_WORDS[curve.npv.band]}",
        fontsize=6.3,
        color=MUTED,
        va="bottom",
    )
    title_panel(axes, "", f"{marker} {RULES[one.rule]} {scale.rule(one.cutoff)}{scale.suffix}")
    return figure


def _label_ends(axes: Axes, ppv: PredictiveCurve, npv: PredictiveCurve, end: float) -> None:
    """Names where the curves end, kept apart."""
    heights = [float(curve.value[-1]) * 100.0 for curve in (ppv, npv)]
    defined = [not np.isnan(height) for height in heights]
    if all(defined) and abs(heights[0] - heights[1]) < 6.0:
        middle = float(np.clip(sum(heights) / 2.0, 4.0, 96.0))
        heights = [middle - 3.2, middle + 3.2] if heights[0] <= heights[1] else [middle + 3.2, middle - 3.2]
    for name, height, colour, is_there in zip(
        ("PPV", "NPV"), heights, (BLUE, VERMILION), defined, strict=True
    ):
        if is_there:
            axes.annotate(
                name,
                (end, height),
                xytext=(4, 0),
                textcoords="offset points",
                color=colour,
                fontsize=7,
                va="center",
                annotation_clip=False,
            )


def tabulate_prevalence_curve(answer: PrevalenceAnswer, marker: str, scale: MarkerScale) -> FigureData:
    """One row for each prevalence, as shares, not rounded."""
    del scale
    curve = answer.markers[marker].curve
    table = np.column_stack(
        [
            curve.prevalence,
            *(getattr(found, part) for found in (curve.ppv, curve.npv) for part in ("value", "low", "high")),
        ]
    )
    return FigureData(
        ("prevalence", "ppv", "ppv_low", "ppv_high", "npv", "npv_low", "npv_high"),
        tuple(tuple(row) for row in table.tolist()),
    )


def describe_prevalence_curve(answer: PrevalenceAnswer, marker: str, scale: MarkerScale) -> str:
    """Alternative text with the numbers that the figure is for."""
    one = answer.markers[marker]
    at, last = one.at, len(one.at.prevalence) - 1
    parts = [
        f"at {show_percent(float(at.prevalence[i]), 0)} % PPV {show_percent(float(at.ppv.value[i]), 0)} % "
        f"and NPV {show_percent(float(at.npv.value[i]), 0)} %"
        for i in dict.fromkeys((0, max(last - 1, 0), last))
    ]
    return (
        f"Predictive values of {marker} {RULES[one.rule]} {scale.rule(one.cutoff)}{scale.suffix} over "
        f"prevalence: {'; '.join(parts)} (the last is this sample)."
    )
