"""What is missing, and, only where the plan asks for it, the main answers over imputed tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError, TableError
from adcurate.findings import Finding
from adcurate.model.answers.missing import (
    ImputationRecord,
    MarkerMissing,
    MissingAnswer,
    MissingQuestion,
)
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.correlation import SpearmanEstimate, estimate_spearman
from adcurate.statistics.models.imputation import Imputation, impute_chained
from adcurate.statistics.models.missing import describe_missing
from adcurate.statistics.models.pooling import PooledEstimate, pool_auc, pool_spearman
from adcurate.statistics.roc.auc import AucEstimate, estimate_auc
from adcurate.statistics.values import to_resolution
from adcurate.study.questions.naming import of_marker
from adcurate.study.streams import Streams

_OUTCOME: Final = "outcome"
_GRADE: Final = "grade"


@dataclass(frozen=True, slots=True, eq=False)
class _Reference:
    """The reference standard of each row: outcome as 0 and 1, grade as its place; NaN where unknown."""

    positive: Floats
    grade: Floats

    @property
    def known(self) -> Bools:
        """(n,) rows whose reference standard is complete, as far as the table has one."""
        parts = [np.isfinite(column) for column in (self.positive, self.grade) if np.isfinite(column).any()]
        return np.asarray(np.all(parts, axis=0)) if parts else np.zeros(self.positive.size, dtype=np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class _Filled:
    """The imputed tables of the rows with a reference standard."""

    imputation: Imputation
    rows: Bools
    prefix: str


def answer_missing(
    question: MissingQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> MissingAnswer:
    """Count what is missing, answer from complete cases, and beside it from imputed tables if asked.

    Raises
    ------
    TableError
        ``table.missing-column``; ``table.value`` when a predictor of more than two classes has blanks.
    StatisticsError
        ``statistics.too-few``, ``statistics.constant``, ``statistics.option`` from the imputation
    """
    markers = question.markers or tuple(cases.markers)
    reference = _reference(cases)
    values = {marker: cases.marker(marker) for marker in markers}
    pattern = describe_missing(_missing(question, cases, reference, values))
    filled = _impute(question, cases, reference, values, streams) if question.impute else None
    answers = []
    findings: list[Finding] = []
    for marker in markers:
        one, found = _answer(marker, values[marker], cases, reference, methods, filled)
        answers.append(one)
        findings += of_marker(marker, found)
    record = None
    if filled is not None:
        findings += filled.imputation.findings
        record = _record(filled, reference)
    return MissingAnswer(pattern, tuple(answers), record, methods.confidence_level, tuple(findings))


def _reference(cases: CaseTable) -> _Reference:
    place = {grade: float(i) for i, grade in enumerate(cases.grades)}
    return _Reference(
        np.array([np.nan if flag is None else float(flag) for flag in cases.positive]),
        np.array([np.nan if grade is None else place.get(grade, np.nan) for grade in cases.grade]),
    )


def _missing(
    question: MissingQuestion, cases: CaseTable, reference: _Reference, values: Mapping[str, Floats]
) -> dict[str, Bools]:
    missing: dict[str, Bools] = {}
    if np.isfinite(reference.positive).any():
        missing[_OUTCOME] = np.isnan(reference.positive)
    if np.isfinite(reference.grade).any():
        missing[_GRADE] = np.isnan(reference.grade)
    for name, column in values.items():
        missing[name] = np.isnan(column)
    for name in question.predictors:
        if name not in values:
            missing[name] = np.array([cell is None or not cell.strip() for cell in cases.text(name)])
    return missing


def _impute(
    question: MissingQuestion,
    cases: CaseTable,
    reference: _Reference,
    values: Mapping[str, Floats],
    streams: Streams,
) -> _Filled:
    rows = reference.known
    columns = {f"marker {name}": column[rows] for name, column in values.items()}
    for name in question.predictors:
        if name not in values:
            columns.update(_predictor(name, cases, rows))
    # The outcome must be in the model, or the imputed values would know nothing of what is asked of them.
    grade = reference.grade[rows]
    if np.isfinite(grade).any():
        for place in np.unique(grade)[1:]:
            columns[f"outcome {cases.grades[int(place)]}"] = (grade == place).astype(np.float64)
    else:
        columns[f"outcome {cases.positive_label}"] = reference.positive[rows]
    imputation = impute_chained(
        columns,
        n_imputations=question.imputations,
        iterations=question.iterations,
        rng=streams.rng("missing", "imputation"),
        method=question.method,
    )
    return _Filled(imputation, rows, "marker ")


def _predictor(name: str, cases: CaseTable, rows: Bools) -> dict[str, Floats]:
    """A column of numbers as it is; classes as columns of 0 and 1, the first class left out."""
    try:
        return {name: cases.numbers(name)[rows]}
    except TableError as refused:
        if refused.code != "table.value":
            raise
    text = [
        cell if cell and cell.strip() else None
        for cell, use in zip(cases.text(name), rows, strict=True)
        if use
    ]
    classes = sorted({cell for cell in text if cell is not None})
    blank = np.array([cell is None for cell in text])
    if len(classes) > 2 and blank.any():
        raise TableError(
            "table.value",
            f"The column {name!r} has {len(classes)} classes and blanks; only classes of two are imputed.",
            remedy="Join classes until two are left, or leave the column out of the predictors.",
            column=name,
        )
    return {
        f"{name} {one}": np.where(blank, np.nan, np.array([float(cell == one) for cell in text]))
        for one in classes[1:]
    }


def _answer(
    marker: str,
    values: Floats,
    cases: CaseTable,
    reference: _Reference,
    methods: Analysis,
    filled: _Filled | None,
) -> tuple[MarkerMissing, list[Finding]]:
    findings: list[Finding] = []
    measured = np.isfinite(values)
    auc = _auc(
        marker, values, measured & np.isfinite(reference.positive), cases, reference, methods, findings
    )
    rho = _rho(marker, values, measured & np.isfinite(reference.grade), reference, methods, findings)
    pooled_auc: PooledEstimate | None = None
    pooled_rho: PooledEstimate | None = None
    n_imputed = 0
    if filled is not None:
        n_imputed = int(np.count_nonzero(~measured & filled.rows))
        tables = to_resolution(filled.imputation.tables[filled.prefix + marker], cases.resolution)
        if auc is not None:
            pooled_auc = _pooled_auc(
                marker, tables, cases, reference.positive[filled.rows], methods, findings
            )
        if rho is not None:
            pooled_rho = _pooled_rho(marker, tables, reference.grade[filled.rows], methods, findings)
        for pooled in (pooled_auc, pooled_rho):
            findings += pooled.findings if pooled is not None else ()
    n_pooled = int(np.count_nonzero(filled.rows)) if filled is not None else 0
    return MarkerMissing(marker, auc, rho, pooled_auc, pooled_rho, n_imputed, n_pooled), findings


def _auc(
    marker: str,
    values: Floats,
    rows: Bools,
    cases: CaseTable,
    reference: _Reference,
    methods: Analysis,
    findings: list[Finding],
) -> AucEstimate | None:
    try:
        return estimate_auc(
            values[rows],
            reference.positive[rows].astype(np.int64),
            direction=cases.directions[marker],
            interval="delong",
            level=methods.confidence_level,
        )
    except StatisticsError as refused:
        findings.append(_not_estimated("area under the curve", marker, refused))
        return None


def _rho(
    marker: str,
    values: Floats,
    rows: Bools,
    reference: _Reference,
    methods: Analysis,
    findings: list[Finding],
) -> SpearmanEstimate | None:
    if not np.isfinite(reference.grade).any():
        return None
    try:
        return estimate_spearman(
            values[rows], reference.grade[rows], interval="bonett-wright", level=methods.confidence_level
        )
    except StatisticsError as refused:
        findings.append(_not_estimated("rank correlation", marker, refused))
        return None


def _pooled_auc(
    marker: str,
    tables: Floats,
    cases: CaseTable,
    positive: Floats,
    methods: Analysis,
    findings: list[Finding],
) -> PooledEstimate | None:
    try:
        each = [
            estimate_auc(
                table, positive.astype(np.int64), direction=cases.directions[marker], interval="none"
            )
            for table in tables
        ]
        return pool_auc(
            [one.value for one in each],
            [one.standard_error for one in each],
            n=positive.size,
            level=methods.confidence_level,
        )
    except StatisticsError as refused:
        findings.append(_not_estimated("pooled area under the curve", marker, refused))
        return None


def _pooled_rho(
    marker: str, tables: Floats, grade: Floats, methods: Analysis, findings: list[Finding]
) -> PooledEstimate | None:
    try:
        each = [estimate_spearman(table, grade, interval="none").rho for table in tables]
        return pool_spearman(each, n=grade.size, level=methods.confidence_level)
    except StatisticsError as refused:
        findings.append(_not_estimated("pooled rank correlation", marker, refused))
        return None


def _record(filled: _Filled, reference: _Reference) -> ImputationRecord:
    made = filled.imputation
    return ImputationRecord(
        n_imputations=made.n_imputations,
        iterations=made.iterations,
        method=made.method,
        columns=tuple(name.removeprefix(filled.prefix) for name in made.tables),
        n_imputed={name.removeprefix(filled.prefix): n for name, n in made.n_imputed.items()},
        mixing={name.removeprefix(filled.prefix): ratio for name, ratio in made.mixing.items()},
        n_rows=made.n,
        n_without_reference=int(np.count_nonzero(~reference.known)),
    )


def _not_estimated(what: str, marker: str, refused: StatisticsError) -> Finding:
    return Finding(
        "missing.not-estimated",
        f"The {what} of {marker} was not estimated. {refused.sentence}",
        where={"code": refused.code},
    )
