"""What is asked of an import of regions, and what it found: a row for each label, and every fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from adcurate.findings import Finding
from adcurate.geometry import VoxelSet
from adcurate.model.foreign_region import RegionFault
from adcurate.model.jsonable import as_jsonable
from adcurate.study.regions.images import FrameKey, PlacedRing
from adcurate.study.regions.mapping import Assignment, RegionMapping
from adcurate.study.regions.mask_placing import OtherGrid


@dataclass(frozen=True, slots=True)
class RegionRequest:
    """What a person says about the files. `series` and `image` name images for formats that know none."""

    mapping: RegionMapping
    subject: str = ""
    series: str = ""
    image: str = ""
    other_grid: OtherGrid = "refuse"


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One label of one file: what it would become. `area_mm2` is of its largest slice.

    `file` is its place in what was given (``file 2``), `region` the place in the file, from 1. `label` may
    name the patient: it is shown to whoever holds the file, and neither kept nor written.
    """

    file: str
    format: str
    region: int
    label: str = field(repr=False)
    status: str
    subject: str = ""
    lesion: str = ""
    reader: str = ""
    role: str = ""
    n_slices: int = 0
    n_voxels: int = 0
    area_mm2: float = 0.0
    series: str = ""


@dataclass(frozen=True, slots=True)
class ImportedRegions:
    """What the files hold, what is wrong with it, and whether it entered."""

    rows: tuple[RegionRow, ...]
    faults: tuple[RegionFault, ...]
    findings: tuple[Finding, ...]
    without_row: tuple[tuple[str, str], ...]
    imported: bool
    n_regions: int = 0
    n_changed: int = 0
    file_names: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What ``file 2`` is called. For the screen: names of files may be names of people."""

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study regions --json``."""
        return {
            "imported": self.imported,
            "regions": self.n_regions,
            "changed_regions": self.n_changed,
            "labels": [as_jsonable(replace(row, label=f"region {row.region}")) for row in self.rows],
            "faults": [one.as_json() for one in self.faults],
            "findings": [one.as_json() for one in self.findings],
            "without_row": [list(pair) for pair in self.without_row],
        }


@dataclass(frozen=True, slots=True, eq=False)
class MappedRegion:
    """A mapped region on its images, with the voxels of each."""

    row: RegionRow
    assignment: Assignment
    subject: str
    placed: tuple[PlacedRing, ...]
    voxels: dict[FrameKey, VoxelSet]
    is_mask: bool

    @property
    def whose(self) -> tuple[str, str, str]:
        """Subject, lesion, reader."""
        return self.subject, self.assignment.lesion, self.assignment.reader
