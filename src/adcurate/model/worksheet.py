"""The clinical worksheet's nouns: a complete row, a faulty row kept as a draft, a fault in one cell.

One row is one lesion of one screened subject at one visit. The subject is the code or hospital number that
the worksheet's author wrote; it becomes a study code where the worksheet is imported, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final, Literal

from adcurate.model.protocol import GradeScale

ScreeningStatus = Literal["included", "excluded"]
SampleType = Literal["biopsy", "resection", "cytology"]
YesNoUnknown = Literal["yes", "no", "unknown"]
YesNo = Literal["yes", "no"]
Sex = Literal["female", "male", "other", "unknown"]
LesionType = Literal["primary", "metastasis"]
NecrosisWord = Literal["absent", "present"]
DifferentiationWord = Literal["well", "poor", "mixed"]
MitosesUnitWord = Literal["per-10-hpf", "per-2-mm2"]

COLUMNS_OF_SCALE: Final[Mapping[GradeScale, tuple[str, ...]]] = MappingProxyType(
    {
        "neuroendocrine": ("ki67", "mitoses", "mitoses_unit", "necrosis", "differentiation", "edition"),
        "isup": ("gleason",),
        "benign-malignant": ("diagnosis",),
        "own": (),
    }
)
"""What a grade is made from, by scale. Another scale has such a column only if somebody filled it in."""


@dataclass(frozen=True, slots=True)
class WorksheetRow:
    """A row whose cells were all understood.

    `ki67` (percent) and `mitoses` (in `mitoses_unit`) stay as the pathologist wrote them, with a point as
    decimal sign: ``12``, ``<1``, ``3-5``. `gleason` is ``3+4``, or a sum such as ``8``; `diagnosis` a known
    one. `grade` is the pathologist's, in the words of the study's scale (``G2``, ``ISUP 3``, ``malignant``);
    `edition` the one it was given under.
    `specimen_origin` is the site the histology came from: the lesion it speaks of. `age` is in years.
    None is a cell left blank. `row_number` is the row in the file and does not count when rows are compared.
    """

    subject: str = field(repr=False)
    status: ScreeningStatus
    visit: str = "1"
    lesion: str = "1"
    site: str | None = None
    exclusion_reason: str | None = None
    mri_date: date | None = None
    histology_date: date | None = None
    sample_type: SampleType | None = None
    treatment_before_mri: YesNoUnknown | None = None
    age: float | None = None
    sex: Sex | None = None
    primary_site: str | None = None
    metastatic_disease: YesNo | None = None
    lesion_type: LesionType | None = None
    lesion_site: str | None = None
    lesion_size_mm: float | None = None
    specimen_origin: str | None = None
    ki67: str | None = None
    mitoses: str | None = None
    mitoses_unit: MitosesUnitWord | None = None
    necrosis: NecrosisWord | None = None
    differentiation: DifferentiationWord | None = None
    edition: str | None = None
    gleason: str | None = None
    diagnosis: str | None = None
    grade: str | None = None
    comments: str | None = field(default=None, repr=False)
    row_number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CellFault:
    """One cell that was not understood: where, what and what to do, without what the cell says."""

    address: str
    column: str
    code: str
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A row kept as it was read, with its faults; `cells` maps the column to its text."""

    row_number: int
    cells: Mapping[str, str] = field(repr=False)
    faults: tuple[CellFault, ...]
