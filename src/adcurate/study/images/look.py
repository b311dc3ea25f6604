"""Looking at one exam: what each series shows and on what evidence, its b-values, the unit of its map.

What is seen is plain JSON without a word of a header's free texts: it is kept, so that a table of thousands
of exams opens no file, and shown as it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.inspection import ledger
from adcurate.dicom.reading.interleaved_maps import separate_maps
from adcurate.dicom.reading.series_findings import slice_positions
from adcurate.dicom.reading.unit_proof import prove_adc_unit
from adcurate.errors import AdcurateError
from adcurate.findings import Finding
from adcurate.model import Derivation, Exam, Frame, ObjectSource, Series, SeriesKindChoice
from adcurate.model.b_value import BValueChoice
from adcurate.model.jsonable import as_jsonable
from adcurate.study.series_kinds import with_choices

KIND: Final = "exam-look"
_METHOD: Final = "exam-look/1"
_UNCERTAIN: Final = "series.kind-uncertain"

Look = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LookTask:
    """One exam to look at: its objects, and what persons said of its series."""

    study_instance_uid: str
    sources: tuple[ObjectSource, ...]
    digests: tuple[str, ...]
    kinds: tuple[SeriesKindChoice, ...]
    b_values: tuple[BValueChoice, ...]

    @property
    def derivation(self) -> Derivation:
        """Names what will be seen before anybody looks."""
        said = what_was_said(self.kinds, self.b_values)
        return Derivation(KIND, _METHOD, said, tuple(sorted(self.digests)))


def what_was_said(kinds: Sequence[SeriesKindChoice], b_values: Sequence[BValueChoice]) -> dict[str, Any]:
    """What persons said of an exam's series, as it stands beside what was seen."""
    return {"kinds": as_jsonable(tuple(kinds)), "b_values": as_jsonable(tuple(b_values))}


def look(task: LookTask) -> Look:
    """Read the exam's headers, and prove the unit of each ADC map by its own diffusion images."""
    scan = read_exams(task.sources)
    read = next(
        (one for one in scan.exams if one.study_instance_uid == task.study_instance_uid),
        Exam(task.study_instance_uid, "", "", ()),
    )
    changed = with_choices(read, task.kinds, task.b_values)
    told_of = {id(after): before.kind for before, after in zip(read.series, changed.series, strict=True)}
    exam = separate_maps(changed)
    refused = [
        Finding(one.code, f"An object was not used: {one.sentence}", "serious") for one in scan.refused
    ]
    reasons = {(one.series_instance_uid, one.told): one.reason for one in task.kinds}
    return {
        "study_instance_uid": task.study_instance_uid,
        "n_objects": len(task.digests),
        "said": what_was_said(task.kinds, task.b_values),
        "findings": [one.as_json() for one in (*exam.findings, *refused)],
        "series": [_seen(one, exam, told_of.get(id(one), ""), reasons) for one in exam.series],
    }


def _seen(series: Series, exam: Exam, told: str, reasons: Mapping[tuple[str, Any], str]) -> Look:
    plane = series.frames[0].plane
    unit, findings = _unit(series, exam)
    shown = _frame_to_show(series)
    return {
        "series_instance_uid": series.series_instance_uid,
        "number": series.number,
        "kind": series.kind,
        "told": told,
        "evidence": list(series.kind_evidence),
        "is_uncertain": any(one.code == _UNCERTAIN for one in series.findings),
        "reason": reasons.get((series.series_instance_uid, told), ""),
        "vendor": series.vendor,
        "model": series.model,
        "field_strength_t": series.field_strength_t,
        "software": series.software,
        "repetition_time_ms": series.repetition_time_ms,
        "echo_time_ms": series.echo_time_ms,
        "n_images": len(series.frames),
        "n_slices": max(slice_positions(series.frames)) + 1,
        "rows": plane.n_rows,
        "columns": plane.n_columns,
        "row_spacing_mm": plane.row_spacing_mm,
        "column_spacing_mm": plane.column_spacing_mm,
        "slice_thickness_mm": plane.slice_thickness_mm,
        "b_values": list(series.b_values),
        "n_images_without_b": sum(frame.b_value is None for frame in series.frames)
        if series.kind in ("dwi", "trace")
        else 0,
        "ledger": ledger(series) if series.kind in ("dwi", "trace") else [],
        "unit": unit,
        "findings": [one.as_json() for one in findings],
        "shown": {
            "sop_instance_uid": shown.sop_instance_uid,
            "frame_number": shown.frame_number,
            "tile": shown.tile,
        },
    }


def _unit(series: Series, exam: Exam) -> tuple[dict[str, object] | None, tuple[Finding, ...]]:
    if series.kind != "adc":
        return None, series.findings
    try:
        proof = prove_adc_unit(series, exam.of_kind("dwi", "trace"))
    except AdcurateError as error:
        unreadable = Finding(
            "adc-unit.unreadable",
            f"The ADC map cannot be read as one volume. {error.sentence}",
            "serious",
            {"code": error.code},
        )
        return {"mm2_per_s_per_stored_unit": None, "evidence": "unknown"}, (*series.findings, unreadable)
    return proof.unit.as_json(), (*series.findings, *proof.findings)


def _frame_to_show(series: Series) -> Frame:
    """The middle slice, of the images with the highest b-value where there are several."""
    positions = slice_positions(series.frames)
    middle = (max(positions) + 1) // 2
    here = [
        frame
        for frame, position in zip(series.frames, positions, strict=True)
        if abs(position - middle) == min(abs(one - middle) for one in set(positions))
    ]
    return max(here, key=lambda frame: -1.0 if frame.b_value is None else frame.b_value.value)
