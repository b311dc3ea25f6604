"""``roc-detail``: from the table of cases to each marker's curve in detail."""

from __future__ import annotations

from typing import Final, get_args

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.answers.roc_detail import RocDetail, RocDetailAnswer, RocDetailQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.cutoff import RuleCutoff, choose_cutoff
from adcurate.statistics.cutoff.rules import CutoffRule
from adcurate.statistics.roc import (
    OperatingPoints,
    estimate_auc,
    estimate_operating_points,
    estimate_partial_area,
    estimate_roc,
    estimate_roc_band,
    estimate_simultaneous_band,
)
from adcurate.statistics.roc.operating_point import FixedSide
from adcurate.study.questions.roc_cases import markers_of, of_marker, positives_of, with_outcome
from adcurate.study.streams import Streams

_RULES: Final[tuple[CutoffRule, ...]] = get_args(CutoffRule)


def answer_roc_detail(
    question: RocDetailQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> RocDetailAnswer:
    """Look at each marker's curve in detail, each on its own complete cases.

    Raises
    ------
    TableError
        ``table.missing-column``
    StatisticsError
        ``statistics.option``, ``statistics.too-few``, ``statistics.one-class``, ``statistics.constant``
    """
    _check(question)
    details: dict[str, RocDetail] = {}
    findings: list[Finding] = []
    for name in markers_of(question.markers, cases):
        detail = _detail(question, name, cases, methods, streams)
        details[name] = detail
        own = (
            *detail.auc.findings,
            *detail.partial.findings,
            *detail.at_specificity.findings,
            *detail.at_sensitivity.findings,
            *(finding for cutoff in detail.cutoffs.values() for finding in cutoff.findings),
        )
        findings += of_marker(own, name)
    return RocDetailAnswer(
        markers=details,
        positive_label=cases.positive_label,
        negative_label=cases.negative_label,
        level=methods.confidence_level,
        findings=tuple(findings),
    )


def _detail(
    question: RocDetailQuestion, name: str, cases: CaseTable, methods: Analysis, streams: Streams
) -> RocDetail:
    complete, n_missing = with_outcome(cases, [name])
    marker, positive = complete.marker(name), positives_of(complete)
    direction, level = complete.directions[name], methods.confidence_level
    n_resamples = methods.bootstrap_resamples
    low, high = question.partial_range

    def points(fixed: FixedSide, at: tuple[float, ...]) -> OperatingPoints:
        return estimate_operating_points(
            marker,
            positive,
            direction=direction,
            fixed=fixed,
            at=list(at),
            interval=question.point_interval,
            level=level,
            rng=streams.rng("roc-detail", name, "fixed", fixed),
            n_resamples=n_resamples,
        )

    def cutoff(rule: CutoffRule, priced: bool) -> RuleCutoff:
        targets = {
            "fixed-sensitivity": question.least_sensitivity,
            "fixed-specificity": question.least_specificity,
        }
        return choose_cutoff(
            marker,
            positive,
            direction=direction,
            by=rule,
            target=targets.get(rule),
            cost_ratio=question.cost_ratio if priced else None,
            prevalence=question.prevalence if priced else None,
            interval="percentile-bootstrap",
            ties=question.ties,
            resampling=question.resampling,
            level=level,
            rng=streams.rng("roc-detail", name, "cutoff", rule, "priced" if priced else ""),
            n_resamples=n_resamples,
        )

    cutoffs: dict[str, RuleCutoff] = {
        rule: cutoff(rule, False) for rule in _RULES if rule in question.cutoff_rules
    }
    if question.cost_ratio is not None:
        cutoffs["youden-priced"] = cutoff("youden", True)
    return RocDetail(
        marker=name,
        curve=estimate_roc(marker, positive, direction=direction),
        auc=estimate_auc(
            marker,
            positive,
            direction=direction,
            interval=methods.auc_interval,
            level=level,
            rng=streams.rng("roc-detail", name, "auc"),
            n_resamples=n_resamples,
        ),
        pointwise=estimate_roc_band(
            marker,
            positive,
            direction=direction,
            method="stratified-bootstrap",
            level=level,
            rng=streams.rng("roc-detail", name, "pointwise"),
        ),
        simultaneous=estimate_simultaneous_band(
            marker,
            positive,
            direction=direction,
            method=question.band,
            level=level,
            rng=streams.rng("roc-detail", name, "simultaneous"),
        ),
        partial=estimate_partial_area(
            marker,
            positive,
            direction=direction,
            focus=question.partial_focus,
            low=low,
            high=high,
            interval="percentile-bootstrap",
            level=level,
            rng=streams.rng("roc-detail", name, "partial"),
            n_resamples=n_resamples,
        ),
        at_specificity=points("specificity", question.specificities),
        at_sensitivity=points("sensitivity", question.sensitivities),
        cutoffs=cutoffs,
        n_missing=n_missing,
    )


def _check(question: RocDetailQuestion) -> None:
    unknown = [rule for rule in question.cutoff_rules if rule not in _RULES]
    if unknown or len(question.partial_range) != 2:
        raise StatisticsError(
            "statistics.option",
            f"cutoff_rules takes {', '.join(_RULES)}; partial_range takes two shares.",
            remedy="Correct the entry of the plan.",
        )
    if (question.cost_ratio is None) != (question.prevalence is None):
        raise StatisticsError(
            "statistics.option",
            "A priced cut-off needs both cost_ratio and prevalence.",
            remedy="Give both, or neither.",
        )
