"""The figures of each kind of answer, with their words and the numbers behind them.

A kind gives its pictures one by one: what is drawn, from what, under which words. Kinds without a picture of
their own are not listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from matplotlib.figure import Figure

from adcurate.model.plan import PlannedAnswer
from adcurate.report.answers.catalogue import scale_of_kind
from adcurate.report.figures import (
    bland_altman,
    calibration,
    cluster_effect,
    combat,
    cutoff_stability,
    decision_curve,
    forest,
    funnel,
    grade_pairs,
    ki67_intervals,
    missing_pattern,
    odds_forest,
    ordinal_probabilities,
    power_curve,
    prevalence_curve,
    reader_agreement,
    readers_roc,
    region_overlap,
    roc_band,
    roc_comparison,
    scanner_effect,
    sensitivity_forest,
    summary_roc,
)
from adcurate.report.figures.data import FigureData
from adcurate.report.scale import MarkerScale


@dataclass(frozen=True, slots=True, eq=False)
class AnswerFigure:
    """A figure of an answer: `name` is its file's, `alternative` its text for those who cannot see it."""

    name: str
    title: str
    caption: str
    alternative: str
    figure: Figure
    data: FigureData


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """What a module of `figures` draws: `what` goes to its three functions, before the scale."""

    module: Any
    name: str
    title: str
    caption: str
    what: tuple[Any, ...]
    keys: tuple[tuple[str, Any], ...] = ()


def figures_of_answers(
    answers: Sequence[PlannedAnswer], scale: MarkerScale
) -> dict[int, tuple[AnswerFigure, ...]]:
    """The figures of every question, by its number in the plan, from 1; none where there is no answer."""
    made = {}
    for number, planned in enumerate(answers, start=1):
        kind = planned.question.kind
        pictures = PICTURES.get(kind)
        if planned.answer is not None and pictures is not None:
            own = scale_of_kind(kind, scale)
            made[number] = tuple(
                _make(one, f"q{number}-{kind}", _of_marker(one, own)) for one in pictures(planned.answer)
            )
    return made


def _of_marker(picture: _Picture, scale: MarkerScale) -> MarkerScale:
    """The scale of the marker that a picture is of; a ratio among them has no unit."""
    named = [one if isinstance(one, str) else getattr(one, "marker", "") for one in picture.what]
    return next((scale.of(name) for name in named if name in scale.ratios), scale)


def _make(picture: _Picture, prefix: str, scale: MarkerScale) -> AnswerFigure:
    stem = picture.module.__name__.rpartition(".")[2]
    render, tabulate, describe = (
        getattr(picture.module, f"{verb}_{stem}") for verb in ("render", "tabulate", "describe")
    )
    return AnswerFigure(
        _file_name(prefix, picture.name),
        picture.title,
        picture.caption,
        describe(*picture.what, scale),
        render(*picture.what, scale, **dict(picture.keys)),
        tabulate(*picture.what, scale),
    )


def _file_name(prefix: str, name: str) -> str:
    tail = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f"{prefix}-{tail}" if tail else prefix


def _sensitivity(answer: Any) -> Iterator[_Picture]:
    for marker in dict.fromkeys(row.marker for row in answer.rows):
        yield _Picture(
            sensitivity_forest,
            marker,
            f"{marker} in other subsets and with other choices",
            "Diamond and dotted line: the primary analysis. Filled squares: planned rows; hollow: post hoc. "
            "The size follows the number of lesions; lines are intervals of the area.",
            (answer, marker),
        )


def _agreement(answer: Any) -> Iterator[_Picture]:
    for marker, found in answer.markers.items():
        tables = ([found.between] if found.between is not None else []) + list(found.within.values())
        for table in tables:
            who = "readers" if table.what == "reader" else f"sessions of {table.reader or 'the reader'}"
            if not len(table.lesions):
                continue
            yield _Picture(
                reader_agreement,
                f"{marker} {who}",
                f"{marker} of each lesion by {who}",
                "Left: lesions from the lowest mean to the highest, a sign for each reading. Right: "
                "differences of pairs with bias and limits of agreement.",
                (table, marker),
            )
            if table.pairs:
                yield _Picture(
                    bland_altman,
                    f"{marker} {who} bland-altman",
                    f"Differences of {marker} between {who}",
                    "Solid: bias with its interval. Dashed: limits of agreement with theirs. A "
                    "slanting line is "
                    "drawn where differences follow the mean.",
                    (table.pairs, marker),
                )


