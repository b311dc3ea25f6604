"""The ADC maps of one exam: which series they come from, the scanner's own in mm²/s, and the refit."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from adcurate.arrays import Floats
from adcurate.dicom.reading.diffusion_signals import load_diffusion
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.reading.uneven_signals import uneven_slices
from adcurate.diffusion import fit_adc_loglinear, fit_adc_nonlinear, fit_adc_volume, fit_adc_weighted
from adcurate.errors import AdcurateError, SchemeError
from adcurate.findings import Finding
from adcurate.geometry import Plane
from adcurate.model import AdcUnit, Derivation, DiffusionStack, Exam, ParameterMap, Series, group_b_values
from adcurate.model.contour_record import ContourRecord
from adcurate.model.protocol import AdcRule


def choose_adc_series(
    exam: Exam, contours: Sequence[ContourRecord], findings: list[Finding]
) -> Series | None:
    """The map that was drawn on, else the first; several are a finding."""
    candidates = exam.of_kind("adc")
    if not candidates:
        findings.append(Finding("adc-map.none", "The exam holds no scanner ADC map.", "warning"))
        return None
    drawn_on = {contour.sop_instance_uid for contour in contours}
    chosen = next((s for s in candidates if drawn_on & set(s.sop_instance_uids)), candidates[0])
    if len(candidates) > 1:
        sentence = f"{len(candidates)} series are ADC maps; number {chosen.number} is used."
        findings.append(Finding("adc-map.several", sentence, "warning", {"series": str(chosen.number)}))
    return chosen


def _of_series(one: Series) -> list[Finding]:
    """A series' findings, each with the number by which a person finds the series again."""
    where = {} if one.number is None else {"series": str(one.number)}
    return [replace(found, where={**where, **found.where}) for found in one.findings]


def load_signals(
    series: Sequence[Series], adc: Series | None, rule: AdcRule, findings: list[Finding]
) -> DiffusionStack | None:
    """The signals to refit: trace images first, on the map's grid where there is one."""
    usable = [one for one in series if one.b_values]
    for one in series:
        findings += () if one.b_values else _of_series(one)
    if adc is not None:
        grid = adc.frames[0].plane.shape
        on_grid = [one for one in usable if one.frames[0].plane.shape == grid]
        usable = on_grid or usable
    alone = [one for one in usable if len(one.b_values) > 1]
    chosen = [next((one for one in alone if one.kind == "trace"), alone[0])] if alone else usable
    if len(alone) > 1:
        sentence = f"{len(alone)} series could be refitted; number {chosen[0].number} is used."
        findings.append(Finding("diffusion.several", sentence, "note", {"series": str(chosen[0].number)}))
    for one in chosen:
        findings += _of_series(one)
    if len(chosen) > 1:
        chosen = _without_uneven_slices(chosen, findings)
    try:
        stack = load_diffusion(chosen)
        return _with_b_values(stack, rule)
    except AdcurateError as error:
        findings.append(
            Finding(
                "refit.impossible",
                f"No refit: {error.sentence}",
                "serious" if error.code == "scheme.timing-differs" else "warning",
                {"code": error.code},
            )
        )
        return None


def _without_uneven_slices(chosen: Sequence[Series], findings: list[Finding]) -> list[Series]:
    """Series that are fitted together, without slices that lack a direction or hold an image twice."""
    frames = [frame for one in chosen for frame in one.frames]
    are_traces = [one.kind == "trace" for one in chosen for _ in one.frames]
    left_out, found = uneven_slices(frames, are_traces)
    findings += found
    kept = iter([replace(f, b_value=None) if i in left_out else f for i, f in enumerate(frames)])
    return [replace(one, frames=tuple(next(kept) for _ in one.frames)) for one in chosen]


