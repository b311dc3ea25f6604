"""Accuracy when lesions that could not be assessed are left out, or counted as the plan says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.errors import StatisticsError
from adcurate.model.answers.assessability import (
    AssessabilityAnswer,
    AssessabilityQuestion,
    MarkerAssessability,
)
from adcurate.model.plan import Plan
from adcurate.model.protocol import Analysis
from adcurate.statistics.cutoff import estimate_youden
from adcurate.statistics.diagnostic import ConfusionTable, classify_at, estimate_accuracy
from adcurate.study.streams import Streams
from adcurate.study.units import Levels


@dataclass(frozen=True, slots=True)
class _Shift:
    """What a lesion that was not assessed is called: positive or negative, by its reference standard."""

    positive_called_positive: bool
    negative_called_positive: bool


POLICIES: Final[dict[str, _Shift | None]] = {
    "leave-out": None,
    "test-negative": _Shift(False, False),
    "test-positive": _Shift(True, True),
    "worst-case": _Shift(False, True),
}


def answer_assessability(
    question: AssessabilityQuestion,
    levels: Levels,
    methods: Analysis,
    streams: Streams,
    *,
    plan: Plan,
    **_: object,
) -> AssessabilityAnswer:
    """Count lesions with an outcome and no number, and add them to the two-by-two table by each policy.

    Raises
    ------
    StatisticsError
        ``statistics.one-class``, ``statistics.constant`` where no cut-off can be chosen.
    """
    cases = levels.units
    known = np.array([flag is not None for flag in cases.positive], dtype=np.bool_)
    found = []
    for marker in question.markers or tuple(cases.markers):
        values = cases.marker(marker)
        measured = known & np.isfinite(values)
        missing = known & ~np.isfinite(values)
        positive = np.array([bool(flag) for flag in cases.positive], dtype=np.bool_)
        direction = cases.directions[marker]
        if not measured.any():
            raise StatisticsError(
                "statistics.too-few",
                f"No lesion has a number of {marker}.",
                remedy="Check the marker's column.",
                n=0,
            )
        best = estimate_youden(values[measured], positive[measured], direction=direction, interval="none")
        table = classify_at(values[measured], positive[measured], best.cutoff, direction=direction)
        n_positive, n_negative = int((missing & positive).sum()), int((missing & ~positive).sum())
        found.append(
            MarkerAssessability(
                marker=marker,
                rule=best.rule,
                cutoff=best.cutoff,
                n_assessed=int(measured.sum()),
                n_positive_not_assessed=n_positive,
                n_negative_not_assessed=n_negative,
                by_policy={
                    name: estimate_accuracy(
                        _add(table, n_positive, n_negative, shift),
                        interval=methods.proportion_interval,
                        level=methods.confidence_level,
                    )
                    for name, shift in POLICIES.items()
                },
            )
        )
    return AssessabilityAnswer(tuple(found), plan.cannot_assess)


def _add(table: ConfusionTable, n_positive: int, n_negative: int, shift: _Shift | None) -> ConfusionTable:
    if shift is None:
        return table
    called_positive, called_negative = shift.positive_called_positive, shift.negative_called_positive
    return ConfusionTable(
        tp=table.tp + n_positive * called_positive,
        fn=table.fn + n_positive * (not called_positive),
        fp=table.fp + n_negative * called_negative,
        tn=table.tn + n_negative * (not called_negative),
    )
