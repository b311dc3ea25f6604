"""One volume to look at: an image series or a map as a plain array, under an id that tells nothing.

Geometry is kept; no text of a header is: labels are made of the role, the b-value and the fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.dicom.reading.pixels import load_stack
from adcurate.dicom.reading.series_role import series_beside, shares_space, volumes_of
from adcurate.errors import AdcurateError, StoreError
from adcurate.findings import Finding
from adcurate.geometry import Plane
from adcurate.model import ParameterMap, Series, SliceOrigin
from adcurate.model.protocol import AdcRule
from adcurate.study.exam_maps import ExamMaps

RoomRole = Literal["t2", "dwi", "adc", "t1"]
PixelType = Literal["u16", "i16", "f32"]

MOST_OF_A_ROLE: Final = 3
_ADC_UNITS: Final = 1e6  # a shown unit is 1e-6 mm^2/s
PICTURED_WINDOW: Final = (50.0, 100.0)
_ADC_WINDOW: Final = (1250.0, 2500.0)
_SAMPLE: Final = 200_000
_LIGHTEST, _DARKEST = 99.5, 1.0
_DTYPES: Final[dict[PixelType, str]] = {"u16": "<u2", "i16": "<i2", "f32": "<f4"}
_MAP_LABELS: Final = {
    "scanner": "ADC, scanner",
    "refit": "ADC, refit",
    "refit-registered": "ADC, refit, registered",
}


@dataclass(frozen=True, slots=True)
class RoomFrame:
    """One image: its number in the series from 1, where it lies, and the image of the study behind it."""

    number: int
    plane: Plane
    origin: SliceOrigin


@dataclass(frozen=True, slots=True, eq=False)
class RoomSeries:
    """One volume to look at.

    Attributes
    ----------
    series_id
        ``s1``, ``s2``, … within the exam.
    name
        The series' UID in the study and which volume of it: the same whenever the exam is opened.
    label
        Made of the role, b-value and source: never the scanner's words.
    values : (slice, row, column)
        ADC maps in 1e-6 mm^2/s, NaN where not estimated; others as the scanner stored or rescaled them.
    is_linked
        Whether its coordinates mean the same place as the maps'.
    """

    series_id: str
    name: str
    role: RoomRole
    label: str
    values: npt.NDArray[Any]
    frames: tuple[RoomFrame, ...]
    window: tuple[float, float]
    is_record: bool = False
    is_linked: bool = True
    b_value: float | None = None
    fit: str = ""

    @property
    def pixel_type(self) -> PixelType:
        """How `values` are stored."""
        return next(kind for kind, dtype in _DTYPES.items() if self.values.dtype == np.dtype(dtype))

    @property
    def is_map(self) -> bool:
        """Whether its values are what a reading measures."""
        return self.role == "adc"

    def pictured(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Values of a map as a picture, for whom its numbers are hidden: percent from black to white."""
        center, width = self.window
        return np.asarray((values - (center - width / 2)) * (100 / width), dtype=values.dtype)

    @property
    def unit(self) -> str:
        """The unit of the map, in units of 1e-6; "" for signals."""
        return "mm2/s" if self.role == "adc" else ""


def map_series(maps: ExamMaps, rule: AdcRule) -> list[RoomSeries]:
    """The map of record first, then the one beside it, in units of 1e-6 mm^2/s."""
    order = (rule.map_of_record, rule.beside)
    chosen = sorted((one for one in maps.maps if one.source in order), key=lambda m: order.index(m.source))
    return [_map(one, rule) for one in chosen]


def _map(one: ParameterMap, rule: AdcRule) -> RoomSeries:
    is_scanner = one.source == "scanner"
    return RoomSeries(
        "",
        f"{one.series_instance_uid}#{one.source}",
        "adc",
        _MAP_LABELS[one.source],
        _packed(np.asarray(one.values * _ADC_UNITS, dtype=np.float32)),
        _frames(one.planes, one.origins),
        _ADC_WINDOW,
        is_record=one.source == rule.map_of_record,
        fit="scanner" if is_scanner else rule.fit,
    )


