"""How do the odds of a higher grade change with the marker?"""

from __future__ import annotations

import numpy as np

from adcurate.model.answers.ordinal import GradeProbabilities, MarkerOrdinal, OrdinalAnswer, OrdinalQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.models import OrdinalFit, compare_proportional_odds, fit_ordinal
from adcurate.study.questions.predictors import Predictors, gather_predictors
from adcurate.study.streams import Streams

_POINTS = 121


def answer_ordinal(
    question: OrdinalQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> OrdinalAnswer:
    """Fit the grade on each marker; rows without grade, marker or adjusting column are counted and left out.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value``
    StatisticsError
        ``statistics.option``, and the codes of `fit_ordinal`.
    """
    found = tuple(
        _one(marker, question, cases, methods) for marker in question.markers or tuple(cases.markers)
    )
    findings = []
    for one in found:
        for finding in (*one.fit.findings, *one.tests.findings):
            if finding not in findings:
                findings.append(finding)
    return OrdinalAnswer(found, question.adjust_for, tuple(findings))


def _one(marker: str, question: OrdinalQuestion, cases: CaseTable, methods: Analysis) -> MarkerOrdinal:
    order = cases.grades or tuple(sorted({grade for grade in cases.grade if grade is not None}))
    names = (marker, *question.adjust_for)
    gathered = gather_predictors(
        cases,
        names,
        cases.grade,
        categorical=question.categorical,
        reference=question.reference,
        per=(question.per, *("sd" for _ in question.adjust_for)),
    )
    grades = tuple(cases.grade[i] or "" for i in gathered.rows)
    fit = fit_ordinal(
        gathered.columns,
        grades,
        names=gathered.names,
        order=order,
        interval=question.interval,
        level=methods.confidence_level,
        units=gathered.units,
    )
    return MarkerOrdinal(
        marker=marker,
        fit=fit,
        predictors=gathered.predictors,
        tests=compare_proportional_odds(gathered.columns, grades, names=gathered.names, order=order),
        probabilities=_probabilities(fit, gathered, grades, methods.confidence_level),
        n_missing=len(cases) - len(gathered.rows),
    )


def _probabilities(
    fit: OrdinalFit, gathered: Predictors, grades: tuple[str, ...], level: float
) -> GradeProbabilities:
    values = gathered.columns[:, 0]
    at = np.linspace(values.min(), values.max(), _POINTS)
    rest = [
        0.0 if predictor.is_category else predictor.mean
        for predictor in gathered.predictors[1:]
        for _ in predictor.coefficients
    ]
    rows = np.column_stack([at, np.tile(rest, (at.size, 1))])
    low, high = fit.predict_interval(rows, level)
    return GradeProbabilities(
        at=tuple(at.tolist()),
        probability=tuple(map(tuple, fit.predict(rows).tolist())),
        low=tuple(map(tuple, low.tolist())),
        high=tuple(map(tuple, high.tolist())),
        level=level,
        values={
            grade: tuple(sorted(float(v) for v, g in zip(values, grades, strict=True) if g == grade))
            for grade in fit.grades
        },
    )
