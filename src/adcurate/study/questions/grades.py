"""``grades``: from the table of cases to how well each marker tells the grades apart."""

from __future__ import annotations

import numpy as np

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.answers.grades import GradesAnswer, GradeSeparation, GradesQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.roc import compare_class_pairs, estimate_ordered_volume, estimate_ordinal_c
from adcurate.study.questions.roc_cases import markers_of, of_marker
from adcurate.study.streams import Streams


def answer_grades(
    question: GradesQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> GradesAnswer:
    """Compare the grades in pairs and in order, for each marker on its own complete cases.

    Raises
    ------
    TableError
        ``table.missing-column``
    StatisticsError
        ``statistics.option``, ``statistics.too-few``
    """
    order = question.grades or cases.grades
    if len(order) < 2 or len(set(order)) < len(order):
        raise StatisticsError(
            "statistics.option",
            "The grades need an order: two or more of them, each named once, lowest first.",
            remedy="Write grades = and their names.",
            n=len(order),
        )
    separations: dict[str, GradeSeparation] = {}
    findings: list[Finding] = []
    for name in markers_of(question.markers, cases):
        separation = _separation(question, name, order, cases, methods, streams)
        separations[name] = separation
        own = [finding for pair in separation.pairs for finding in pair.findings]
        own += separation.c_index.findings
        own += separation.volume.findings if separation.volume else (_TWO_GRADES,)
        absent = [grade for grade in order if grade not in separation.sizes]
        if absent:
            sentence = "Some of the grades have no complete case."
            own.append(Finding("grades.absent", sentence, "note", {"grades": ", ".join(absent)}))
        findings += of_marker(own, name)
    return GradesAnswer(separations, methods.confidence_level, tuple(findings))


def _separation(
    question: GradesQuestion,
    name: str,
    order: tuple[str, ...],
    cases: CaseTable,
    methods: Analysis,
    streams: Streams,
) -> GradeSeparation:
    marker = cases.marker(name)
    known = [i for i, grade in enumerate(cases.grade) if grade is not None and np.isfinite(marker[i])]
    chosen = [i for i in known if cases.grade[i] in order]
    classes = {
        grade: np.sort([marker[i] for i in chosen if cases.grade[i] == grade])
        for grade in order
        if any(cases.grade[i] == grade for i in chosen)
    }
    if len(classes) < 2:
        raise StatisticsError(
            "statistics.too-few",
            f"{name}: the complete cases hold {len(classes)} of the grades; two or more are needed.",
            remedy="Check the grades' names and their order.",
            n=len(classes),
        )
    direction, level = cases.directions[name], methods.confidence_level
    n_resamples = methods.bootstrap_resamples
    volume = None
    if len(classes) > 2:
        volume = estimate_ordered_volume(
            classes,
            direction=direction,
            interval="percentile-bootstrap",
            level=level,
            rng=streams.rng("grades", name, "volume"),
            n_resamples=n_resamples,
        )
    return GradeSeparation(
        marker=name,
        direction=direction,
        sizes={grade: values.size for grade, values in classes.items()},
        pairs=compare_class_pairs(
            classes,
            direction=direction,
            interval=question.interval,
            test=question.test,
            level=level,
            rng=streams.rng("grades", name, "pairs"),
            n_resamples=n_resamples,
        ),
        c_index=estimate_ordinal_c(
            classes,
            direction=direction,
            interval=question.c_interval,
            level=level,
            rng=streams.rng("grades", name, "c-index"),
            n_resamples=n_resamples,
        ),
        volume=volume,
        n_missing=len(cases) - len(known),
        n_left_out=len(known) - len(chosen),
    )


_TWO_GRADES = Finding(
    "grades.two-only",
    "Only two grades are present: there is no volume under a surface.",
    "note",
)
