"""Made-up cohorts and their exams: 47 lesions with the published statistics, and other tumours."""

from __future__ import annotations

from adcurate.phantom.cohort.exams import prescribe_exam
from adcurate.phantom.cohort.other_tumours import OtherTumour, prescribe_other_tumours
from adcurate.phantom.cohort.rows import CohortRow, load_published, load_reconstructed_cohort

__all__ = [
    "CohortRow",
    "OtherTumour",
    "load_published",
    "load_reconstructed_cohort",
    "prescribe_exam",
    "prescribe_other_tumours",
]
