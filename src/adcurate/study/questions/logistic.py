"""How do the odds of the outcome change with several quantities taken together?"""

from __future__ import annotations

import numpy as np

from adcurate.errors import StatisticsError
from adcurate.model.answers.logistic import LogisticAnswer, LogisticQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.models import compare_nested, fit_logistic
from adcurate.statistics.models.logistic import EVENTS_PER_COEFFICIENT, Penalty, find_class_separation
from adcurate.study.questions.predictors import Predictors, gather_predictors, outcome_keys, outcome_of
from adcurate.study.streams import Streams


def answer_logistic(
    question: LogisticQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> LogisticAnswer:
    """Fit the outcome on the predictors; rows without outcome or a predictor are counted and left out.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value``
    StatisticsError
        ``statistics.option``, and the codes of `fit_logistic`.
    """
    names = question.predictors or tuple(cases.markers)
    stray = [name for name in question.beyond if name not in names]
    if stray or (question.beyond and len(set(question.beyond)) == len(names)):
        raise StatisticsError(
            "statistics.option",
            f"{stray[0]!r} is no predictor of the model."
            if stray
            else "Nothing is left to be tested beyond all predictors.",
            remedy="Let `beyond` name some, but not all, of the predictors.",
        )
    gathered = gather_predictors(
        cases,
        names,
        outcome_keys(cases),
        categorical=question.categorical,
        reference=question.reference,
        per=question.per,
    )
    positive = outcome_of(cases, gathered.rows)
    penalty, reason = _penalty(question, gathered, positive)
    fit = fit_logistic(
        gathered.columns,
        positive,
        names=gathered.names,
        penalty=penalty,
        interval=question.interval,
        level=methods.confidence_level,
        units=gathered.units,
    )
    terms = tuple(
        compare_nested(
            gathered.columns,
            positive,
            names=gathered.names,
            left_out=predictor.coefficients,
            label=predictor.name,
            penalty=penalty,
        )
        for predictor in gathered.predictors
    )
    added = None
    if question.beyond:
        rest = tuple(
            column
            for predictor in gathered.predictors
            if predictor.name not in question.beyond
            for column in predictor.coefficients
        )
        added = compare_nested(
            gathered.columns,
            positive,
            names=gathered.names,
            left_out=rest,
            label=f"beyond {', '.join(question.beyond)}",
            penalty=penalty,
        )
    return LogisticAnswer(
        fit=fit,
        predictors=gathered.predictors,
        terms=terms,
        added=added,
        beyond=question.beyond,
        penalty_reason=reason,
        positive_label=cases.positive_label,
        n_unknown=sum(flag is None for flag in cases.positive),
        n_missing=gathered.n_missing,
        findings=fit.findings,
    )


def _penalty(
    question: LogisticQuestion, gathered: Predictors, positive: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[Penalty, str]:
    if question.penalty != "auto":
        return question.penalty, "as planned"
    events = int(min(positive.sum(), (~positive).sum()))
    needed = EVENTS_PER_COEFFICIENT * len(gathered.names)
    if events < needed:
        return "firth", f"because the rarer outcome had {events} cases, fewer than {needed}"
    if find_class_separation(gathered.columns, positive, names=gathered.names) != "none":
        return "firth", "because the predictors separate the outcomes"
    return "none", f"because the rarer outcome had {events} cases, {needed} or more"
