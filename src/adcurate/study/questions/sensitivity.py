"""The sensitivity table: every row is the whole analysis again on a subset, or with another choice."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import AdcurateError, StatisticsError
from adcurate.findings import Finding
from adcurate.model.answers.sensitivity import (
    RowStamp,
    SensitivityAnswer,
    SensitivityQuestion,
    SensitivityRow,
)
from adcurate.model.cases import CaseTable
from adcurate.model.plan import Plan
from adcurate.model.protocol import Analysis
from adcurate.statistics.correlation import SpearmanEstimate, estimate_spearman
from adcurate.statistics.cutoff import YoudenEstimate, estimate_youden
from adcurate.statistics.roc import AucEstimate, estimate_auc
from adcurate.study.conditions import Condition, parse_conditions, select
from adcurate.study.regrade import regrade
from adcurate.study.streams import Streams
from adcurate.study.units import Levels, level_cases

_T = TypeVar("_T")
_FEWEST_IN_A_CLASS: Final = 2
PRIMARY: Final = "Primary analysis"
_CHOICES: Final = ("reader", "value", "map", "edition")


@dataclass(frozen=True, slots=True, eq=False)
class _Subset:
    cases: CaseTable
    n_unknown: int


def answer_sensitivity(
    question: SensitivityQuestion,
    levels: Levels,
    methods: Analysis,
    streams: Streams,
    *,
    plan: Plan,
    other_maps: Mapping[str, Levels],
    **_: object,
) -> SensitivityAnswer:
    """Answer each row; a row that cannot be estimated keeps its place and says why.

    A condition that cannot be read, or that names a column that is not there, is a finding.
    """
    markers = question.markers or tuple(levels.units.markers)
    asked: list[tuple[str, RowStamp]] = [
        *((text, "planned") for text in question.rows),
        *((text, "planned") for column in question.each for text in _every_value(levels, column)),
        *((text, "post hoc") for text in question.post_hoc_rows),
    ]
    everyone = _Subset(levels.units, 0)
    rows = [_row(PRIMARY, "primary", marker, everyone, methods, streams) for marker in markers]
    refused = []
    for text, stamp in asked:
        try:
            subset = _subset(parse_conditions(text), levels, plan, other_maps, question)
        except AdcurateError as error:
            refused.append(
                Finding("sensitivity.refused", f"The row {text!r}: {error.sentence} {error.remedy}")
            )
            continue
        rows += [_row(text, stamp, marker, subset, methods, streams) for marker in markers]
    return SensitivityAnswer(tuple(rows), (*refused, *_findings(rows)))


def _every_value(levels: Levels, column: str) -> list[str]:
    if column == "reader":
        return [f"reader = {reader}" for reader in sorted(set(levels.readings.reader))]
    held = {text for text in levels.units.text(column) if text is not None}
    return [f"{column} = {text}" for text in sorted(held)]


def _subset(
    conditions: tuple[Condition, ...],
    levels: Levels,
    plan: Plan,
    other_maps: Mapping[str, Levels],
    question: SensitivityQuestion,
) -> _Subset:
    """Apply the choices first, then the conditions on rows."""
    choices = {one.column: one.value for one in conditions if one.column in _CHOICES and one.sign == "="}
    if "map" in choices:
        if choices["map"] not in other_maps:
            raise StatisticsError(
                "statistics.option",
                f"There is no other map {choices['map']!r}.",
                remedy=f"Other maps here: {', '.join(other_maps) or 'none'}.",
            )
        levels = other_maps[choices["map"]]
    value = choices.get("reader", choices.get("value"))
    if value is not None:
        levels = level_cases(levels.readings, replace(plan, value=value), levels.first_reader)
    cases = levels.units
    n_unknown = 0
    if "edition" in choices:
        regraded = regrade(
            cases, choices["edition"], ki67=question.ki67_column, mitoses=question.mitoses_column
        )
        cases, n_unknown = regraded.cases, regraded.n_open
    left = tuple(one for one in conditions if one.column not in choices)
    selection = select(cases, left)
    return _Subset(cases.take(selection.chosen), n_unknown + selection.n_unknown)


def _row(
    label: str, stamp: RowStamp, marker: str, subset: _Subset, methods: Analysis, streams: Streams
) -> SensitivityRow:
    cases = subset.cases
    values = cases.marker(marker)
    known = np.isfinite(values) & np.array([flag is not None for flag in cases.positive], dtype=np.bool_)
    if cases.grades:
        known &= np.array([one is not None for one in cases.grade], dtype=np.bool_)
    cases = cases.take(known)
    values = values[known]
    positive = np.array([bool(flag) for flag in cases.positive], dtype=np.bool_)
    reasons: list[str] = []
    auc = _attempt(lambda: _auc(cases, marker, values, positive, methods, streams), reasons)
    youden = _attempt(lambda: _youden(cases, marker, values, positive, methods, streams), reasons)
    rho = _attempt(lambda: _rho(cases, marker, values, methods, streams), reasons) if cases.grades else None
    return SensitivityRow(
        label=label,
        stamp=stamp,
        marker=marker,
        n=len(cases),
        n_positive=int(positive.sum()),
        n_unknown=subset.n_unknown,
        auc=auc.value if auc else math.nan,
        auc_interval=auc.interval if auc else None,
        cutoff=youden.cutoff if youden else math.nan,
        rule=youden.rule if youden else "",
        cutoff_interval=youden.cutoff_interval if youden else None,
        sensitivity=youden.sensitivity if youden else math.nan,
        specificity=youden.specificity if youden else math.nan,
        rho=rho.rho if rho else math.nan,
        rho_interval=rho.interval if rho else None,
        reason=" ".join(dict.fromkeys(reasons)),
    )


def _both_classes(positive: Bools) -> None:
    """Refuse a class with a single case: an area from it would look like a finding."""
    n_positive = int(positive.sum())
    if min(n_positive, positive.size - n_positive) < _FEWEST_IN_A_CLASS:
        raise StatisticsError(
            "statistics.one-class",
            f"An area needs {_FEWEST_IN_A_CLASS} lesions of each class; {n_positive} of {positive.size} "
            "are positive.",
            remedy="Take a wider subset.",
            n_positive=n_positive,
        )


def _attempt(estimate: Callable[[], _T], reasons: list[str]) -> _T | None:
    try:
        return estimate()
    except StatisticsError as error:
        reasons.append(error.sentence)
        return None


def _auc(
    cases: CaseTable, marker: str, values: Floats, positive: Bools, methods: Analysis, streams: Streams
) -> AucEstimate:
    _both_classes(positive)
    return estimate_auc(
        values,
        positive,
        direction=cases.directions[marker],
        interval=methods.auc_interval,
        level=methods.confidence_level,
        rng=streams.rng(marker, f"auc/{methods.auc_interval}"),
        n_resamples=methods.bootstrap_resamples,
    )


def _youden(
    cases: CaseTable, marker: str, values: Floats, positive: Bools, methods: Analysis, streams: Streams
) -> YoudenEstimate:
    _both_classes(positive)
    direction, level = cases.directions[marker], methods.confidence_level
    try:
        return estimate_youden(
            values,
            positive,
            direction=direction,
            interval=methods.cutoff_interval,
            level=level,
            rng=streams.rng(marker, f"youden/{methods.cutoff_interval}"),
            n_resamples=methods.bootstrap_resamples,
        )
    except StatisticsError as error:
        if error.code != "statistics.too-few":
            raise
        return estimate_youden(values, positive, direction=direction, interval="none", level=level)


def _rho(
    cases: CaseTable, marker: str, values: Floats, methods: Analysis, streams: Streams
) -> SpearmanEstimate:
    order = np.array([cases.grades.index(str(one)) for one in cases.grade], dtype=np.float64)
    by_value = np.lexsort((order, values))
    name = methods.spearman_interval
    try:
        return estimate_spearman(
            values[by_value],
            order[by_value],
            interval=name,
            level=methods.confidence_level,
            rng=streams.rng(marker, f"spearman/{name}"),
            n_resamples=methods.bootstrap_resamples,
        )
    except AdcurateError:
        return estimate_spearman(values[by_value], order[by_value], interval="none")


def _findings(rows: list[SensitivityRow]) -> tuple[Finding, ...]:
    open_rows = sorted({row.label for row in rows if row.n_unknown})
    if not open_rows:
        return ()
    regraded = " or leaves the grade open" if any("edition" in label for label in open_rows) else ""
    sentence = (
        f"In {len(open_rows)} rows some lesions are left out because the cell that decides is blank"
        f"{regraded}; the table says how many."
    )
    return (Finding("sensitivity.unknown", sentence, "note"),)
