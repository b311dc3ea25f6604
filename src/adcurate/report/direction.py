"""When a sentence may say that something is lower, falls, differs or adds: where its test shows it.

One rule for every page: p, corrected as the plan says where several tests belong together, lies below one
less the protocol's confidence level. Elsewhere the sentence says that nothing was shown, and gives the same
numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from adcurate.model.analysis import MarkerAnalysis
from adcurate.model.plan import Multiplicity
from adcurate.model.protocol import Protocol
from adcurate.report.numbers import show_number, show_p, show_p_equation
from adcurate.statistics.groups import adjust_p_values

CORRECTION_WORDS: Final[Mapping[str, str]] = {
    "none": "uncorrected",
    "bonferroni": "corrected by Bonferroni",
    "holm": "corrected by Holm",
    "benjamini-hochberg": "corrected by Benjamini and Hochberg",
}

Decided = Mapping[str, float]
"""Corrected p-values by the names that an answer gives its tests; empty where the plan corrects none."""

UNCORRECTED: Final[Decided] = MappingProxyType({})


def is_shown(p_value: float, level: float) -> bool:
    """Whether a test with this p-value shows what it looked for, at this confidence level; never by NaN."""
    return p_value < 1.0 - level and not math.isclose(p_value, 1.0 - level)


def corrected_over_markers(
    analyses: Sequence[MarkerAnalysis], multiplicity: Multiplicity, level: float
) -> dict[str, float]:
    """The p-value of each marker's Mann-Whitney test, corrected together as the plan's tests are."""
    tests = {one.marker: one.mann_whitney[one.mann_whitney_of_record].p_value for one in analyses}
    known = {marker: p for marker, p in tests.items() if math.isfinite(p)}
    if multiplicity == "none" or len(known) < 2:
        return tests
    found = adjust_p_values(known, method=multiplicity, alpha=1.0 - level)
    return tests | {test.label: test.adjusted for test in found.tests}


def show_both_p(p_value: float, corrected: float, level: float) -> str:
    """``p = 0.012``; ``p = 0.030, corrected 0.060`` where the correction decides."""
    decides = is_shown(p_value, level) != is_shown(corrected, level)
    return show_p_equation(p_value) + (f", corrected {show_p(corrected)}" if decides else "")


def describe_direction_rule(protocol: Protocol) -> str:
    """The rule as a sentence of the Methods."""
    bound = show_number(1.0 - protocol.analysis.confidence_level, 3).rstrip("0")
    n, multiplicity = len(protocol.markers), protocol.plan.multiplicity
    if n < 2 or multiplicity == "none":
        over = f" No adjustment was made for testing {n} markers." if n > 1 else ""
        return f"A difference is stated where p lies below {bound}; elsewhere none was shown.{over}"
    return (
        f"P-values are printed as they are; a difference of the outcome groups is stated where p, "
        f"{CORRECTION_WORDS[multiplicity]} for testing {n} markers, lies below {bound}; elsewhere none was "
        "shown."
    )
