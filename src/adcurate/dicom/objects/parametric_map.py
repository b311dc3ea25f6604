"""An ADC map as a DICOM Parametric Map: 32-bit floats in µm²/s, NaN where nothing was estimated.

1 µm²/s is 1e-6 mm²/s: the numbers read as people write ADC (1010 for 1.010 x 10⁻³ mm²/s), and no viewer that
rounds or cuts small numbers can turn them into zeros. The Real World Value Mapping states the unit with slope
1, so a reader that ignores it shows the same numbers. Source of the codes: PS3.16 CID 7272 to 7277, PS3.17
"Encoding Diffusion Model Parameters". A map that the scanner made claims no model, fit or b-values: only
the scanner knows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from adcurate import __version__
from adcurate.arrays import Floats32
from adcurate.dicom.objects.codes import (
    ADC,
    B_VALUE,
    BODY_PARTS,
    DIFFUSION_ANALYSIS,
    FITTING_METHOD,
    LEAST_SQUARES,
    LEVENBERG_MARQUARDT,
    LOG_OF_RATIO,
    MEASUREMENT_METHOD,
    MONO_EXPONENTIAL,
    S_PER_MM2,
    UM2_PER_S,
    WHOLE_BODY,
    code_item,
    decimal,
)
from adcurate.dicom.objects.exam_context import ExamContext
from adcurate.dicom.objects.map_grid import (
    MapGrid,
    name_equipment,
    name_sources,
    slice_of,
    stand_in_images,
)
from adcurate.dicom.objects.reproducible import (
    MANUFACTURER,
    SERIAL_NUMBER,
    derived_uid,
    encoded,
    without_clock,
    without_random_uids,
)

WRITER: Final = "parametric-map/1"
PARAMETRIC_MAP_CLASS: Final = "1.2.840.10008.5.1.4.1.1.30"

_IMAGE_TYPE: Final = ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"]
_FROM_MM2: Final = 1e6
_WINDOW: Final = (1500.0, 3000.0)


@dataclass(frozen=True, slots=True, eq=False)
class AdcMap:
    """A map to write.

    Attributes
    ----------
    values : (slice, row, column), mm²/s
        NaN where not estimated.
    source
        ``scanner``, ``refit`` or ``refit-registered``.
    method
        The method's name with its version, such as ``loglinear/1``.
    b_values : s/mm²
        Of the fit; empty for the scanner's map.
    map_id
        The map in the derivation graph.
    unit_words
        How the unit of a scanner's map is known.
    """

    values: Floats32 = field(repr=False)
    grid: MapGrid
    source: str
    method: str
    b_values: tuple[float, ...]
    map_id: str
    unit_words: str = ""


def map_series_uid(map_id: str) -> str:
    """The series of a map's object."""
    return derived_uid(WRITER, "series", map_id)


def map_object_uid(map_id: str) -> str:
    """The object of a map."""
    return derived_uid(WRITER, "object", map_id)


def in_um2_per_s(values: Floats32) -> Floats32:
    """mm²/s to µm²/s, multiplied in double precision and rounded once."""
    scaled: Floats32 = (values.astype(np.float64) * _FROM_MM2).astype(np.float32)
    return scaled


