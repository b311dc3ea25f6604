"""Several lesions in a subject: each estimate with lesions as independent, clustered, and one a subject."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import Final

import numpy as np

from adcurate.arrays import Bools, Floats, Integers
from adcurate.errors import StatisticsError, TableError
from adcurate.findings import Finding
from adcurate.model.answers.clusters import (
    ANALYSES,
    ClusterAnalysis,
    ClustersAnswer,
    ClustersQuestion,
    MarkerClusters,
    MarkerPairClusters,
)
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.clusters import (
    ClusteredAucDifference,
    choose_one_lesion,
    compare_clustered_aucs,
    estimate_clustered_auc,
    estimate_subject_icc,
)
from adcurate.statistics.cutoff import estimate_youden
from adcurate.statistics.marker import Direction, rule_of
from adcurate.study.questions.cluster_estimates import Lesions, MarkerEstimates, attempt, take_lesions
from adcurate.study.streams import Streams

_AUC_INTERVALS: Final = ("obuchowski", "obuchowski-logit")


def answer_clusters(
    question: ClustersQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> ClustersAnswer:
    """Estimate each marker's quantities under the three analyses; `cases` has one row for each lesion.

    Raises
    ------
    TableError
        ``table.missing-column``; ``table.value`` names a lesion that has two rows, or a lesion without size.
    StatisticsError
        ``statistics.option``; ``statistics.one-class``, ``statistics.too-few`` and ``statistics.constant``
        where not even the estimate over all lesions exists.
    """
    markers = question.markers or tuple(cases.markers)
    if question.cutoffs and len(question.cutoffs) != len(markers):
        raise StatisticsError(
            "statistics.option",
            f"There are {len(markers)} markers and {len(question.cutoffs)} cut-offs.",
            remedy="Give one cut-off for each marker, in the same order, or none.",
        )
    if question.difference not in ("mean", "median") or question.auc_interval not in _AUC_INTERVALS:
        raise StatisticsError(
            "statistics.option",
            "Groups of lesions are compared by mean or median; the interval of the area is obuchowski or "
            "obuchowski-logit.",
            remedy="Name one of these.",
        )
    _refuse_two_rows(cases)
    cases = cases.take(sorted(range(len(cases)), key=lambda i: cases.subject[i]))  # stable: first stays first
    answers = tuple(
        _marker(question, cases, name, question.cutoffs[i] if question.cutoffs else None, methods, streams)
        for i, name in enumerate(markers)
    )
    per_subject = Counter(Counter(cases.subject).values())
    return ClustersAnswer(
        markers=answers,
        pairs=tuple(_pair(question, cases, one, two, methods) for one, two in combinations(markers, 2)),
        one_lesion=question.one_lesion,
        difference=question.difference,
        stratified=question.stratified,
        n_resamples=methods.bootstrap_resamples,
        level=methods.confidence_level,
        lesions_per_subject=dict(sorted(per_subject.items())),
        positive_label=cases.positive_label,
        negative_label=cases.negative_label,
        findings=_findings(answers, per_subject),
    )


def _marker(
    question: ClustersQuestion,
    cases: CaseTable,
    marker: str,
    stated: float | None,
    methods: Analysis,
    streams: Streams,
) -> MarkerClusters:
    values = cases.marker(marker)
    known = np.array([flag is not None for flag in cases.positive], dtype=np.bool_)
    kept = known & np.isfinite(values)
    everything = _lesions("clustered", cases, kept, values, cases.directions[marker])
    alone = replace(everything, analysis="independent", subject=_every_lesion_alone(everything))
    one_each = take_lesions(everything, "one-lesion", _stand_ins(question, cases.take(kept)))
    direction = everything.direction
    cutoff = stated
    if cutoff is None:
        cutoff = estimate_youden(
            everything.values, everything.positive, direction=direction, interval="none"
        ).cutoff
    estimates = [
        estimate
        for lesions in (alone, everything, one_each)
        for estimate in MarkerEstimates(question, marker, lesions, cutoff, methods, streams).all(
            bool(cases.grades)
        )
    ]
    test = estimate_clustered_auc(
        everything.values, everything.positive, everything.subject, direction=direction
    )
    return MarkerClusters(
        marker=marker,
        direction=direction,
        rule=rule_of(direction),
        cutoff=cutoff,
        cutoff_stated=stated is not None,
        estimates=tuple(estimates),
        icc=estimate_subject_icc(everything.values, everything.subject),
        p_value=test.p_value,
        n_lesions=everything.values.size,
        n_subjects=everything.n_subjects,
        n_both=test.n_subjects_both,
        n_missing=int((known & ~kept).sum()),
        n_unclassified=int((~known).sum()),
        n_ungraded=int(np.isnan(everything.grade).sum()) if cases.grades else 0,
    )


def _pair(
    question: ClustersQuestion, cases: CaseTable, first: str, second: str, methods: Analysis
) -> MarkerPairClusters:
    one, two = cases.marker(first), cases.marker(second)
    known = np.array([flag is not None for flag in cases.positive], dtype=np.bool_)
    kept = known & np.isfinite(one) & np.isfinite(two)
    held = cases.take(kept)
    everyone = np.arange(len(held))
    positive = np.array([bool(flag) for flag in held.positive], dtype=np.bool_)
    chosen = {"one-lesion": _stand_ins(question, held)}
    tests: dict[str, ClusteredAucDifference | None] = {}
    for analysis in ANALYSES:
        at = chosen.get(analysis, everyone)
        whose = np.array(held.subject, dtype=str)[at] if analysis == "clustered" else at
        test, _ = attempt(
            lambda at=at, whose=whose: compare_clustered_aucs(  # type: ignore[misc]
                one[kept][at],
                two[kept][at],
                positive[at],
                whose,
                directions=(cases.directions[first], cases.directions[second]),
                level=methods.confidence_level,
            )
        )
        if test is not None and analysis != "clustered":
            interval = replace(test.interval, method="delong")
            test = replace(test, interval=interval, method="paired areas; DeLong")
        tests[analysis] = test
    return MarkerPairClusters(first, second, tests)


def _lesions(
    analysis: ClusterAnalysis, cases: CaseTable, kept: Bools, values: Floats, direction: Direction
) -> Lesions:
    held = cases.take(kept)
    order = {grade: float(i) for i, grade in enumerate(cases.grades)}
    return Lesions(
        analysis,
        values[kept],
        np.array([bool(flag) for flag in held.positive], dtype=np.bool_),
        np.array([order.get(str(grade), math.nan) for grade in held.grade], dtype=np.float64),
        held.subject,
        direction,
    )


def _every_lesion_alone(lesions: Lesions) -> tuple[str, ...]:
    """A name for each lesion that follows its values, so that draws do not depend on the order of rows."""
    order = np.lexsort((lesions.grade, lesions.values, lesions.positive))
    names = np.empty(order.size, dtype=object)
    for rank, position in enumerate(order):
        names[position] = f"{rank:09d}"
    return tuple(names)


def _stand_ins(question: ClustersQuestion, held: CaseTable) -> Integers:
    if question.one_lesion == "first" or not len(held):
        return choose_one_lesion(held.subject, choice="first")
    if not question.size_column:
        raise StatisticsError(
            "statistics.option",
            "The largest lesion of a subject needs a column of sizes.",
            remedy='Write size_column = "..." with the column\'s name, or one_lesion = "first".',
        )
    sizes = held.numbers(question.size_column)
    if not np.isfinite(sizes).all():
        row = held.rows[int(np.flatnonzero(~np.isfinite(sizes))[0])]
        raise TableError(
            "table.value",
            f"The lesion of {row} has no size in {question.size_column!r}.",
            remedy="Fill in the size of every lesion, or take the first lesion of each subject.",
            row=row,
            column=question.size_column,
        )
    return choose_one_lesion(held.subject, choice="largest", size=sizes)


def _refuse_two_rows(cases: CaseTable) -> None:
    seen: set[tuple[str, str]] = set()
    for row, subject, lesion in zip(cases.rows, cases.subject, cases.lesion, strict=True):
        if lesion and (subject, lesion) in seen:
            raise TableError(
                "table.value",
                f"{row.capitalize()} is a second reading of the same lesion.",
                remedy="Choose one reading of each lesion before lesions are analysed.",
                row=row,
            )
        seen.add((subject, lesion))


def _findings(markers: tuple[MarkerClusters, ...], per_subject: Counter[int]) -> tuple[Finding, ...]:
    findings = []
    if set(per_subject) <= {1}:
        findings.append(
            Finding(
                "clusters.one-lesion-each",
                "Every subject has one lesion: the three analyses are the same.",
                severity="note",
            )
        )
    few = [one for one in markers if one.n_subjects < 20]
    if few:
        findings.append(
            Finding(
                "clusters.few-subjects",
                f"Standard errors and resamples come from {min(one.n_subjects for one in few)} subjects; "
                "with fewer than 20 they tend to be too small.",
            )
        )
    if any(not one.cutoff_stated for one in markers):
        findings.append(
            Finding(
                "clusters.cutoff-chosen-here",
                "Sensitivity and specificity are judged at a cut-off that was chosen on the same lesions and "
                "are optimistic; their intervals do not know that it was chosen.",
            )
        )
    return tuple(findings)