def _with_b_values(stack: DiffusionStack, rule: AdcRule) -> DiffusionStack:
    """The stack with the protocol's b-values only."""
    if not rule.b_values:
        highest = rule.highest_b_value
        within = [i for i, b in enumerate(stack.b_values) if highest is None or _is_at_most(b, highest)]
        if len(within) < 2:
            beyond = "" if highest is None else f" up to {highest:g} s/mm²"
            raise SchemeError(
                "scheme.too-few-b-values",
                f"The exam has {len(within)} b-value{'s' * (len(within) != 1)}{beyond}; a fit needs two.",
                remedy="Add the exam's other diffusion series.",
            )
        return stack if len(within) == len(stack.b_values) else _only(stack, within)
    keep = []
    for b_value in rule.b_values:
        near = [i for i, have in enumerate(stack.b_values) if len(group_b_values([have, b_value])) == 1]
        if not near:
            raise SchemeError(
                "scheme.too-few-b-values",
                f"The exam has no b = {b_value:g} s/mm², which the protocol fits.",
                remedy="Change adc.b_values of the protocol, or leave it empty to fit what there is.",
            )
        keep.append(near[0])
    return _only(stack, keep)


def _is_at_most(b_value: float, highest: float) -> bool:
    """Whether a measured b-value is below the limit, or cannot be told from it."""
    return b_value <= highest or len(group_b_values([b_value, highest])) == 1


def _only(stack: DiffusionStack, keep: list[int]) -> DiffusionStack:
    return DiffusionStack(
        tuple(stack.volumes[i] for i in keep),
        tuple(stack.b_values[i] for i in keep),
        stack.planes,
        tuple(stack.origins[i] for i in keep),
        stack.series_instance_uids,
        stack.averaging,
    )


def scanner_map(series: Series, unit: AdcUnit, made: Derivation) -> ParameterMap:
    """The scanner's map in mm²/s. A zero means not estimated."""
    loaded = load_adc_map(series)
    values = np.array(loaded.values, dtype=np.float64)
    values[values == 0] = np.nan
    values *= unit.mm2_per_s_per_stored_unit or np.nan
    return ParameterMap(
        values,
        loaded.planes,
        loaded.origins,
        series.series_instance_uid,
        "scanner",
        made.method,
        unit,
        made.derived_id,
    )


def refit(
    stack: DiffusionStack,
    rule: AdcRule,
    made: Derivation,
    source: Literal["refit", "refit-registered"] = "refit",
) -> ParameterMap:
    """ADC from the exam's signals. Whole numbers up to 16 bits take the fast path."""
    whole = all(volume.dtype.kind in "iu" and volume.dtype.itemsize <= 2 for volume in stack.volumes)
    if whole and rule.fit != "nonlinear":
        values = np.asarray(
            fit_adc_volume(stack.volumes, stack.b_values, method=rule.fit).adc, dtype=np.float64
        )
    else:
        fits = {"loglinear": fit_adc_loglinear, "weighted": fit_adc_weighted, "nonlinear": fit_adc_nonlinear}
        signal = np.stack(stack.volumes, axis=-1).astype(np.float64)
        values = fits[rule.fit](signal, stack.b_values).adc
    return ParameterMap(
        values,
        stack.planes,
        stack.origins[0],
        stack.series_instance_uids[0],
        source,
        made.method,
        None,
        made.derived_id,
    )


def as_npy(values: Floats) -> bytes:
    """A map as ``.npy`` bytes, float32."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(values, dtype=np.float32), allow_pickle=False)
    return buffer.getvalue()


def affine_lps(planes: Sequence[Plane]) -> tuple[tuple[float, ...], ...]:
    """The 4 x 4 matrix from (slice, row, column) to LPS mm; slices as far apart as the first two."""
    first = planes[0]
    down = np.asarray(first.column_direction) * first.row_spacing_mm
    right = np.asarray(first.row_direction) * first.column_spacing_mm
    if len(planes) > 1:
        through = np.asarray(planes[1].origin) - np.asarray(first.origin)
    else:
        through = np.asarray(first.normal) * (first.slice_thickness_mm or 1.0)
    matrix = np.eye(4)
    matrix[:3] = np.stack([through, down, right, np.asarray(first.origin)], axis=1)
    return tuple(tuple(float(value) for value in row) for row in matrix)