def _overlap(answer: Any) -> Iterator[_Picture]:
    for pair in answer.pairs:
        if pair.lesions:
            yield _Picture(
                region_overlap,
                f"{pair.first} {pair.second}",
                f"Outlines of {pair.first} and {pair.second}",
                "Each lesion from the least overlap to the greatest; bands are quartiles, lines medians. "
                "Outlines: the ringed lesions of least, middle and greatest overlap, with their place, Dice "
                "coefficient and Hausdorff distance.",
                (pair,),
            )


def _readers_roc(answer: Any) -> Iterator[_Picture]:
    yield _Picture(
        readers_roc,
        "",
        "ROC curves in the hands of each reader",
        "Thin: each reader; bold: the reader-averaged curve. Right: areas of readers and their average with "
        "Obuchowski-Rockette intervals.",
        (answer,),
    )


def _roc_comparison(answer: Any) -> Iterator[_Picture]:
    for compared in answer.comparisons:
        yield _Picture(
            roc_comparison,
            compared.subject,
            "ROC curves compared" + (f", {compared.subject}" if compared.subject else ""),
            "Empirical curves over each other; differences of areas with their intervals and p-values.",
            (compared,),
        )


def _roc_detail(answer: Any) -> Iterator[_Picture]:
    for marker, detail in answer.markers.items():
        yield _Picture(
            roc_band,
            marker,
            f"ROC curve of {marker} with both bands",
            "Dark band: pointwise; light band: simultaneous, of the curve as a whole. Shaded: "
            "the partial area. "
            "Diamonds: fixed points with their intervals; letters: cut-off rules.",
            (detail,),
        )


def _grades(answer: Any) -> Iterator[_Picture]:
    yield _Picture(
        grade_pairs,
        "",
        "How well each pair of grades is told apart",
        "Areas of pairs of grades, the ordinal C-index and the volume under the surface, each with the value "
        "that chance would give.",
        (tuple(answer.markers.values()),),
    )


def _validation(answer: Any) -> Iterator[_Picture]:
    for marker in answer.markers:
        yield _Picture(
            cutoff_stability,
            marker,
            f"Which cut-offs of {marker} other samples would have chosen",
            "A: share of the resamples that chose each observed value. Below: what each would "
            "have done in this "
            "cohort, and how often a lesion's call changes.",
            (answer, marker),
        )


def _prevalence(answer: Any) -> Iterator[_Picture]:
    for marker in answer.markers:
        yield _Picture(
            prevalence_curve,
            marker,
            f"Predictive values of {marker} over prevalence",
            "Bands: intervals at each prevalence. Marks: the stated prevalence and that of this sample.",
            (answer, marker),
        )


def _decision_curve(answer: Any) -> Iterator[_Picture]:
    for marker in answer.markers:
        yield _Picture(
            decision_curve,
            marker,
            f"Decision curve of {marker}",
            "Net benefit of the rule and of the model's risks beside treating all and treating none.",
            (answer, marker),
        )


def _calibration(answer: Any) -> Iterator[_Picture]:
    for model in answer.models:
        yield _Picture(
            calibration,
            model.name,
            f"Predicted and observed risk, {model.name}",
            "Groups of risk with Wilson intervals, with cases enough the smooth curve, and the "
            "line of perfect "
            "calibration.",
            (answer, model.name),
        )


def _logistic(answer: Any) -> Iterator[_Picture]:
    yield _Picture(
        odds_forest,
        "",
        f"Odds ratios of {answer.positive_label}",
        "Per the unit that stands beside each predictor; lines are intervals. A filled square excludes 1.",
        (answer.fit.coefficients, answer.predictors),
    )


