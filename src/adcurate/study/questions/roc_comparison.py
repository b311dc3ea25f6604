"""``roc-comparison``: from the table of cases to areas compared."""

from __future__ import annotations

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.answers.roc_comparison import ComparedCurves, RocComparisonAnswer, RocComparisonQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.roc import compare_paired_aucs, compare_unpaired_aucs, estimate_roc
from adcurate.study.questions.roc_cases import markers_of, of_marker, positives_of, with_outcome
from adcurate.study.streams import Streams


def answer_roc_comparison(
    question: RocComparisonQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> RocComparisonAnswer:
    """Compare the markers' areas, or each marker's between groups.

    Raises
    ------
    TableError
        ``table.missing-column``
    StatisticsError
        ``statistics.option``, ``statistics.too-few``, ``statistics.one-class``
    """
    names = markers_of(question.markers, cases)
    if question.groups and not question.group:
        raise StatisticsError(
            "statistics.option",
            "Groups were named, but not the column they stand in.",
            remedy="Write group = and the column's name.",
        )
    if question.group:
        compared = tuple(_between_groups(question, name, cases, methods, streams) for name in names)
    else:
        compared = (_markers(question, names, cases, methods, streams),)
    findings: list[Finding] = []
    for one in compared:
        findings += (
            of_marker(one.comparison.findings, one.subject) if one.subject else one.comparison.findings
        )
    return RocComparisonAnswer(
        comparisons=compared,
        group=question.group,
        positive_label=cases.positive_label,
        negative_label=cases.negative_label,
        level=methods.confidence_level,
        findings=tuple(findings),
    )


def _markers(
    question: RocComparisonQuestion,
    names: tuple[str, ...],
    cases: CaseTable,
    methods: Analysis,
    streams: Streams,
) -> ComparedCurves:
    if len(names) < 2:
        raise StatisticsError(
            "statistics.too-few",
            "Markers can be compared where there are two of them; there is one.",
            remedy="Name a second marker, or a column of groups to compare this one between.",
            n=len(names),
        )
    complete, n_missing = with_outcome(cases, names)
    positive = positives_of(complete)
    vectors = {name: complete.marker(name) for name in names}
    comparison = compare_paired_aucs(
        vectors,
        positive,
        directions={name: complete.directions[name] for name in names},
        method=question.method,
        level=methods.confidence_level,
        rng=streams.rng("roc-comparison", *names, "bootstrap"),
        n_resamples=methods.bootstrap_resamples,
    )
    curves = {
        name: estimate_roc(values, positive, direction=complete.directions[name])
        for name, values in vectors.items()
    }
    return ComparedCurves("", comparison, curves, n_missing, 0)


def _between_groups(
    question: RocComparisonQuestion, name: str, cases: CaseTable, methods: Analysis, streams: Streams
) -> ComparedCurves:
    text = cases.text(question.group)
    known = cases.take([i for i, value in enumerate(text) if value is not None])
    complete, n_missing = with_outcome(known, [name])
    group = np.array(complete.text(question.group), dtype=object)
    held = sorted(set(group.tolist()))
    chosen = question.groups or tuple(held)
    marker, positive = complete.marker(name), positives_of(complete)
    if len(set(chosen)) < max(2, len(chosen)):
        raise StatisticsError(
            "statistics.too-few",
            f"The column {question.group!r} gives fewer than two groups to compare.",
            remedy="Name another column, or two or more different values of this one.",
            n=len(set(chosen)),
        )
    groups: dict[str, tuple[Floats, Bools]] = {}
    for value in chosen:
        own = np.array([item == value for item in group], dtype=np.bool_)
        n_positive = int(np.count_nonzero(positive[own]))
        if n_positive in (0, int(own.sum())):
            raise StatisticsError(
                "statistics.one-class",
                f"{name}: of the {int(own.sum())} cases in group {value!r} of {question.group!r}, "
                f"{n_positive} are positive; a curve needs both classes.",
                remedy="Name the groups to compare, without this one.",
                n=int(own.sum()),
                n_positive=n_positive,
            )
        groups[value] = (marker[own], positive[own])
    direction = complete.directions[name]
    comparison = compare_unpaired_aucs(
        groups,
        direction=direction,
        method=question.method,
        reference=question.reference,
        level=methods.confidence_level,
        rng=streams.rng("roc-comparison", name, question.group, "bootstrap"),
        n_resamples=methods.bootstrap_resamples,
    )
    used = sum(values.size for values, _ in groups.values())
    return ComparedCurves(
        subject=name,
        comparison=comparison,
        curves={value: estimate_roc(*own, direction=direction) for value, own in groups.items()},
        n_missing=len(cases) - len(known) + n_missing,
        n_left_out=len(complete) - used,
    )
