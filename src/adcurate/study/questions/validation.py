"""``validation``: from the table of cases to what each marker's cut-off would do in new patients."""

from __future__ import annotations

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.answers.validation import MarkerValidation, ValidationAnswer, ValidationQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.validation import (
    CrossValidation,
    LeaveOneOut,
    correct_optimism,
    cross_validate_youden,
    describe_stability,
    leave_one_out_youden,
    repeat_youden,
)
from adcurate.study.questions.roc_cases import markers_of, of_marker, positives_of, with_outcome
from adcurate.study.streams import Streams


def answer_validation(
    question: ValidationQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> ValidationAnswer:
    """Repeat the choice of each marker's cut-off, each on its own complete cases.

    Raises
    ------
    TableError
        ``table.missing-column``
    StatisticsError
        ``statistics.option``, ``statistics.too-few``, ``statistics.one-class``, ``statistics.constant``
    """
    if question.folds < 2:
        raise StatisticsError(
            "statistics.option",
            "A cross-validation needs at least two folds.",
            remedy="Correct folds in the entry of the plan.",
            n_folds=question.folds,
        )
    markers: dict[str, MarkerValidation] = {}
    findings: list[Finding] = []
    for name in markers_of(question.markers, cases):
        found, own = _validate(question, name, cases, methods, streams)
        markers[name] = found
        findings += of_marker(own, name)
    return ValidationAnswer(
        markers=markers,
        positive_label=cases.positive_label,
        negative_label=cases.negative_label,
        level=methods.confidence_level,
        seed=methods.seed,
        findings=tuple(findings),
    )


def _validate(
    question: ValidationQuestion, name: str, cases: CaseTable, methods: Analysis, streams: Streams
) -> tuple[MarkerValidation, tuple[Finding, ...]]:
    complete, n_missing = with_outcome(cases, [name])
    marker, positive = complete.marker(name), positives_of(complete)
    direction, chosen, ties = complete.directions[name], question.direction == "chosen", question.ties
    replicates = repeat_youden(
        marker,
        positive,
        direction=direction,
        direction_chosen=chosen,
        ties=ties,
        resampling=question.resampling,
        n_resamples=question.resamples or methods.bootstrap_resamples,
        rng=streams.rng("validation", name, "bootstrap"),
    )
    bootstrap = correct_optimism(replicates)
    findings = list(bootstrap.findings)
    left_out: LeaveOneOut | None = None
    divided: CrossValidation | None = None
    fewest = min(bootstrap.n_positive, bootstrap.n_negative)
    if fewest >= 2:
        left_out = leave_one_out_youden(
            marker, positive, direction=direction, direction_chosen=chosen, ties=ties
        )
        divided = cross_validate_youden(
            marker,
            positive,
            direction=direction,
            direction_chosen=chosen,
            ties=ties,
            n_folds=min(question.folds, fewest),
            n_repeats=question.repeats,
            rng=streams.rng("validation", name, "folds"),
        )
        if divided.n_folds < question.folds:
            findings.append(
                Finding(
                    "validation.fewer-folds",
                    f"{divided.n_folds} folds were made instead of {question.folds}: the smaller class "
                    "has no more cases.",
                    severity="note",
                )
            )
    return (
        MarkerValidation(
            marker=name,
            bootstrap=bootstrap,
            stability=describe_stability(replicates, level=methods.confidence_level),
            leave_one_out=left_out,
            cross_validation=divided,
            n=len(complete),
            n_missing=n_missing,
        ),
        tuple(findings),
    )