def _ordinal(answer: Any) -> Iterator[_Picture]:
    yield _Picture(
        ordinal_probabilities,
        "",
        "Probability of each grade over the marker",
        "Proportional-odds model; bands are intervals, ticks below are the lesions.",
        (answer.markers,),
    )


def _ki67(answer: Any) -> Iterator[_Picture]:
    yield _Picture(
        ki67_intervals,
        "",
        "Markers against Ki-67 as it was reported",
        "Bars: ranges and bounds; dots: exact values. Line and band: interval-censored regression.",
        (answer,),
    )


def _missing(answer: Any) -> Iterator[_Picture]:
    yield _Picture(
        missing_pattern,
        "",
        "What is missing where",
        "One line for each pattern; bars count rows.",
        (answer.pattern,),
    )


def _clusters(answer: Any) -> Iterator[_Picture]:
    for one in answer.markers:
        yield _Picture(
            cluster_effect,
            one.marker,
            f"{one.marker} with lesions, and with subjects, as the sample",
            "Each quantity with lesions as if independent, clustered by subject, and with one "
            "lesion a subject.",
            (answer, one.marker),
        )


def _scanners(answer: Any) -> Iterator[_Picture]:
    for marker, found in answer.markers.items():
        yield _Picture(
            scanner_effect,
            marker,
            f"{marker} by scanner",
            "A: lesions by setting, positive above. B: difference of the classes within each "
            "setting and adjusted. "
            "C: the area when one setting is left out.",
            (answer, marker),
        )
        if found.harmonized is not None:
            yield _Picture(
                combat,
                f"{marker} combat",
                f"{marker} before and after ComBat",
                "For the eye only.",
                (answer, marker),
            )


def _pools(pools: Sequence[Any]) -> Iterator[_Picture]:
    for pool in pools:
        if pool.studies:
            yield _Picture(
                forest,
                f"{pool.label} forest",
                f"{pool.label}: studies and their pooled value",
                "Squares by weight; diamond: pooled value; bar below: prediction interval. This "
                "study in orange.",
                (pool,),
            )
        if pool.egger is not None:
            yield _Picture(
                funnel,
                f"{pool.label} funnel",
                f"{pool.label}: effect against its standard error",
                "Grey: where 95 % of the studies would lie by chance. Dashed: Egger's regression.",
                (pool,),
            )


def _literature_means(answer: Any) -> Iterator[_Picture]:
    yield from _pools((*answer.means, *answer.differences))


def _literature_correlation(answer: Any) -> Iterator[_Picture]:
    yield from _pools((answer.pool,))


def _sample_size(answer: Any) -> Iterator[_Picture]:
    if answer.asked.design != "logistic":
        yield _Picture(
            power_curve,
            "",
            "What a number of subjects gives",
            "Line: by formula; points: simulated, with their Monte Carlo bars; the mark is the "
            "number asked for.",
            (answer,),
        )


def _literature_accuracy(answer: Any) -> Iterator[_Picture]:
    if answer.studies:
        yield _Picture(
            summary_roc,
            "",
            "Sensitivity and specificity of the studies",
            "Each study at its own cut-off. Filled: confidence region of the summary point; "
            "dashed: prediction "
            "region; line: summary ROC curve.",
            (answer,),
        )


PICTURES: Final[dict[str, Callable[[Any], Iterator[_Picture]]]] = {
    "sensitivity": _sensitivity,
    "agreement": _agreement,
    "overlap": _overlap,
    "readers-roc": _readers_roc,
    "roc-comparison": _roc_comparison,
    "roc-detail": _roc_detail,
    "grades": _grades,
    "validation": _validation,
    "prevalence": _prevalence,
    "decision-curve": _decision_curve,
    "calibration": _calibration,
    "logistic": _logistic,
    "ordinal": _ordinal,
    "ki67": _ki67,
    "missing": _missing,
    "clusters": _clusters,
    "scanners": _scanners,
    "sample-size": _sample_size,
    "literature-means": _literature_means,
    "literature-correlation": _literature_correlation,
    "literature-accuracy": _literature_accuracy,
}
