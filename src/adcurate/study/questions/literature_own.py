"""This study as one more row of the literature: its table of cases brought to what other studies print."""

from __future__ import annotations

from typing import Final

import numpy as np

from adcurate.arrays import Bools
from adcurate.model.answers.literature import StudyAccuracy, StudyCorrelation, StudyMean
from adcurate.model.cases import CaseTable
from adcurate.statistics.correlation import estimate_spearman
from adcurate.statistics.cutoff import estimate_youden

THIS_STUDY: Final = "This study"


def own_means(
    cases: CaseTable, marker: str, *, unit: str, named: str | None = None, study: str = THIS_STUDY
) -> tuple[StudyMean, ...]:
    """Summarize each grade of this study; lesions without a grade or a value are not in it.

    `marker` is the column of `cases`, in `unit` ("mm2/s" for an ADC); `named` is its name in the table of
    studies, when that is another. A grade with fewer than two lesions has no row.

    Raises
    ------
    TableError
        ``table.missing-column``
    """
    values = cases.marker(marker)
    rows = []
    for grade in _grades(cases):
        chosen = _of_grade(cases, grade) & np.isfinite(values)
        n = int(np.count_nonzero(chosen))
        if n >= 2:
            mean, sd = float(np.mean(values[chosen])), float(np.std(values[chosen], ddof=1))
            rows.append(StudyMean(study, None, named or marker, grade, n, "mean-sd", mean, sd, unit=unit))
    return tuple(rows)


def own_accuracy(
    cases: CaseTable, marker: str, *, unit: str, named: str | None = None, study: str = THIS_STUDY
) -> StudyAccuracy:
    """Count this study's lesions at its own Youden cut-off, as other studies have done at theirs.

    Raises
    ------
    TableError
        ``table.missing-column``
    StatisticsError
        ``statistics.one-class``
    """
    values = cases.marker(marker)
    known = np.isfinite(values) & np.array([side is not None for side in cases.positive], dtype=bool)
    positive = np.array([side is True for side in cases.positive], dtype=bool)[known]
    found = estimate_youden(values[known], positive, direction=cases.directions[marker], interval="none")
    called = values[known] <= found.cutoff if found.rule == "<=" else values[known] >= found.cutoff
    return StudyAccuracy(
        study=study,
        year=None,
        marker=named or marker,
        cutoff=found.cutoff,
        unit=unit,
        tp=int(np.count_nonzero(called & positive)),
        fn=int(np.count_nonzero(~called & positive)),
        fp=int(np.count_nonzero(called & ~positive)),
        tn=int(np.count_nonzero(~called & ~positive)),
    )


def own_correlation(
    cases: CaseTable,
    marker: str,
    *,
    against: str = "who-grade",
    named: str | None = None,
    study: str = THIS_STUDY,
) -> StudyCorrelation:
    """Take Spearman's correlation of a marker with the order of the grades in this study.

    Raises
    ------
    TableError
        ``table.missing-column``
    StatisticsError
        ``statistics.too-few``, ``statistics.constant``
    """
    values = cases.marker(marker)
    order = {grade: float(place) for place, grade in enumerate(_grades(cases))}
    grades = np.array([order.get(grade or "", np.nan) for grade in cases.grade])
    known = np.isfinite(values) & np.isfinite(grades)
    found = estimate_spearman(values[known], grades[known], interval="none")
    return StudyCorrelation(study, None, named or marker, against, "spearman", found.rho, found.n)


def _grades(cases: CaseTable) -> tuple[str, ...]:
    return cases.grades or tuple(sorted({grade for grade in cases.grade if grade is not None}))


def _of_grade(cases: CaseTable, grade: str) -> Bools:
    return np.array([own == grade for own in cases.grade], dtype=bool)
