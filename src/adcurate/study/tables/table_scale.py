"""How a table's markers are shown: as the plan says, else by their own size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcurate.model.cases import CaseTable
from adcurate.model.table_plan import TablePlan
from adcurate.report.scale import MarkerScale, scale_of_values


def scale_of_markers(plan: TablePlan, cases: CaseTable) -> Mapping[str, MarkerScale]:
    """The scale of each marker."""
    scales = {}
    for marker in plan.markers:
        by_size = scale_of_values(cases.markers[marker.label] * marker.factor)
        decimals = by_size.decimals if marker.decimals is None else marker.decimals
        scales[marker.label] = MarkerScale(marker.unit, marker.factor, decimals)
    return scales


def scale_of_plan(scales: Mapping[str, MarkerScale]) -> MarkerScale:
    """One scale for answers about several markers: theirs if they agree, else as many decimals as needed."""
    every = list(scales.values())
    first = replace(every[0], decimals=max(scale.decimals for scale in every))
    same = all((scale.unit, scale.factor) == (first.unit, first.factor) for scale in every)
    return first if same else MarkerScale(decimals=first.decimals)
