"""What a scanner made: exams, series and frames, in the field's words. No pixels are held here.

A `Frame` is one two-dimensional image: a classic object is one frame, an enhanced object has many, a
mosaic has one per tile. Pixels are read later, through the frame's `source`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from adcurate.findings import Finding
from adcurate.geometry import Plane
from adcurate.model.b_value import BValue

Vendor = Literal["siemens", "ge", "philips", "uih", "canon", "bruker", "other"]
SeriesKind = Literal["dwi", "trace", "adc", "calculated_b", "t2", "t1", "t1_ce", "other"]
Directionality = Literal["none", "directional", "isotropic", "bmatrix"]


@runtime_checkable
class ObjectSource(Protocol):
    """Where the bytes of one DICOM object lie: a file, a zip member or a stored blob. Picklable."""

    @property
    def name(self) -> str:
        """A short name for messages; never a patient's."""

    def read(self) -> bytes:
        """All bytes of the object."""


@dataclass(frozen=True, slots=True)
class RealWorldMapping:
    """One item of the Real World Value Mapping Sequence (0040,9096): value = stored * slope + intercept."""

    slope: float
    intercept: float
    unit: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One image of a series.

    `rescale_slope` and `rescale_intercept` are the frame's own (1 and 0 where absent: `rescale_present`
    says which). `scale_slope` is Philips' (2005,100E). `tile` counts the tiles of a mosaic from 0.
    `padding` is the lowest and the highest stored value that mean "no image here".
    """

    source: ObjectSource
    sop_instance_uid: str
    frame_number: int
    plane: Plane
    instance_number: int | None = None
    tile: int = 0
    b_value: BValue | None = None
    directionality: Directionality | None = None
    direction: tuple[float, float, float] | None = None
    rescale_slope: float = 1.0
    rescale_intercept: float = 0.0
    rescale_type: str = ""
    rescale_present: bool = False
    scale_slope: float | None = None
    real_world: RealWorldMapping | None = None
    padding: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Frames acquired or derived together, with what they are and how that was told."""

    series_instance_uid: str
    number: int | None
    description: str
    kind: SeriesKind
    kind_evidence: tuple[str, ...]
    vendor: Vendor
    manufacturer: str
    model: str
    field_strength_t: float | None
    software: str
    repetition_time_ms: float | None
    echo_time_ms: float | None
    frame_of_reference_uid: str
    frames: tuple[Frame, ...]
    b_values: tuple[float, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def sop_instance_uids(self) -> tuple[str, ...]:
        """Each object's UID once, in frame order."""
        return tuple(dict.fromkeys(frame.sop_instance_uid for frame in self.frames))


@dataclass(frozen=True, slots=True)
class SeriesKindChoice:
    """A person's word on what a series shows: `kind` in place of what its headers `told`, and why."""

    series_instance_uid: str
    told: SeriesKind
    kind: SeriesKind
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Exam:
    """One study of one subject on one day (DICOM's Study), as far as the research zone may know it.

    `subject` is a code, `date` the shifted date (YYYYMMDD) or "".
    """

    study_instance_uid: str
    subject: str
    date: str
    series: tuple[Series, ...]
    findings: tuple[Finding, ...] = field(default=())

    def of_kind(self, *kinds: SeriesKind) -> tuple[Series, ...]:
        """The series of the given kinds, in series-number order."""
        return tuple(series for series in self.series if series.kind in kinds)
