"""Each marker against the order of the grades, and given covariates."""

from __future__ import annotations

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import TableError
from adcurate.findings import Finding
from adcurate.model.answers.trend import MarkerTrend, TrendAnswer, TrendQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.correlation import PartialSpearman, estimate_kendall, estimate_partial_spearman
from adcurate.statistics.groups import compare_jonckheere_terpstra
from adcurate.study.questions.naming import naming, of_marker
from adcurate.study.streams import Streams


def answer_trend(
    question: TrendQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> TrendAnswer:
    """Test each marker for a trend over the grades; rows without marker or grade are counted and left out.

    Raises
    ------
    TableError
        ``table.missing-column``; ``table.value`` names the row of a grade that the order does not hold, or of
        a covariate that is no number.
    StatisticsError
        ``statistics.too-few`` with fewer than two grades; ``statistics.constant``, ``statistics.collinear``
    """
    order = _grade_numbers(cases)
    covariates = {name: cases.numbers(name) for name in question.covariates}
    markers = []
    findings: list[Finding] = []
    for marker in question.markers or tuple(cases.markers):
        with naming(marker):
            one = _answer(question, methods, streams, marker, cases, order, covariates)
        markers.append(one)
        found = [*one.test.findings, *one.kendall.findings]
        found += one.partial.findings if one.partial is not None else ()
        findings += of_marker(marker, found)
    return TrendAnswer(tuple(markers), cases.grades, methods.confidence_level, tuple(findings))


def _answer(
    question: TrendQuestion,
    methods: Analysis,
    streams: Streams,
    marker: str,
    cases: CaseTable,
    order: Floats,
    covariates: dict[str, Floats],
) -> MarkerTrend:
    values = cases.marker(marker)
    known = np.isfinite(values) & np.isfinite(order)
    groups = {
        grade: values[known & (order == place)]
        for place, grade in enumerate(cases.grades)
        if np.any(known & (order == place))
    }
    covered = known & np.all([np.isfinite(column) for column in covariates.values()], axis=0)
    return MarkerTrend(
        marker=marker,
        test=compare_jonckheere_terpstra(groups, alternative=question.alternative, method=question.test),
        kendall=estimate_kendall(
            order[known],
            values[known],
            interval=question.tau_interval,
            level=methods.confidence_level,
            rng=streams.rng("trend", marker, "tau"),
            n_resamples=methods.bootstrap_resamples,
        ),
        partial=_partial(question, methods, streams, marker, values, order, covariates, covered),
        n_missing=int(np.count_nonzero(~known)),
        n_without_covariates=int(np.count_nonzero(known & ~covered)),
    )


def _partial(
    question: TrendQuestion,
    methods: Analysis,
    streams: Streams,
    marker: str,
    values: Floats,
    order: Floats,
    covariates: dict[str, Floats],
    covered: Bools,
) -> PartialSpearman | None:
    if not covariates:
        return None
    return estimate_partial_spearman(
        values[covered],
        order[covered],
        {name: column[covered] for name, column in covariates.items()},
        interval=question.partial_interval,
        level=methods.confidence_level,
        rng=streams.rng("trend", marker, "partial"),
        n_resamples=methods.bootstrap_resamples,
    )


def _grade_numbers(cases: CaseTable) -> Floats:
    """Each row's place in the order of the grades; NaN without a grade."""
    place = {grade: float(i) for i, grade in enumerate(cases.grades)}
    if not place:
        raise TableError(
            "table.missing-column",
            "A trend needs grades and their order; the table has none.",
            remedy="Name the column of the grades, and list them from lowest to highest.",
        )
    numbers = np.full(len(cases), np.nan)
    for i, grade in enumerate(cases.grade):
        if grade is None:
            continue
        if grade not in place:
            raise TableError(
                "table.value",
                f"The grade of {cases.rows[i]} is not one of {', '.join(cases.grades)}.",
                remedy="Correct the cell, or add the grade to the order of grades.",
                row=cases.rows[i],
            )
        numbers[i] = place[grade]
    return numbers
