"""Which rows of the table a question about curves can use: complete ones, and how many are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from adcurate.arrays import Bools
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.cases import CaseTable


def markers_of(asked: Sequence[str], cases: CaseTable) -> tuple[str, ...]:
    """The markers asked for, or all of the table's.

    Raises
    ------
    TableError
        ``table.missing-column``
    StatisticsError
        ``statistics.option`` for a marker named twice.
    """
    names = tuple(asked) or tuple(cases.markers)
    for name in names:
        cases.marker(name)
    if len(set(names)) < len(names):
        raise StatisticsError(
            "statistics.option",
            "A marker is named twice.",
            remedy="Name each marker once.",
        )
    return names


def with_outcome(cases: CaseTable, markers: Sequence[str]) -> tuple[CaseTable, int]:
    """The rows that have the outcome and all of these markers, and how many rows do not.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` when no row is left, ``statistics.one-class`` when one class is.
    """
    kept = np.array([value is not None for value in cases.positive], dtype=np.bool_)
    for name in markers:
        kept &= np.isfinite(cases.marker(name))
    complete = cases.take(kept)
    n_positive = sum(map(bool, complete.positive))
    if n_positive in (0, len(complete)):
        raise StatisticsError(
            "statistics.one-class" if len(complete) else "statistics.too-few",
            f"{', '.join(markers)}: of {len(complete)} complete cases {n_positive} are positive; a curve "
            "needs both classes.",
            remedy="Check the outcome, or leave this marker out.",
            n=len(complete),
            n_positive=n_positive,
        )
    return complete, len(cases) - len(complete)


def positives_of(cases: CaseTable) -> Bools:
    """The outcome of complete rows, (n,)."""
    return np.array([bool(value) for value in cases.positive], dtype=np.bool_)


def of_marker(findings: Sequence[Finding], marker: str) -> tuple[Finding, ...]:
    """Findings that name the marker they belong to."""
    return tuple(replace(finding, where={**finding.where, "marker": marker}) for finding in findings)
