"""The made-up cohort as records. Not patients' data: see the README beside the file."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

_PACKAGE: Final = "adcurate.phantom.cohort"


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One invented lesion and its (invented) person.

    Attributes
    ----------
    age
        Years at the exam.
    metastatic
        ``yes`` or ``no``, as in the worksheet.
    ki67_percent
        As typed: a number, a range or an inequality.
    b_values : s/mm^2
    mean_adc, minimum_adc : mm^2/s
    """

    patient: str
    age: int
    sex: str
    primary_site: str
    lesion_type: str
    lesion_site: str
    metastatic: str
    who_grade: str
    ki67_percent: str
    vendor: str
    field_strength_t: float
    b_values: tuple[float, ...]
    mean_adc: float
    minimum_adc: float


def load_reconstructed_cohort() -> tuple[CohortRow, ...]:
    """The 47 rows, in the file's order."""
    text = resources.files(_PACKAGE).joinpath("reconstructed_cohort.csv").read_text("utf-8")
    return tuple(_row(record) for record in csv.DictReader(text.splitlines()))


def load_published() -> dict[str, Any]:
    """The study's printed numbers; ADC in 1e-3 mm^2/s, percentages in percent."""
    loaded: dict[str, Any] = json.loads(
        resources.files(_PACKAGE).joinpath("published.json").read_text("utf-8")
    )
    return loaded


def _row(record: dict[str, str]) -> CohortRow:
    return CohortRow(
        patient=record["patient"],
        age=int(record["age"]),
        sex=record["sex"],
        primary_site=record["primary_site"],
        lesion_type=record["lesion_type"],
        lesion_site=record["lesion_site"],
        metastatic=record["metastatic"],
        who_grade=record["who_grade"],
        ki67_percent=record["ki67_percent"],
        vendor=record["vendor"],
        field_strength_t=float(record["field_strength_t"]),
        b_values=tuple(float(b) for b in record["b_values_s_mm2"].split("-")),
        mean_adc=_adc(record["avg_adc_1e-3_mm2_s"]),
        minimum_adc=_adc(record["min_adc_1e-3_mm2_s"]),
    )


def _adc(typed: str) -> float:
    return round(float(typed) * 1000) / 1_000_000
