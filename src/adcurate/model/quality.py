"""How good the diffusion images of an exam are: noise, movement, saturation, and what it does to regions."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from adcurate.arrays import Bools, Floats
from adcurate.findings import Finding


@dataclass(frozen=True, slots=True)
class ImageQuality:
    """The images of one b-value (s/mm²).

    `snr` is the median over the body of signal over noise, None where the noise is not known; `shift_mm`
    the median shift over slices against the lowest b (rows down, columns right) and `largest_shift_mm`
    the longest of any slice, None where no slice tells; `n_saturated` pixels at the largest storable value.
    """

    b_value: float
    snr: float | None
    shift_mm: tuple[float, float] | None
    largest_shift_mm: float | None
    n_saturated: int


@dataclass(frozen=True, slots=True)
class RegionQuality:
    """One region on the diffusion images: signal over noise at each b, and voxels that a fit cannot trust.

    `n_voxels` are those with an image; `n_padding` lie where the header says that there is none.
    """

    lesion: str
    reader: str
    slice_index: int
    n_voxels: int
    snr: tuple[float | None, ...]
    n_noise_floor: int
    n_saturated: int
    n_padding: int = 0


@dataclass(frozen=True, slots=True)
class ExamQuality:
    """One exam. `sigma` is the noise of one channel in the images' unit, None where unknown."""

    study_instance_uid: str
    subject: str
    scanner: str
    b_values: tuple[float, ...]
    n_slices: int
    sigma: float | None
    noise_method: str
    images: tuple[ImageQuality, ...]
    regions: tuple[RegionQuality, ...]
    findings: tuple[Finding, ...]

    @property
    def worst(self) -> str:
        """The gravest finding's severity, "" without findings."""
        order = ("note", "warning", "serious")
        return max((finding.severity for finding in self.findings), key=order.index, default="")

    def as_json(self) -> dict[str, object]:
        """Every number, unrounded."""
        return {**asdict(self), "findings": [finding.as_json() for finding in self.findings]}


@dataclass(frozen=True, slots=True, eq=False)
class QualityPicture:
    """What to look at: one slice at each b-value (row, column) and its ADC in mm²/s.

    `rings` are contours as (n, 2) fractional (row, column), `floor` the voxels on the noise floor at the
    highest b inside them; both empty without regions.
    """

    slice_index: int
    b_values: tuple[float, ...]
    images: tuple[Floats, ...]
    adc: Floats
    rings: tuple[Floats, ...]
    floor: Bools
    aspect: float
