"""Summary ROC: every study's point, the summary point with its regions, and the HSROC curve."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adcurate.arrays import Floats
from adcurate.model.answers.literature import AccuracyOfStudy, LiteratureAccuracyAnswer
from adcurate.report.figures.data import FigureData
from adcurate.report.figures.effect_axis import name_of
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
)
from adcurate.report.numbers import show_interval, show_number, show_percent, show_percent_interval
from adcurate.report.scale import MarkerScale
from adcurate.statistics.meta import BivariateAccuracy, summary_region, summary_roc

_LEFT, _BOTTOM, _TOP, _RIGHT, _KEY = 13.0, 12.0, 4.0, 4.0, 19.0
_NAMED = 8


@house_style
def render_summary_roc(answer: LiteratureAccuracyAnswer, scale: MarkerScale) -> Figure:
    """Draw studies as circles whose area follows their number of cases, this study as a diamond.

    The filled region is the confidence region of the summary point, the dashed one the prediction region. The
    curve is drawn over the specificities that studies had.
    """
    side = SINGLE_COLUMN_MM - _LEFT - _RIGHT
    height = side + _BOTTOM + _TOP + _KEY
    figure = new_figure(SINGLE_COLUMN_MM, height)
    axes = add_axes_mm(figure, _LEFT, _BOTTOM + _KEY, side, side)
    axes.plot([0, 1], [0, 1], color=RULE, linewidth=0.6, linestyle=(0, (1, 2)))
    pooled = answer.pooled
    if pooled is not None:
        _regions(axes, pooled)
        curve = _curve(answer, pooled)
        if curve is not None:
            axes.plot(1 - curve[0], curve[1], color=BLUE, linewidth=1.3, zorder=2.5)
    named = len(answer.studies) <= _NAMED
    smallest, growth = (6.0, 4.5) if named else (3.0, 7.0)
    largest = max((_n(study) for study in answer.studies), default=1)
    for study in answer.studies:
        x, y = 1 - study.specificity.value, study.sensitivity.value
        axes.plot(
            x,
            y,
            marker="D" if study.this_study else "o",
            markersize=smallest + growth * math.sqrt(_n(study) / largest),
            color=lighten(VERMILION if study.this_study else BLUE, 0.45) if study.pooled else "white",
            markeredgecolor=VERMILION if study.this_study else BLUE,
            markeredgewidth=0.8,
            alpha=0.85,
            zorder=3,
            clip_on=False,
        )
    if named:
        _name_studies(axes, answer.studies)
    if pooled is not None:
        axes.plot(
            1 - pooled.specificity,
            pooled.sensitivity,
            marker="s",
            markersize=5.2,
            color=INK,
            markeredgecolor="white",
            markeredgewidth=0.7,
            zorder=5,
            clip_on=False,
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    axes.set_xticks(ticks)
    axes.set_yticks(ticks)
    axes.set_xlabel("1 − specificity")
    axes.set_ylabel("Sensitivity")
    axes.tick_params(labelcolor=MUTED)
    open_spines(axes)
    figure.text(
        4.0 / SINGLE_COLUMN_MM,
        (_KEY - 1.5) / height,
        _key(answer),
        fontsize=6.2,
        va="top",
        linespacing=1.45,
    )
    return figure


def tabulate_summary_roc(answer: LiteratureAccuracyAnswer, scale: MarkerScale) -> FigureData:
    """Studies, then the summary point, the two regions' outlines and the curve, each as its own series."""
    rows: list[tuple[str | float | int | bool | None, ...]] = [
        (
            "this study" if study.this_study else "study",
            name_of(study.study, study.year),
            study.specificity.value,
            study.sensitivity.value,
            _n(study),
        )
        for study in answer.studies
    ]
    pooled = answer.pooled
    if pooled is not None:
        rows.append(("summary point", "", pooled.specificity, pooled.sensitivity, None))
        outlines = [("confidence region", summary_region(pooled, "confidence"))]
        outlines.append(("prediction region", summary_region(pooled, "prediction")))
        for name, (sensitivity, specificity) in outlines:
            rows += [
                (name, "", float(x), float(y), None)
                for x, y in zip(specificity, sensitivity, strict=True)
                if math.isfinite(x)
            ]
        curve = _curve(answer, pooled)
        if curve is not None:
            rows += [("curve", "", float(x), float(y), None) for x, y in zip(*curve, strict=True)]
    return FigureData(("series", "study", "specificity", "sensitivity", "n"), tuple(rows))


