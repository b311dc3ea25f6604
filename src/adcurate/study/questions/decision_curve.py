"""``decision-curve``: from the table of cases to the net benefit of each marker's rule and risk."""

from __future__ import annotations

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.answers.decision_curve import (
    RISK,
    RULE,
    DecisionCurveAnswer,
    DecisionCurveQuestion,
    MarkerDecision,
)
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.models import fit_logistic
from adcurate.statistics.validation import (
    correct_optimism,
    estimate_decision_curve,
    net_benefit,
    repeat_youden,
)
from adcurate.study.questions.fixed_rule import FixedRule, check_stated_cutoff, fixed_rule
from adcurate.study.questions.roc_cases import markers_of, of_marker
from adcurate.study.streams import Streams


def answer_decision_curve(
    question: DecisionCurveQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> DecisionCurveAnswer:
    """Judge each marker's rule, and a risk made from it, over the threshold probability.

    Raises
    ------
    TableError
        ``table.missing-column``
    StatisticsError
        ``statistics.option``, ``statistics.too-few``, ``statistics.one-class``, ``statistics.constant``
    """
    names = markers_of(question.markers, cases)
    check_stated_cutoff(question.cutoff, names)
    thresholds = _thresholds(question)
    markers: dict[str, MarkerDecision] = {}
    findings: list[Finding] = []
    for name in names:
        rule = fixed_rule(cases, name, question.cutoff)
        found, own = _judge(question, name, rule, thresholds, methods, streams)
        markers[name] = found
        findings += of_marker(own, name)
    return DecisionCurveAnswer(
        markers=markers,
        positive_label=cases.positive_label,
        negative_label=cases.negative_label,
        findings=tuple(findings),
    )


def _judge(
    question: DecisionCurveQuestion,
    name: str,
    rule: FixedRule,
    thresholds: Floats,
    methods: Analysis,
    streams: Streams,
) -> tuple[MarkerDecision, tuple[Finding, ...]]:
    n_resamples = question.resamples or methods.bootstrap_resamples
    risks: dict[str, Floats] = {}
    own: list[Finding] = []
    model = ""
    if question.model == "logistic":
        try:
            fit = fit_logistic(rule.marker, rule.positive, names=(name,), penalty="none", interval="wald")
            risks[RISK] = fit.predict(rule.marker)
            model = f"logistic regression on {name}, {fit.method}"
        except StatisticsError as error:
            own.append(Finding(error.code, f"No risk from a logistic regression: {error.sentence}", "note"))
    curve = estimate_decision_curve(
        rule.positive,
        rules={RULE: rule.called},
        risks=risks,
        thresholds=thresholds,
        prevalence=question.prevalence,
        level=methods.confidence_level,
        rng=streams.rng("decision-curve", name, "band"),
        n_resamples=n_resamples,
    )
    corrected: Floats | None = None
    if not rule.is_stated:
        made = correct_optimism(
            repeat_youden(
                rule.marker,
                rule.positive,
                direction=rule.direction,
                n_resamples=n_resamples,
                rng=streams.rng("decision-curve", name, "optimism"),
            )
        )
        corrected = net_benefit(
            made.of("sensitivity").corrected, made.of("specificity").corrected, curve.prevalence, thresholds
        )
    decision = MarkerDecision(
        marker=name,
        cutoff=rule.cutoff,
        rule=rule.rule,
        cutoff_is_stated=rule.is_stated,
        curve=curve,
        corrected=corrected,
        model=model,
        n=rule.marker.size,
        n_missing=rule.n_missing,
    )
    return decision, (*curve.findings, *own)


def _thresholds(question: DecisionCurveQuestion) -> Floats:
    low, high, step = question.threshold_low, question.threshold_high, question.threshold_step
    if not (0.0 < low < high < 1.0 and 0.0 < step <= high - low):
        raise StatisticsError(
            "statistics.option",
            "Threshold probabilities rise from threshold_low to threshold_high in steps, within 0 and 1.",
            remedy="Write 2 % to 60 % in steps of 1 % as 0.02, 0.6 and 0.01.",
        )
    return np.asarray(low + step * np.arange(int((high - low) / step + 1e-9) + 1), dtype=np.float64)
