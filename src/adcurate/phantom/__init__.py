"""Synthetic exams with known ADC, written as DICOM as real scanners write it, to test a chain with.

Nothing here reads: a chain under test must not share its reader with its phantom.
"""

from __future__ import annotations

from adcurate.phantom.cohort import (
    CohortRow,
    OtherTumour,
    load_published,
    load_reconstructed_cohort,
    prescribe_exam,
    prescribe_other_tumours,
)
from adcurate.phantom.exam import (
    DrawnLesion,
    SyntheticExam,
    contour_records,
    redraw_lesions,
    simulate_exam,
)
from adcurate.phantom.grid import Grid
from adcurate.phantom.lesion import organs
from adcurate.phantom.prescription import Dialect, ExamPrescription, LesionPrescription
from adcurate.phantom.writing import write_exam

__all__ = [
    "CohortRow",
    "Dialect",
    "DrawnLesion",
    "ExamPrescription",
    "Grid",
    "LesionPrescription",
    "OtherTumour",
    "SyntheticExam",
    "contour_records",
    "load_published",
    "load_reconstructed_cohort",
    "organs",
    "prescribe_exam",
    "prescribe_other_tumours",
    "redraw_lesions",
    "simulate_exam",
    "write_exam",
]
