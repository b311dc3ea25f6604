"""``calibration``: from the table of cases to how predicted risks compare with what was observed."""

from __future__ import annotations

import numpy as np

from adcurate.errors import StatisticsError, TableError
from adcurate.findings import Finding
from adcurate.model.answers.calibration import CalibrationAnswer, CalibrationQuestion, ModelCalibration
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.validation import assess_calibration, correct_model_optimism, predict_left_out
from adcurate.study.questions.roc_cases import markers_of, of_marker, positives_of, with_outcome
from adcurate.study.streams import Streams


def answer_calibration(
    question: CalibrationQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> CalibrationAnswer:
    """Judge the risks of a column, or of logistic models of the markers, on complete cases.

    Raises
    ------
    TableError
        ``table.missing-column``; ``table.value`` names the row of a risk that is no probability.
    StatisticsError
        ``statistics.option``, ``statistics.too-few``, ``statistics.one-class``, ``statistics.constant``,
        ``statistics.collinear``, ``statistics.no-convergence``
    """
    if question.risks:
        models = [_of_column(question, cases, methods)]
    else:
        names = markers_of(question.markers, cases)
        sets = [names] if question.together else [(name,) for name in names]
        models = [_of_markers(question, chosen, cases, methods, streams) for chosen in sets]
    findings: list[Finding] = []
    for model in models:
        findings += of_marker(model.calibration.findings, model.name)
        if model.model is not None:
            findings += of_marker(model.model.findings, model.name)
    return CalibrationAnswer(
        models=tuple(models),
        positive_label=cases.positive_label,
        negative_label=cases.negative_label,
        findings=tuple(findings),
    )


def _of_column(question: CalibrationQuestion, cases: CaseTable, methods: Analysis) -> ModelCalibration:
    risks = cases.numbers(question.risks)
    kept = np.isfinite(risks) & np.array([value is not None for value in cases.positive], dtype=np.bool_)
    complete = cases.take(kept)
    for row, risk in zip(complete.rows, risks[kept], strict=True):
        if not 0.0 < risk < 1.0:
            raise TableError(
                "table.value",
                f"The column {question.risks!r} holds predicted risks, strictly between 0 and 1; "
                f"that of {row} is not.",
                remedy="Write 5 % as 0.05.",
                column=question.risks,
                row=row,
            )
    if len(complete) == 0:
        raise StatisticsError(
            "statistics.too-few",
            f"No row has both an outcome and a risk in {question.risks!r}.",
            remedy="Check the column's name.",
            n=0,
        )
    found = assess_calibration(
        risks[kept], positives_of(complete), n_groups=question.groups, level=methods.confidence_level
    )
    return ModelCalibration(question.risks, "column", found, None, len(complete), len(cases) - len(complete))


def _of_markers(
    question: CalibrationQuestion,
    names: tuple[str, ...],
    cases: CaseTable,
    methods: Analysis,
    streams: Streams,
) -> ModelCalibration:
    complete, n_missing = with_outcome(cases, names)
    predictors = np.column_stack([complete.marker(name) for name in names])
    positive = positives_of(complete)
    # Draws see the cases in an order of their own values, so that no row's place can move a number.
    order = np.lexsort((positive, *predictors.T[::-1]))
    predictors, positive = predictors[order], positive[order]
    model = correct_model_optimism(
        predictors,
        positive,
        names=names,
        penalty=question.penalty,
        n_resamples=question.resamples,
        rng=streams.rng("calibration", *names, "optimism"),
    )
    risks = predict_left_out(predictors, positive, names=names, penalty=question.penalty)
    found = assess_calibration(risks, positive, n_groups=question.groups, level=methods.confidence_level)
    return ModelCalibration(" + ".join(names), "leave-one-out", found, model, positive.size, n_missing)
