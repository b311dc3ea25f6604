"""One small synthetic exam in each scanner's dialect, ready to be written as objects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from adcurate.dicom.objects.exam_context import ExamContext, read_exam_context
from adcurate.dicom.objects.map_grid import MapGrid
from adcurate.dicom.objects.parametric_map import AdcMap
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.phantom import (
    ExamPrescription,
    LesionPrescription,
    SyntheticExam,
    simulate_exam,
    write_exam,
)
from adcurate.phantom.vendors import DIALECTS

EVERY_DIALECT = tuple(DIALECTS)


@dataclass(frozen=True)
class Held:
    """An object in memory."""

    name: str
    content: bytes

    def read(self) -> bytes:
        return self.content


@dataclass(frozen=True)
class Exam:
    """What a writer needs of an exam; `values` is the scanner's map in mm²/s."""

    synthetic: SyntheticExam
    context: ExamContext
    grid: MapGrid
    values: Any

    def map(self, **changes: Any) -> AdcMap:
        how: dict[str, Any] = {
            "values": self.values,
            "grid": self.grid,
            "source": "refit",
            "method": "loglinear/1",
            "b_values": (0.0, 400.0, 800.0),
            "map_id": "a" * 64,
        }
        return AdcMap(**{**how, **changes})


@cache
def exam_in(dialect: str) -> Exam:
    """The same exam in a dialect: one lesion with a hole, one without."""
    order = ExamPrescription(
        patient_id="P1",
        patient_name="SYNTHETIC^P1",
        birth_date="19600101",
        sex="F",
        exam_date="20240102",
        dialect=dialect,  # type: ignore[arg-type]
        model="Model",
        field_strength_t=3.0,
        b_values=(0.0, 400.0, 800.0),
        lesions=(
            LesionPrescription("1", "liver", 0.001010, 0.000640, 40.0, cystic_centre=True),
            LesionPrescription("2", "pancreas", 0.001200, 0.000800, 24.0),
        ),
        seed=3,
        matrix=64,
    )
    synthetic = simulate_exam(order)
    with TemporaryDirectory() as folder:
        paths = write_exam(synthetic, Path(folder) / "exam")
        sources = [Held(path.name, path.read_bytes()) for path in paths]
    (series,) = read_exams(sources).exams[0].of_kind("adc")
    stack = load_adc_map(series)
    values = np.asarray(stack.values, dtype=np.float64)
    scale = 1e-6 * synthetic.adc.max() / values.max()
    values = np.where(values == 0, np.nan, values * scale).astype(np.float32)
    grid = MapGrid(stack.planes, stack.origins, tuple((origin,) for origin in stack.origins))
    return Exam(synthetic, read_exam_context(sources), grid, values)
