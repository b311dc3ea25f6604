"""What a page draws of a study: dots, boxes, curves and limits, each dot with its case and its words.

Places are in shown units, and the axis with its ticks comes along: whoever draws computes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from adcurate.arrays import Floats
from adcurate.model.analysis import MapComparison, MarkerAnalysis
from adcurate.model.answers.agreement import AgreementAnswer, PairComparison, ReadingTable
from adcurate.model.cohort import StudyResults
from adcurate.report.answers.differences import DifferenceScale
from adcurate.report.numbers import show_interval, show_number, show_percent
from adcurate.report.plot_parts import Axis, Box, Dot, Line, Plot, Tick, axis_of
from adcurate.report.scale import MarkerScale, scale_of, scale_of_maps, scale_of_protocol, show_rule
from adcurate.report.words import MAP_WORDS

_AGREEMENT = 1.96


def plots_of(results: StudyResults) -> tuple[Plot, ...]:
    """Groups and curve of each marker, map against map, and readers against each other."""
    plots = [plot for one in results.of_record for plot in (_groups(one), _roc(one))]
    plots += [_maps(one) for one in results.comparisons]
    case_of = {f"{one.subject} / {one.row.lesion}": one.case for one in results.members}
    scale = scale_of_protocol(results.protocol)
    for answered in results.answers:
        if isinstance(answered.answer, AgreementAnswer):
            plots += _readers(answered.answer, scale, case_of)
    return tuple(plots)


def _groups(analysis: MarkerAnalysis) -> Plot:
    scale = scale_of(analysis)
    by_grade = len(analysis.grades) > 1
    groups = analysis.grade_groups if by_grade else analysis.outcome_groups
    names = list(groups)
    own: dict[str, list[int]] = {name: [] for name in names}
    for at, value in enumerate(analysis.values):
        name = value.grade if by_grade else names[int(value.positive)]
        if name in own:
            own[name].append(at)
    dots = []
    for place, name in enumerate(names):
        values = np.array([analysis.values[at].value for at in own[name]]) * scale.factor
        for at, y, aside in zip(own[name], values.tolist(), _aside(values), strict=True):
            value = analysis.values[at]
            shown = scale.times(scale.show(value.value))
            dots.append(
                Dot(place + aside, y, f"{value.subject}, {value.grade}: {shown}", value.subject, name)
            )
    boxes = tuple(
        Box(place, *(float(each) * scale.factor for each in (g.minimum, g.q1, g.median, g.q3, g.maximum)))
        for place, g in enumerate(groups.values())
    )
    cutoff = analysis.youden.cutoff * scale.factor
    says = f"Cut-off {scale.times(show_rule(analysis))}"
    last = len(names) - 0.5
    lines = (Line("cutoff", ((-0.5, cutoff), (last, cutoff)), says),) if math.isfinite(cutoff) else ()
    ticks = tuple(Tick(place, f"{name} ({groups[name].n})") for place, name in enumerate(names))
    return Plot(
        "groups",
        analysis.marker,
        f"{analysis.marker} by group",
        "Box: median and quartiles; whiskers: the whole range; line: the cut-off.",
        Axis("", -0.5, last, ticks),
        axis_of(scale.axis(analysis.marker), [*(dot.y for dot in dots), cutoff]),
        tuple(dots),
        boxes,
        lines,
    )


def _aside(values: Floats) -> list[float]:
    """How far each dot stands from the middle of its group, so that near values do not hide each other."""
    if values.size < 2 or np.ptp(values) == 0:
        return [0.02 * (i % 15 - 7) for i in range(values.size)]
    near = np.ptp(values) / 25
    aside, placed = [0.0] * values.size, list[tuple[float, int]]()
    for i in np.argsort(values, kind="stable").tolist():
        turn = 0
        taken = {t for v, t in placed[-40:] if values[i] - v < near}
        while turn in taken:
            turn += 1
        placed.append((float(values[i]), turn))
        aside[i] = min(0.3, 0.045 * ((turn + 1) // 2)) * (1 if turn % 2 else -1)
    return aside


def _roc(analysis: MarkerAnalysis) -> Plot:
    scale, curve, band = scale_of(analysis), analysis.roc, analysis.roc_band
    dots = []
    for cutoff, sensitivity, specificity in zip(
        curve.cutoffs.tolist(), curve.sensitivity.tolist(), curve.specificity.tolist(), strict=True
    ):
        rule = (
            scale.times(f"{show_rule(analysis)[0]} {scale.rule(cutoff)}")
            if math.isfinite(cutoff)
            else "Nobody"
        )
        says = f"{rule}: sensitivity {show_percent(sensitivity)} %, specificity {show_percent(specificity)} %"
        chosen = "chosen" if cutoff == analysis.youden.cutoff else ""
        dots.append(Dot(1 - specificity, sensitivity, says, group=chosen))
    away = [(1 - s, high) for s, high in zip(band.specificity.tolist(), band.high.tolist(), strict=True)]
    back = [(1 - s, low) for s, low in zip(band.specificity.tolist(), band.low.tolist(), strict=True)]
    share = tuple(Tick(at, show_number(at, 2)) for at in (0.0, 0.25, 0.5, 0.75, 1.0))
    area = f"{show_number(analysis.auc.value, 3)} ({show_interval(analysis.auc_interval, 3)})"
    return Plot(
        "roc",
        analysis.marker,
        f"ROC curve of {analysis.marker}",
        f"AUC {area}. Band: {show_number(band.level * 100, 0)} %, point by point. The ring is the cut-off.",
        Axis("1 − specificity", 0.0, 1.0, share),
        Axis("Sensitivity", 0.0, 1.0, share),
        tuple(dots),
        lines=(
            Line("band", (*away, *reversed(back))),
            Line("chance", ((0.0, 0.0), (1.0, 1.0)), "No better than chance"),
            Line("curve", tuple((dot.x, dot.y) for dot in dots)),
        ),
    )


def _maps(item: MapComparison) -> Plot:
    scale = scale_of_maps(item)
    ours, theirs = item.values_of_record * scale.factor, item.values_other * scale.factor
    return _bland_altman(
        "maps",
        item.marker,
        f"{item.marker}: {item.other} less {item.of_record} map",
        f"{MAP_WORDS.get(item.other, item.other)} less {MAP_WORDS.get(item.of_record, item.of_record)}, "
        "on the same contours. Lines: mean difference and limits of agreement.",
        scale,
        (ours + theirs) / 2,
        theirs - ours,
        item.subjects,
        (item.mean_difference, item.sd_difference),
    )


def _bland_altman(
    kind: str,
    marker: str,
    title: str,
    caption: str,
    scale: MarkerScale,
    means: Floats,
    differences: Floats,
    cases: Sequence[str],
    mean_and_sd: tuple[float, float],
) -> Plot:
    mean, sd = (each * scale.factor for each in mean_and_sd)
    levels = [mean - _AGREEMENT * sd, mean, mean + _AGREEMENT * sd]
    x = axis_of(scale.axis(f"Mean of both, {marker}"), means.tolist())
    dots = tuple(
        Dot(at, away, f"{case}: difference {scale.times(show_number(away, scale.decimals))}", case)
        for case, at, away in zip(cases, means.tolist(), differences.tolist(), strict=True)
    )
    names = ("Lower limit", "Mean difference", "Upper limit")
    lines = tuple(
        Line(
            "mean" if name == "Mean difference" else "limit",
            ((x.low, level), (x.high, level)),
            f"{name} {show_number(level, scale.decimals)}",
        )
        for name, level in zip(names, levels, strict=True)
    )
    y = axis_of(scale.axis("Difference"), [*differences.tolist(), *levels, 0.0])
    return Plot(kind, marker, title, caption, x, y, dots, lines=lines)


def _readers(answer: AgreementAnswer, scale: MarkerScale, case_of: dict[str, str]) -> list[Plot]:
    return [
        _pair(marker, table, pair, scale.of(marker), case_of)
        for marker, entry in answer.markers.items()
        for table in (*((entry.between,) if entry.between else ()), *entry.within.values())
        for pair in table.pairs
    ]


def _pair(
    marker: str, table: ReadingTable, pair: PairComparison, scale: MarkerScale, case_of: dict[str, str]
) -> Plot:
    found = pair.limits
    shown = DifferenceScale.of(found.variant, scale)
    known = len(table.lesions) == found.means.size
    cases = [case_of.get(name, "") for name in table.lesions] if known else [""] * found.means.size
    who = f"{table.reader}: session " if table.what == "session" else ""
    means, away = found.means * scale.factor, (found.differences * shown.factor).tolist()
    x = axis_of(scale.axis(f"Mean of both, {marker}"), means.tolist())
    levels = (
        ("limit", "Lower limit", found.lower_limit, found.lower_interval),
        ("mean", "Bias", found.bias, found.bias_interval),
        ("limit", "Upper limit", found.upper_limit, found.upper_interval),
    )
    lines = tuple(
        Line(
            kind,
            ((x.low, level * shown.factor), (x.high, level * shown.factor)),
            f"{name} {shown.show(level)} ({shown.interval(interval)})",
        )
        for kind, name, level, interval in levels
    )
    dots = tuple(
        Dot(at, y, f"{case or 'A lesion'}: {shown.show(raw)}", case)
        for case, at, y, raw in zip(cases, means.tolist(), away, found.differences.tolist(), strict=True)
    )
    places = [*away, *(line.points[0][1] for line in lines), 1.0 if found.variant == "log" else 0.0]
    return Plot(
        "readers",
        marker,
        f"{marker}: {who}{pair.first} less {pair.second}",
        f"{found.means.size} lesions read by both. Lines: bias and limits of agreement.",
        x,
        axis_of(shown.axis(pair.first, pair.second), places),
        dots,
        lines=lines,
    )
