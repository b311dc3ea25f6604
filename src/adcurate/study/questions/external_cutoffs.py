"""``external-cutoffs``: from the table of cases to what published cut-offs do here."""

from __future__ import annotations

import math

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.answers.external_cutoffs import (
    AppliedCutoff,
    ExternalCutoffsAnswer,
    ExternalCutoffsQuestion,
)
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.validation import compare_external_cutoff
from adcurate.study.questions.roc_cases import of_marker, positives_of, with_outcome
from adcurate.study.streams import Streams


def answer_external_cutoffs(
    question: ExternalCutoffsQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> ExternalCutoffsAnswer:
    """Apply each published cut-off to the complete cases of its marker; nothing is drawn.

    Raises
    ------
    TableError
        ``table.missing-column``
    StatisticsError
        ``statistics.option``, ``statistics.too-few``, ``statistics.one-class``
    """
    del streams
    n = len(question.cutoffs)
    if n == 0 or len(question.studies) != n:
        raise _uneven("studies", len(question.studies), n)
    markers = _markers(question, cases)
    sensitivities = _entries("sensitivities", question.sensitivities, n)
    specificities = _entries("specificities", question.specificities, n)
    n_positive = _entries("n_positive", question.n_positive, n)
    n_negative = _entries("n_negative", question.n_negative, n)
    entries: list[AppliedCutoff] = []
    findings: list[Finding] = []
    for i, (study, cutoff, name) in enumerate(zip(question.studies, question.cutoffs, markers, strict=True)):
        complete, n_missing = with_outcome(cases, [name])
        result = compare_external_cutoff(
            complete.marker(name),
            positives_of(complete),
            cutoff,
            direction=complete.directions[name],
            study=study,
            printed_sensitivity=sensitivities[i],
            printed_specificity=specificities[i],
            n_positive=_whole("n_positive", n_positive[i]),
            n_negative=_whole("n_negative", n_negative[i]),
            interval=question.interval,
            level=methods.confidence_level,
            resolution=cases.resolution,
        )
        entries.append(AppliedCutoff(name, result, len(complete), n_missing))
        findings += of_marker(result.findings, name)
    return ExternalCutoffsAnswer(
        entries=tuple(entries),
        positive_label=cases.positive_label,
        negative_label=cases.negative_label,
        level=methods.confidence_level,
        findings=tuple(findings),
    )


def _markers(question: ExternalCutoffsQuestion, cases: CaseTable) -> tuple[str, ...]:
    n, asked = len(question.cutoffs), question.markers or tuple(cases.markers)
    if len(asked) == 1:
        asked = asked * n
    if len(asked) != n:
        raise StatisticsError(
            "statistics.option",
            f"{n} cut-offs need one marker for all, or one an entry; {len(asked)} are named or in the table.",
            remedy="Name the marker of each cut-off in markers.",
        )
    for name in asked:
        cases.marker(name)
    return asked


def _entries(key: str, values: tuple[float, ...], n: int) -> tuple[float, ...]:
    """One number an entry; NaN where it was not printed."""
    if not values:
        return (math.nan,) * n
    if len(values) != n:
        raise _uneven(key, len(values), n)
    return tuple(math.nan if value == -1 else float(value) for value in values)


def _whole(key: str, value: float) -> int | None:
    if math.isnan(value):
        return None
    if value != round(value) or value < 1:
        raise StatisticsError(
            "statistics.option",
            f"{key} holds whole numbers of cases.",
            remedy="Write -1 where it is not known.",
            value=value,
        )
    return round(value)


def _uneven(key: str, held: int, n: int) -> StatisticsError:
    return StatisticsError(
        "statistics.option",
        f"{key} has {held} entries and cutoffs has {n}: they must go entry by entry, and hold at least one.",
        remedy="Give one entry for each published cut-off; -1 where a number was not printed.",
        n_entries=held,
        n_cutoffs=n,
    )
