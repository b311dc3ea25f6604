"""An exam's maps with their slices again: values from the store, geometry from the objects they were made of.

The store keeps a map's values and the digests of the objects that gave them. Whoever writes the map elsewhere
needs each slice's plane and frames too: they are chosen from the exam's objects as they were when the map was
made, and must be the objects that the map leads back to.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from adcurate.arrays import Floats32
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.interleaved_maps import separate_maps
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.errors import StoreError
from adcurate.geometry import Plane
from adcurate.model import Exam, ParameterMap, SliceOrigin
from adcurate.model.protocol import MapSource
from adcurate.study.exam_task import ExamTask
from adcurate.study.maps import choose_adc_series, load_signals
from adcurate.study.series_kinds import with_choices


@dataclass(frozen=True, slots=True)
class StoredMap:
    """A map as the store holds it; `inputs` are the digests of the objects it was made from."""

    source: MapSource
    map_id: str
    method: str
    parameters: Mapping[str, Any]
    content: bytes = field(repr=False)
    affine_lps: tuple[tuple[float, ...], ...]
    inputs: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class PlacedMap:
    """The map on its slices. `stored` are its values as stored; `sources` every frame of each slice."""

    map: ParameterMap
    stored: Floats32 = field(repr=False)
    b_values: tuple[float, ...]
    sources: tuple[tuple[SliceOrigin, ...], ...]


@dataclass(frozen=True, slots=True)
class _Slices:
    planes: tuple[Plane, ...]
    origins: tuple[SliceOrigin, ...]
    sources: tuple[tuple[SliceOrigin, ...], ...]
    series_instance_uid: str


def place_maps(task: ExamTask, maps: Sequence[StoredMap]) -> list[PlacedMap]:
    """Put an exam's stored maps back on their slices.

    Raises
    ------
    StoreError
        ``store.integrity`` where the objects no longer give slices that fit the values.
    """
    exam = _read(task)
    digest_of_source = dict(zip(task.sources, task.digests, strict=True))
    digest_of = {
        frame.sop_instance_uid: digest_of_source[frame.source]
        for series in exam.series
        for frame in series.frames
    }
    slices: dict[bool, _Slices | None] = {}
    placed = []
    for stored in maps:
        of_scanner = stored.source == "scanner"
        if of_scanner not in slices:
            slices[of_scanner] = _scanner_slices(task, exam) if of_scanner else _refit_slices(task, exam)
        placed.append(_placed(stored, slices[of_scanner], digest_of))
    return placed


def _read(task: ExamTask) -> Exam:
    for exam in read_exams(task.sources).exams:
        if exam.study_instance_uid == task.study_instance_uid:
            return separate_maps(with_choices(exam, task.kinds, task.b_values))
    raise _does_not_fit()


def _placed(stored: StoredMap, slices: _Slices | None, digest_of: Mapping[str, str]) -> PlacedMap:
    values: Floats32 = np.load(io.BytesIO(stored.content), allow_pickle=False)
    if slices is None or values.shape != (len(slices.planes), *slices.planes[0].shape):
        raise _does_not_fit()
    used = {digest_of.get(frame.sop_instance_uid) for frames in slices.sources for frame in frames}
    if not used <= set(stored.inputs):
        raise _does_not_fit()
    one = ParameterMap(
        values.astype(np.float64),
        slices.planes,
        slices.origins,
        slices.series_instance_uid,
        stored.source,
        stored.method,
        None,
        stored.map_id,
    )
    b_values = tuple(float(b) for b in stored.parameters.get("b_values", ()))
    return PlacedMap(one, values, b_values, slices.sources)


def _scanner_slices(task: ExamTask, exam: Exam) -> _Slices | None:
    series = choose_adc_series(exam, task.contours, [])
    if series is None:
        return None
    loaded = load_adc_map(series)
    sources = tuple((origin,) for origin in loaded.origins)
    return _Slices(loaded.planes, loaded.origins, sources, loaded.series_instance_uid)


def _refit_slices(task: ExamTask, exam: Exam) -> _Slices | None:
    adc = choose_adc_series(exam, task.contours, [])
    stack = load_signals(exam.of_kind("trace", "dwi"), adc, task.adc, [])
    if stack is None:
        return None
    sources = tuple(tuple(dict.fromkeys(frames)) for frames in zip(*stack.origins, strict=True))
    return _Slices(stack.planes, stack.origins[0], sources, stack.series_instance_uids[0])


def _does_not_fit() -> StoreError:
    return StoreError(
        "store.integrity",
        "A stored map and the objects it was made from no longer fit together.",
        remedy="Run the study again: adcurate study run.",
    )