def write_parametric_map(one: AdcMap, context: ExamContext, *, series_number: int) -> bytes:
    """Write an ADC map as a DICOM file.

    Raises
    ------
    DicomError
        ``dicom.source-missing``
    """
    import highdicom

    values = in_um2_per_s(one.values)
    known = values[np.isfinite(values)]
    limits = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    mapping = highdicom.pm.RealWorldValueMapping(
        lut_label="ADC",
        lut_explanation=_explanation(one),
        unit=UM2_PER_S,
        value_range=limits,
        slope=1.0,
        intercept=0.0,
        quantity_definition=ADC,
    )
    definition: list[Dataset] = [*mapping.QuantityDefinitionSequence, *_how_it_was_made(one)]
    mapping["QuantityDefinitionSequence"].value = definition
    stand_ins = stand_in_images(one.grid, context)
    uid = map_object_uid(one.map_id)
    made = highdicom.pm.ParametricMap(
        source_images=stand_ins,
        pixel_array=values,
        series_instance_uid=map_series_uid(one.map_id),
        series_number=series_number,
        sop_instance_uid=uid,
        instance_number=1,
        contains_recognizable_visual_features=False,
        real_world_value_mappings=[mapping],
        voi_lut_transformations=[
            highdicom.VOILUTTransformation(window_center=_WINDOW[0], window_width=_WINDOW[1])
        ],
        content_label="ADC",
        content_description=_description(one),
        series_description=f"ADC {one.source} (um2/s)",
        manufacturer=MANUFACTURER,
        manufacturer_model_name=MANUFACTURER,
        software_versions=__version__,
        device_serial_number=SERIAL_NUMBER,
    )
    made.ImageType = _IMAGE_TYPE
    made.SharedFunctionalGroupsSequence[0].ParametricMapFrameTypeSequence[0].FrameType = _IMAGE_TYPE
    made.ContentCreatorName = ""
    _frames_along_normal(made, one.grid, values)
    context.copy_to(made)
    # Readers such as dcmqi need to be told which part of the body a frame shows.
    made.SharedFunctionalGroupsSequence[0].FrameAnatomySequence = [_anatomy(context)]
    name_sources(made, one.grid, context, DIFFUSION_ANALYSIS, every_source=True)
    name_equipment(made, context)
    without_clock(made, context.date)
    without_random_uids(made, uid)
    return encoded(made)


def _frames_along_normal(made: Dataset, grid: MapGrid, values: Floats32) -> None:
    """Put the frames in the order of the slices: dcmqi, and with it 3D Slicer, stacks them as they come.

    highdicom writes them against the normal, which such a reader shows upside down.
    """
    frames = sorted(made.PerFrameFunctionalGroupsSequence, key=lambda frame: slice_of(frame, grid))
    for number, frame in enumerate(frames, start=1):
        frame.FrameContentSequence[0].DimensionIndexValues = [number]
    made.PerFrameFunctionalGroupsSequence = frames
    made.FloatPixelData = np.ascontiguousarray(values, dtype="<f4").tobytes()


def _anatomy(context: ExamContext) -> Dataset:
    item = Dataset()
    item.AnatomicRegionSequence = [code_item(BODY_PARTS.get(context.body_part, WHOLE_BODY))]
    item.FrameLaterality = "U"
    return item


def _description(one: AdcMap) -> str:
    return {
        "scanner": "ADC map made by the scanner",
        "refit-registered": "ADC refitted from the registered signals",
    }.get(one.source, "ADC refitted from the signals")


def _explanation(one: AdcMap) -> str:
    if one.source == "scanner":
        known = f"; unit known by {one.unit_words}" if one.unit_words else ""
        return f"Scanner's ADC{known}"[:64]
    return f"ADC, mono-exponential, {one.method}"[:64]


def _how_it_was_made(one: AdcMap) -> list[Dataset]:
    """The name-value pairs after the quantity: model, fitting method, and each b-value."""
    if one.source == "scanner":
        return []
    pairs = [_coded(MEASUREMENT_METHOD, MONO_EXPONENTIAL), _coded(FITTING_METHOD, _fitting(one))]
    return [*pairs, *(_number(B_VALUE, b_value, S_PER_MM2) for b_value in one.b_values)]


def _fitting(one: AdcMap) -> Code:
    if one.method.startswith("nonlinear"):
        return LEVENBERG_MARQUARDT
    return LOG_OF_RATIO if len(one.b_values) == 2 else LEAST_SQUARES


def _coded(name: Code, value: Code) -> Dataset:
    item = Dataset()
    item.ValueType = "CODE"
    item.ConceptNameCodeSequence = [code_item(name)]
    item.ConceptCodeSequence = [code_item(value)]
    return item


def _number(name: Code, value: float, unit: Code) -> Dataset:
    item = Dataset()
    item.ValueType = "NUMERIC"
    item.ConceptNameCodeSequence = [code_item(name)]
    item.NumericValue = decimal(value)
    item.MeasurementUnitsCodeSequence = [code_item(unit)]
    return item
