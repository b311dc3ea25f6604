"""Every statistic of one marker, for a study and for a plain table alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.analysis import MarkerAnalysis, MarkerValue
from adcurate.model.protocol import Analysis
from adcurate.statistics.correlation import SpearmanEstimate, estimate_spearman
from adcurate.statistics.correlation.spearman import SpearmanInterval
from adcurate.statistics.cutoff import estimate_youden
from adcurate.statistics.cutoff.youden import CutoffInterval
from adcurate.statistics.diagnostic import classify_at, estimate_accuracy
from adcurate.statistics.groups import (
    DunnPair,
    KruskalWallis,
    compare_dunn,
    compare_kruskal_wallis,
    compare_mann_whitney,
    summarize_group,
)
from adcurate.statistics.groups.rank_tests import MannWhitneyMethod, PairAdjustment
from adcurate.statistics.interval import Interval
from adcurate.statistics.marker import Direction
from adcurate.statistics.roc import estimate_auc, estimate_roc, estimate_roc_band
from adcurate.statistics.roc.auc import AucInterval
from adcurate.statistics.values import to_resolution
from adcurate.study.streams import Streams

_MANN_WHITNEY: Final[tuple[MannWhitneyMethod, ...]] = ("exact", "asymptotic", "asymptotic-continuity")
_ADJUSTMENTS: Final[tuple[PairAdjustment, ...]] = ("none", "bonferroni", "holm")
_SPEARMAN: Final[tuple[SpearmanInterval, ...]] = (
    "fisher-z",
    "bonett-wright",
    "percentile-bootstrap",
    "bca-bootstrap",
)
_AUC: Final[tuple[AucInterval, ...]] = ("delong", "exact-binomial", "percentile-bootstrap", "bca-bootstrap")
_CUTOFF: Final[tuple[CutoffInterval, ...]] = ("percentile-bootstrap", "bca-bootstrap")
_BAND_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class MarkerQuestion:
    """What is asked of a marker. `resolution` is in the unit of the values; None: only equal numbers tie.

    `asks_of_grades`: whether a lack of grades is worth a finding; not where the outcome is all there is.
    """

    marker: str
    direction: Direction
    positive_label: str
    negative_label: str
    grades: tuple[str, ...]
    methods: Analysis
    resolution: float | None
    map_source: str = ""
    analysis_id: str = ""
    n_missing: int = 0
    is_ratio: bool = False
    asks_of_grades: bool = True


def analyze_marker(question: MarkerQuestion, values: Sequence[MarkerValue]) -> MarkerAnalysis:
    """Run every test, correlation, curve and cut-off on one marker.

    `values` are the complete cases. Ranks, ties and cut-offs see the values at the question's resolution;
    means and SDs see them as they are. Each bootstrap draws from its own stream, made from the seed, the
    marker and the method, so that adding a marker changes no other number.

    Raises
    ------
    StatisticsError
        ``statistics.one-class``, ``statistics.too-few``, ``statistics.constant``.
    """
    methods = question.methods
    raw = np.array([value.value for value in values], dtype=np.float64)
    marker = to_resolution(raw, question.resolution)
    positive = np.array([value.positive for value in values], dtype=np.bool_)
    grade_of = [value.grade for value in values]
    level, n_resamples = methods.confidence_level, methods.bootstrap_resamples
    direction = question.direction

    def rng(method: str) -> np.random.Generator:
        return Streams(methods.seed).rng(question.marker, method)

    present = tuple(grade for grade in question.grades if grade in grade_of)
    by_grade = {grade: marker[[item == grade for item in grade_of]] for grade in present}
    kruskal, pairwise, spearman, spearman_intervals, findings = _graded(question, by_grade, marker, grade_of)
    aucs = {
        name: estimate_auc(
            marker,
            positive,
            direction=direction,
            interval=name,
            level=level,
            rng=rng(f"auc/{name}"),
            n_resamples=n_resamples,
        )
        for name in _AUC
    }
    youdens = {}
    for name in _CUTOFF:
        try:
            youdens[name] = estimate_youden(
                marker,
                positive,
                direction=direction,
                interval=name,
                level=level,
                rng=rng(f"youden/{name}"),
                n_resamples=n_resamples,
            )
        except StatisticsError as error:
            findings.append(Finding(error.code, f"No {name} interval of the cut-off: {error.sentence}"))
    youden = youdens.get(methods.cutoff_interval) or estimate_youden(
        marker, positive, direction=direction, interval="none", level=level
    )
    table = classify_at(marker, positive, youden.cutoff, direction=direction)
    at_cutoff = estimate_accuracy(table, interval=methods.proportion_interval, level=level)
    stated = methods.stated_prevalence
    labels = {question.negative_label: raw[~positive], question.positive_label: raw[positive]}
    raw_by_grade = {grade: raw[[item == grade for item in grade_of]] for grade in present}
    auc = aucs[methods.auc_interval]
    return MarkerAnalysis(
        marker=question.marker,
        direction=direction,
        map_source=question.map_source,
        values=tuple(values),
        n_missing=question.n_missing,
        grades=present,
        grade_groups={
            name: summarize_group(group, percentile_type=methods.percentile_type)
            for name, group in raw_by_grade.items()
        },
        outcome_groups={
            name: summarize_group(group, percentile_type=methods.percentile_type)
            for name, group in labels.items()
        },
        mann_whitney={
            name: compare_mann_whitney(marker[~positive], marker[positive], method=name)
            for name in _MANN_WHITNEY
        },
        mann_whitney_of_record=methods.mann_whitney,
        kruskal_wallis=kruskal,
        pairwise=pairwise,
        pairwise_of_record=methods.pairwise_adjustment,
        spearman=spearman,
        spearman_intervals=spearman_intervals,
        spearman_of_record=methods.spearman_interval,
        roc=estimate_roc(marker, positive, direction=direction),
        roc_band=estimate_roc_band(
            marker,
            positive,
            direction=direction,
            method="stratified-bootstrap",
            level=level,
            rng=rng("band"),
            n_resamples=_BAND_RESAMPLES,
        ),
        auc=auc,
        auc_intervals={name: _known(estimate.interval) for name, estimate in aucs.items()},
        auc_of_record=methods.auc_interval,
        youden=youden,
        cutoff_intervals={name: _known(estimate.cutoff_interval) for name, estimate in youdens.items()},
        j_intervals={name: _known(estimate.j_interval) for name, estimate in youdens.items()},
        cutoff_of_record=methods.cutoff_interval,
        at_cutoff=at_cutoff,
        at_stated_prevalence=None
        if stated is None
        else estimate_accuracy(table, interval=methods.proportion_interval, level=level, prevalence=stated),
        level=level,
        seed=methods.seed,
        n_resamples=n_resamples,
        analysis_id=question.analysis_id,
        is_ratio=question.is_ratio,
        findings=(*findings, *auc.findings, *youden.findings, *at_cutoff.findings),
    )


def _graded(
    question: MarkerQuestion, by_grade: Mapping[str, Floats], marker: Floats, grade_of: list[str]
) -> tuple[
    KruskalWallis | None,
    dict[str, tuple[DunnPair, ...]],
    SpearmanEstimate | None,
    dict[str, Interval],
    list[Finding],
]:
    """What needs more than two ordered grades; without them a finding says why it is missing."""
    methods = question.methods
    if len(by_grade) < 2:
        missing = Finding(
            "analysis.no-grades",
            "Fewer than two grades are present: no Kruskal-Wallis test and no rank correlation.",
            "note",
        )
        return None, {}, None, {}, [missing] if question.asks_of_grades else []
    kruskal = compare_kruskal_wallis(by_grade)
    pairwise: dict[str, tuple[DunnPair, ...]] = {
        name: compare_dunn(by_grade, adjust=name) for name in _ADJUSTMENTS
    }
    order = np.array([question.grades.index(grade) for grade in grade_of], dtype=np.float64)
    # Resampling sees the cases in an order of their own values, so that no subject's code can move a limit.
    by_value = np.lexsort((order, marker))
    marker, order = marker[by_value], order[by_value]
    estimates: dict[str, SpearmanEstimate] = {}
    findings = []
    for name in _SPEARMAN:
        try:
            estimates[name] = estimate_spearman(
                marker,
                order,
                interval=name,
                level=methods.confidence_level,
                rng=Streams(methods.seed).rng(question.marker, f"spearman/{name}"),
                n_resamples=methods.bootstrap_resamples,
            )
        except StatisticsError as error:
            findings.append(Finding(error.code, f"No {name} interval of rho: {error.sentence}"))
    of_record = estimates.get(methods.spearman_interval)
    estimate = of_record
    if estimate is None:
        try:
            estimate = estimate_spearman(marker, order, interval="none")
        except StatisticsError as error:
            findings.append(Finding(error.code, f"No rank correlation: {error.sentence}"))
    intervals = {name: _known(found.interval) for name, found in estimates.items()}
    return kruskal, pairwise, estimate, intervals, findings


def _known(interval: Interval | None) -> Interval:
    if interval is None:
        raise AssertionError("an interval was asked for by name and not given")
    return interval
