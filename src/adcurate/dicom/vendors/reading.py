"""What a vendor module says about one frame's diffusion weighting, and the remarks it may add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from adcurate.dicom.reading.headers import FrameHeader
from adcurate.findings import Severity
from adcurate.model import BValue, Directionality, Vendor

HIGHEST_B: Final = 100_000.0

REMARKS: Final[dict[str, tuple[Severity, str]]] = {
    "b-value.conflict": (
        "serious",
        "The standard tag and the vendor's own tag give different b-values; the standard one is used.",
    ),
    "b-value.nominal-differs": (
        "warning",
        "The b-value played out differs from the one chosen by the operator; the one played out is used.",
    ),
    "b-value.bias-removed": (
        "note",
        "The vendor adds 1,000,000,000 to the stored b-value; it was taken off.",
    ),
    "b-value.repeat-counter": (
        "note",
        "Repeats of b = 0 are stored as 0.001, 0.002 and so on; all are read as b = 0.",
    ),
    "b-value.from-name": (
        "warning",
        "No tag holds the b-value; it was read from the sequence name.",
    ),
    "b-value.unreadable": (
        "serious",
        "A b-value is stored that is not one number; the frames do not enter a fit.",
    ),
    "b-value.range": (
        "serious",
        "A stored b-value is negative or above 100,000 s/mm²; the frames do not enter a fit.",
    ),
}
"""Severity and sentence of each remark, by its finding's code."""


@dataclass(frozen=True, slots=True)
class DiffusionReading:
    """One frame's row of the b-value ledger, its direction and scale. `remarks` are keys of `REMARKS`."""

    b_value: BValue | None = None
    directionality: Directionality | None = None
    direction: tuple[float, float, float] | None = None
    scale_slope: float | None = None
    remarks: tuple[str, ...] = ()


class Dialect(Protocol):
    """What each vendor module offers.

    `VENDOR` names it; `MANUFACTURERS` are the beginnings, in small letters, of (0008,0070); `TAGS` are the
    elements beyond the standard ones that it reads, in blocks of its `CREATORS`; `ABSENT_MEANS_ZERO` says
    whether this vendor leaves the b-value off its b = 0 images.
    """

    @property
    def VENDOR(self) -> Vendor: ...  # noqa: N802
    @property
    def MANUFACTURERS(self) -> tuple[str, ...]: ...  # noqa: N802
    @property
    def TAGS(self) -> tuple[int, ...]: ...  # noqa: N802
    @property
    def CREATORS(self) -> tuple[str, ...]: ...  # noqa: N802
    @property
    def ABSENT_MEANS_ZERO(self) -> bool: ...  # noqa: N802

    def read_diffusion(self, frame: FrameHeader) -> DiffusionReading:
        """The ledger row of one frame."""