def signal_series(maps: ExamMaps) -> list[RoomSeries]:
    """The signals of the refit at the highest b-value, then at the lowest."""
    stack = maps.stack
    if stack is None:
        return []
    chosen = sorted({len(stack.b_values) - 1, 0}, reverse=True)
    shown = []
    for at in chosen:
        b, values = stack.b_values[at], _packed(stack.volumes[at])
        name = f"{stack.series_instance_uids[0]}#b{b:g}"
        frames = _frames(stack.planes, stack.origins[at])
        shown.append(
            RoomSeries("", name, "dwi", f"DWI b {b:.0f}", values, frames, _window(values), b_value=b)
        )
    return shown


def series_beside_maps(
    maps: ExamMaps, role: Literal["t2", "t1"], findings: list[Finding]
) -> list[RoomSeries]:
    planes = maps.maps[0].planes if maps.maps else maps.stack.planes if maps.stack else ()
    wanted = series_beside(maps.exam, ("t2",) if role == "t2" else ("t1_ce", "t1"), planes)
    home = _home(maps)
    shown: list[RoomSeries] = []
    for series in wanted:
        parts = volumes_of(series)
        for part, one in enumerate(parts, start=1):
            if len(shown) == MOST_OF_A_ROLE:
                return shown
            try:
                stack = load_stack(one)
            except StoreError:
                raise
            except AdcurateError as error:
                findings.append(Finding(error.code, f"A series is not shown: {error.sentence}", "warning"))
                continue
            values = _packed(stack.values)
            label = _label(one, part, len(parts), len(shown))
            shown.append(
                RoomSeries(
                    "",
                    f"{one.series_instance_uid}#{part}",
                    role,
                    label,
                    values,
                    _frames(stack.planes, stack.origins),
                    _window(values),
                    is_linked=shares_space(one, home),
                )
            )
    return shown


def _home(maps: ExamMaps) -> str:
    uid = maps.maps[0].series_instance_uid if maps.maps else ""
    uid = uid or (maps.stack.series_instance_uids[0] if maps.stack else "")
    return next((s.frame_of_reference_uid for s in maps.exam.series if s.series_instance_uid == uid), "")


def _label(series: Series, part: int, n_parts: int, n_before: int) -> str:
    words = {"t2": "T2", "t1": "T1", "t1_ce": "T1 with contrast"}[series.kind]
    if n_parts > 1:
        return f"{words}, {part} of {n_parts}"
    return words if n_before == 0 else f"{words} ({n_before + 1})"


def _frames(planes: Sequence[Plane], origins: Sequence[SliceOrigin]) -> tuple[RoomFrame, ...]:
    return tuple(
        RoomFrame(number, plane, origin)
        for number, (plane, origin) in enumerate(zip(planes, origins, strict=True), start=1)
    )


def _packed(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The array in the smallest of the three types that holds it exactly (floats: in single precision)."""
    kind: PixelType = "f32"
    if values.dtype.kind in "iu" and values.size:
        low, high = int(values.min()), int(values.max())
        kind = "u16" if low >= 0 and high <= 65_535 else "i16" if low >= -32_768 and high <= 32_767 else "f32"
    packed = np.ascontiguousarray(values, dtype=_DTYPES[kind])
    packed.flags.writeable = False
    return packed


def _window(values: npt.NDArray[Any]) -> tuple[float, float]:
    """Centre and width: from the darkest hundredth to nearly the lightest of what is not empty.

    Only the middle of each image counts: at its border a coil is brighter than anything that is looked at.
    """
    rows, columns = (slice(n // 5, n - n // 5) for n in values.shape[1:])
    sample = values[:, rows, columns].reshape(-1)
    sample = sample[:: max(1, sample.size // _SAMPLE)].astype(np.float64)
    sample = sample[np.isfinite(sample) & (sample != 0)]
    if not sample.size:
        return 0.5, 1.0
    low, high = (round(float(one), 1) for one in np.percentile(sample, [_DARKEST, _LIGHTEST]))
    return (low + high) / 2, max(high - low, 1.0)
