"""Each marker against Ki-67 as the pathologist wrote it: number, range or bound, never a midpoint."""

from __future__ import annotations

import math

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import GradingError, StatisticsError, TableError
from adcurate.findings import Finding
from adcurate.grading import Ki67, parse_ki67
from adcurate.model.answers.ki67 import (
    Ki67Answer,
    Ki67LinePoint,
    Ki67Question,
    Ki67Value,
    MarkerKi67,
    MidpointComparison,
)
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.correlation import (
    CorrelationBounds,
    IntervalValues,
    bound_correlation,
    estimate_interval_kendall,
    estimate_spearman,
    interval_values,
)
from adcurate.statistics.correlation.censored import IntervalTest
from adcurate.statistics.models.censored import (
    IntervalRegression,
    fit_interval_regression,
    predict_line,
)
from adcurate.study.questions.naming import naming, of_marker
from adcurate.study.streams import Streams

_LARGEST_BOUNDS = 500
_MOST_PERMUTED = 200
_LINE_POINTS = 60
_WHOLE_SCALE = 100.0


def answer_ki67(question: Ki67Question, cases: CaseTable, methods: Analysis, streams: Streams) -> Ki67Answer:
    """Correlate each marker with Ki-67 as an interval, and fit the interval-censored regression.

    Raises
    ------
    TableError
        ``table.missing-column``; ``table.value`` names the row whose Ki-67 cannot be read, or whose exact 0
        has no logarithm.
    StatisticsError
        ``statistics.too-few``, ``statistics.constant``, ``statistics.option``
    """
    read = _read(question, cases)
    has_index = np.array([index is not None for index in read], dtype=np.bool_)
    answers = []
    findings: list[Finding] = []
    for marker in question.markers or tuple(cases.markers):
        values = cases.marker(marker)
        known = np.isfinite(values) & has_index
        chosen = [index for index, use in zip(read, known, strict=True) if use and index is not None]
        with naming(marker):
            one = _answer(question, methods, streams, marker, values[known], chosen, known)
        answers.append(one)
        findings += of_marker(marker, one.kendall.findings)
        findings += of_marker(marker, one.regression.findings if one.regression is not None else ())
    return Ki67Answer(
        tuple(answers),
        question.transform,
        question.counted,
        methods.confidence_level,
        tuple(findings),
    )


def _answer(
    question: Ki67Question,
    methods: Analysis,
    streams: Streams,
    marker: str,
    values: Floats,
    read: list[Ki67],
    known: Bools,
) -> MarkerKi67:
    index = interval_values(
        [ki67.low for ki67 in read],
        [ki67.high for ki67 in read],
        low_open=[not ki67.low_closed for ki67 in read],
        high_open=[not ki67.high_closed for ki67 in read],
    )
    kendall = estimate_interval_kendall(
        values,
        index,
        method=_test(question, values.size),
        rng=streams.rng("ki67", marker, "permutation"),
        n_permutations=question.permutations,
    )
    regression, refused = _regression(question, methods, values, index)
    return MarkerKi67(
        marker=marker,
        kendall=kendall,
        tau_bounds=_bounds(values, index, "kendall"),
        rho_bounds=_bounds(values, index, "spearman"),
        regression=regression,
        regression_refused=refused,
        marker_spread=float(np.std(values, ddof=1)),
        midpoint=_midpoint(question, values, index),
        values=tuple(
            Ki67Value(float(value), ki67.low, ki67.high) for value, ki67 in zip(values, read, strict=True)
        ),
        line=_line(question, values, regression),
        n_missing=int(np.count_nonzero(~known)),
    )


def _test(question: Ki67Question, n: int) -> IntervalTest:
    if question.test == "auto":
        return "permutation" if n <= _MOST_PERMUTED else "asymptotic"
    return question.test


def _read(question: Ki67Question, cases: CaseTable) -> list[Ki67 | None]:
    read: list[Ki67 | None] = []
    for row, text in zip(cases.rows, cases.text(question.column), strict=True):
        if text is None or not text.strip():
            read.append(None)
            continue
        try:
            ki67 = parse_ki67(text, decimal=question.decimal)
        except GradingError as refused:
            raise TableError(
                "table.value",
                f"The Ki-67 of {row} cannot be read. {refused.sentence}",
                remedy=refused.remedy,
                column=question.column,
                row=row,
            ) from None
        if question.transform == "log" and ki67.high == 0.0:
            raise TableError(
                "table.value",
                f"The Ki-67 of {row} is exactly 0, which has no logarithm.",
                remedy='Write transform = "log1p", which takes log(1 + Ki-67).',
                column=question.column,
                row=row,
            )
        read.append(ki67)
    return read


def _transformed(question: Ki67Question, percent: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(percent) if question.transform == "log" else np.log1p(percent))


def _regression(
    question: Ki67Question, methods: Analysis, values: Floats, index: IntervalValues
) -> tuple[IntervalRegression | None, str]:
    # The ends of the percent scale limit nothing: "<1" is a bound from above, ">20" one from below.
    exact = index.is_exact
    low = np.where((index.low <= 0.0) & ~exact, -np.inf, _transformed(question, index.low))
    high = np.where((index.high >= _WHOLE_SCALE) & ~exact, np.inf, _transformed(question, index.high))
    try:
        fit = fit_interval_regression(
            interval_values(low, high), {"marker": values}, level=methods.confidence_level
        )
    except StatisticsError as refused:
        return None, refused.sentence
    return fit, ""


def _bounds(values: Floats, index: IntervalValues, statistic: str) -> CorrelationBounds | None:
    if values.size > _LARGEST_BOUNDS:
        return None
    return bound_correlation(values, index, statistic="kendall" if statistic == "kendall" else "spearman")


def _midpoint(question: Ki67Question, values: Floats, index: IntervalValues) -> MidpointComparison | None:
    middle = (index.low + index.high) / 2.0
    if np.all(middle == middle[0]):
        return None
    rank = estimate_spearman(values, middle, interval="none")
    target = _transformed(question, middle)
    deviation = values - values.mean()
    return MidpointComparison(
        rho=rank.rho,
        p_value=rank.p_value,
        slope=float(deviation @ (target - target.mean()) / (deviation @ deviation)),
        n_replaced=int(np.count_nonzero(~index.is_exact)),
    )


def _line(
    question: Ki67Question, values: Floats, regression: IntervalRegression | None
) -> tuple[Ki67LinePoint, ...]:
    if regression is None:
        return ()
    grid = np.linspace(float(values.min()), float(values.max()), _LINE_POINTS)
    line = predict_line(regression, {"marker": grid})
    back = math.exp if question.transform == "log" else math.expm1
    return tuple(
        Ki67LinePoint(float(x), *(min(max(back(float(v)), 0.0), _WHOLE_SCALE) for v in (middle, low, high)))
        for x, middle, low, high in zip(grid, line.location, line.low, line.high, strict=True)
    )
