"""From a row of the cohort to an exam on the scanner it names."""

from __future__ import annotations

import datetime
import hashlib
from typing import Final

import numpy as np

from adcurate.phantom.cohort.rows import CohortRow
from adcurate.phantom.prescription import Dialect, ExamPrescription, LesionPrescription

FIRST_EXAM_DATE: Final = datetime.date(2017, 11, 1)
LAST_EXAM_DATE: Final = datetime.date(2019, 4, 30)
_MODELS: Final[dict[tuple[Dialect, bool], tuple[str, ...]]] = {
    ("siemens-classic", False): ("Avanto", "Aera"),
    ("siemens-classic", True): ("Skyra", "Verio"),
    ("siemens-xa", False): ("MAGNETOM Sola",),
    ("siemens-xa", True): ("MAGNETOM Vida",),
    ("ge", False): ("Optima MR450w",),
    ("ge", True): ("DISCOVERY MR750w",),
    ("philips", False): ("Ingenia", "Achieva"),
    ("philips", True): ("Ingenia",),
}


def prescribe_exam(row: CohortRow, seed: int) -> ExamPrescription:
    """Prescribe the exam of one row: dialect, model, dates and lesion follow from the row and the seed.

    Every third patient of a 3 T Siemens scanner, and every ninth of a 1.5 T one, was scanned on the
    enhanced dialect. Exam dates lie in the study's months; the birth date gives the row's age at the exam.
    """
    digest = hashlib.sha256(f"{seed}/{row.patient}".encode()).digest()
    rng = np.random.default_rng([seed, *digest[:8]])
    dialect, high_field = _dialect(row), row.field_strength_t > 2
    models = _MODELS[dialect, high_field]
    days = (LAST_EXAM_DATE - FIRST_EXAM_DATE).days
    exam_date = FIRST_EXAM_DATE + datetime.timedelta(days=int(rng.integers(days + 1)))
    long_axis = round(
        float(np.clip(rng.lognormal(np.log(26.0), 0.32), 18.0, 52.0 if row.lesion_site == "liver" else 36.0))
    )
    lesion = LesionPrescription(
        label="1",
        organ=row.lesion_site,
        mean_adc=row.mean_adc,
        minimum_adc=row.minimum_adc,
        long_axis_mm=float(long_axis),
        cystic_centre=long_axis >= 34,
    )
    return ExamPrescription(
        patient_id=row.patient,
        patient_name=f"SYNTHETIC^{row.patient}",
        birth_date=_birth_date(exam_date, row.age, int(rng.integers(365))),
        sex=row.sex,
        exam_date=f"{exam_date:%Y%m%d}",
        dialect=dialect,
        model=models[int(rng.integers(len(models)))],
        field_strength_t=row.field_strength_t,
        b_values=row.b_values,
        lesions=(lesion,),
        seed=seed,
    )


def _dialect(row: CohortRow) -> Dialect:
    if row.vendor == "GE":
        return "ge"
    if row.vendor == "Philips":
        return "philips"
    turn = int(row.patient.lstrip("NET")) % (3 if row.field_strength_t > 2 else 9)
    return "siemens-xa" if turn == 0 else "siemens-classic"


def _birth_date(exam_date: datetime.date, age: int, days_since_birthday: int) -> str:
    last_birthday = exam_date - datetime.timedelta(days=days_since_birthday)
    leap_safe = min(last_birthday.day, 28) if last_birthday.month == 2 else last_birthday.day
    return f"{last_birthday.year - age:04d}{last_birthday.month:02d}{leap_safe:02d}"
