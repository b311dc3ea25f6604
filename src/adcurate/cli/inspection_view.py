"""An inspection as a table that a person likes to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcurate.cli.console import console, show_findings, show_lines, show_table
from adcurate.report.numbers import show_b_values, show_number

if TYPE_CHECKING:
    from adcurate.dicom.reading.inspection import InspectedSeries, Inspection
    from adcurate.study.inspect import ExamPlace

_KINDS = {
    "dwi": "DWI (directions)",
    "trace": "DWI (trace)",
    "adc": "ADC map",
    "calculated_b": "calculated b",
    "t2": "T2",
    "t1": "T1",
    "t1_ce": "T1 + contrast",
    "other": "other",
}


def show_inspection(inspection: Inspection, places: Sequence[ExamPlace]) -> None:
    """Print which exam is which, one row for each series, what was left alone, and the findings."""
    if not inspection.series:
        show_lines(["No MR series there."])
    else:
        if len(places) > 1:
            _show_places(places)
        show_table(
            f"{len(inspection.series)} series of {len(inspection.exams)} exams",
            ["exam", "series", "kind", "scanner", "T", "b-values, s/mm²", "images", "unit of the ADC map"],
            [_row(one) for one in inspection.series],
        )
    left = Counter(item.reason_code for item in inspection.skipped)
    left.update(dict(inspection.ignored))
    if left:
        shown = ", ".join(f"{count} {reason}" for reason, count in sorted(left.items()))
        show_lines([f"Left alone: {shown}"])
    if inspection.refused:
        rows = [[one.name, one.code, one.sentence] for one in inspection.refused]
        show_table("Refused", ["object", "code", "reason"], rows)
    show_findings([finding for one in inspection.series for finding in one.findings])


def _show_places(places: Sequence[ExamPlace]) -> None:
    """Which exam is which: only to a person at a terminal, since a path and a day may tell who it is."""
    if not console().is_terminal:
        show_lines(["Run in a terminal, the same command says where each exam lies and of which day it is."])
        return
    show_table(
        "Which exam is which (shown here only: a path or a day may tell who it is)",
        ["exam", "below the given folder", "day", "series", "images"],
        [[str(one.exam), one.place, one.day or "–", str(one.n_series), str(one.n_images)] for one in places],
    )


def _row(one: InspectedSeries) -> list[str]:
    series = one.series
    strength = "" if series.field_strength_t is None else f"{series.field_strength_t:g}"
    return [
        str(one.exam),
        "" if series.number is None else str(series.number),
        _KINDS[series.kind],
        f"{series.vendor} {series.model}".strip(),
        strength,
        show_b_values(series.b_values),
        str(len(series.frames)),
        _unit(one),
    ]


def _unit(one: InspectedSeries) -> str:
    unit = one.adc_unit
    if unit is None:
        return ""
    if unit.mm2_per_s_per_stored_unit is None:
        return "unknown"
    shown = f"{unit.mm2_per_s_per_stored_unit:g} mm²/s ({unit.evidence}"
    return f"{shown}, r {show_number(unit.r, 4)})" if unit.r is not None else f"{shown})"
