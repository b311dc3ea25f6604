"""A measured region again, from its exam's pixels: what other habits would have made of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from adcurate.arrays import Floats
from adcurate.dicom.reading.exams import read_exams
from adcurate.model import AdcUnit, Derivation, Exam, ParameterMap
from adcurate.model.cohort import Measurement
from adcurate.model.contour_record import ContourRecord
from adcurate.region import Convention, SliceSurroundings, predict_conventions
from adcurate.region.conventions import ConventionName
from adcurate.study.exam_task import ExamTask
from adcurate.study.maps import choose_adc_series, load_signals, refit, scanner_map
from adcurate.study.regions.slices import by_slice, on_plane


class ExamPredictions:
    """One exam's map of one source, read once for all its regions. `unit` is that of the typed numbers."""

    def __init__(self, task: ExamTask, facts: Mapping[str, Any], source: str, unit: float) -> None:
        scan = read_exams(task.sources)
        exam = next(e for e in scan.exams if e.study_instance_uid == task.study_instance_uid)
        self._task = task
        self._map = _map(task, exam, facts, source)
        self._exam = exam
        self._source = source
        self._unit = unit

    def of_region(self, measured: Measurement) -> tuple[Convention, ...]:
        """What each habit says of a measured region, the measurement of record first.

        Of a region measured whole, what its largest slice alone would say.
        """
        record = of_measurement("record", measured)
        slices = measured.details.get("slices")
        if isinstance(slices, Sequence) and slices:
            largest = max(slices, key=lambda share: share["area_mm2"] or 0.0)
            numbers = (_number(largest[name]) for name in ("mean", "minimum", "area_mm2"))
            return (record, Convention("largest-slice", *numbers))
        if self._map is None:
            return (record,)
        own = [c for c in self._task.contours if (c.lesion, c.reader) == (measured.lesion, measured.reader)]
        drawn = by_slice([c for c in own if c.role == "lesion"], self._map, [])
        away = by_slice([c for c in own if c.role == "exclusion"], self._map, [])
        at = measured.slice_index
        if at not in drawn:
            return (record,)
        found = self._of_slice(at, drawn[at], away.get(at, []))
        return (record, *found[1:])

    def _of_slice(
        self, at: int, drawn: Sequence[ContourRecord], away: Sequence[ContourRecord]
    ) -> tuple[Convention, ...]:
        one = self._map
        if one is None:
            return ()
        plane = one.planes[at]
        around = SliceSurroundings(
            here=one.values[at],
            before=one.values[at - 1] if at > 0 else None,
            after=one.values[at + 1] if at + 1 < len(one.planes) else None,
            stored=self._stored(one, at),
        )
        return predict_conventions(
            around,
            plane,
            [on_plane(contour, plane) for contour in drawn],
            [on_plane(contour, plane) for contour in away],
            self._task.region.rule,
        )

    def _stored(self, one: ParameterMap, at: int) -> Floats | None:
        """The numbers as stored, read in the table's unit; None where slope and intercept change nothing."""
        if one.unit is None or not one.unit.mm2_per_s_per_stored_unit:
            return None
        origin = one.origins[at]
        for series in self._exam.series:
            for frame in series.frames:
                if (frame.sop_instance_uid, frame.frame_number) != (
                    origin.sop_instance_uid,
                    origin.frame_number,
                ):
                    continue
                if frame.rescale_slope in (0.0, 1.0) and frame.rescale_intercept == 0.0:
                    return None
                rescaled = one.values[at] / one.unit.mm2_per_s_per_stored_unit
                stored: Floats = (rescaled - frame.rescale_intercept) / frame.rescale_slope * self._unit
                return stored
        return None


def of_measurement(name: ConventionName, measured: Measurement) -> Convention:
    """What a stored measurement says, under a habit's name."""
    return Convention(
        name,
        _number(measured.values.get("mean")),
        _number(measured.values.get("minimum")),
        _number(measured.values.get("area_mm2")),
    )


def _map(task: ExamTask, exam: Exam, facts: Mapping[str, Any], source: str) -> ParameterMap | None:
    """The map again, as it was derived."""
    made = Derivation("adc-map", "again", {}, ())
    adc = choose_adc_series(exam, task.contours, [])
    if source == "scanner":
        unit = AdcUnit(**facts["unit"]) if facts.get("unit") else None
        return scanner_map(adc, unit, made) if adc is not None and unit is not None else None
    stack = load_signals(exam.of_kind("trace", "dwi"), adc, task.adc, [])
    return refit(stack, task.adc, made) if stack is not None else None


def _number(value: float | None) -> float:
    return math.nan if value is None else float(np.float64(value))