def describe_summary_roc(answer: LiteratureAccuracyAnswer, scale: MarkerScale) -> str:
    """Alt text: studies and the summary point."""
    text = f"Sensitivity against 1 − specificity of {len(answer.studies)} studies at their own cut-offs."
    pooled = answer.pooled
    if pooled is None:
        return text + " There is no pooled point."
    return (
        f"{text} Summary point: sensitivity {show_percent(pooled.sensitivity)} % "
        f"({show_percent_interval(pooled.sensitivity_interval)}), specificity "
        f"{show_percent(pooled.specificity)} % ({show_percent_interval(pooled.specificity_interval)})."
    )


def _n(study: AccuracyOfStudy) -> int:
    return study.tp + study.fn + study.fp + study.tn


def _regions(axes: Axes, pooled: BivariateAccuracy) -> None:
    if not math.isfinite(pooled.region_factor):
        return
    sensitivity, specificity = summary_region(pooled, "confidence")
    axes.fill(1 - specificity, sensitivity, color=lighten(INK, 0.86), linewidth=0, zorder=1)
    axes.plot(1 - specificity, sensitivity, color=INK, linewidth=0.7, zorder=2)
    sensitivity, specificity = summary_region(pooled, "prediction")
    axes.plot(1 - specificity, sensitivity, color=MUTED, linewidth=0.8, linestyle=(0, (4, 2.5)), zorder=2)


def _curve(answer: LiteratureAccuracyAnswer, pooled: BivariateAccuracy) -> tuple[Floats, Floats] | None:
    if pooled.hsroc is None:
        return None
    seen = [study.specificity.value for study in answer.studies if study.pooled]
    specificity = np.linspace(max(min(seen), 0.005), min(max(seen), 0.995), 121)
    return specificity, summary_roc(pooled, specificity)


def _name_studies(axes: Axes, studies: tuple[AccuracyOfStudy, ...]) -> None:
    """A number in each point and the names below the diagonal, where no good study lies."""
    for number, study in enumerate(studies, start=1):
        colour = VERMILION if study.this_study else INK
        axes.annotate(
            str(number),
            (1 - study.specificity.value, study.sensitivity.value),
            ha="center",
            va="center_baseline",
            fontsize=5.2,
            color=INK,
            zorder=6,
            annotation_clip=False,
        )
        axes.text(
            0.985,
            0.025 + 0.047 * (len(studies) - number),
            f"{name_of(study.study, study.year)}  {number}",
            fontsize=5.8,
            ha="right",
            va="bottom",
            color=colour,
            bbox={"boxstyle": "square,pad=0.08", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
            zorder=4,
        )


def _key(answer: LiteratureAccuracyAnswer) -> str:
    pooled = answer.pooled
    if pooled is None:
        return f"{len(answer.studies)} studies, each at its own cut-off.\nNo pooled estimate could be had."
    percent = show_number(pooled.level * 100, 0)
    lines = [
        f"■ Summary of {pooled.k} studies: sensitivity {show_percent(pooled.sensitivity)} % "
        f"({show_percent_interval(pooled.sensitivity_interval)})",
        f"   specificity {show_percent(pooled.specificity)} % "
        f"({show_percent_interval(pooled.specificity_interval)})",
        f"   diagnostic odds ratio {show_number(pooled.diagnostic_odds_ratio, 1)} "
        f"({show_interval(pooled.diagnostic_odds_ratio_interval, 1)})",
    ]
    if math.isfinite(pooled.region_factor):
        lines.append(f"Filled: {percent} % confidence region; dashed: {percent} % prediction region")
    if not pooled.joint:
        lines.append("Pooled apart: no summary curve")
    return "\n".join(lines)
