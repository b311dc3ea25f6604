"""One small phantom exam as bytes, for the tests of fetching."""

from __future__ import annotations

import pytest

from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam


@pytest.fixture(scope="session")
def exam_objects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[bytes]]:
    """The objects of a GE phantom exam, by series folder; classic MR images."""
    folder = tmp_path_factory.mktemp("exam")
    prescription = ExamPrescription(
        patient_id="QZX008841",
        patient_name="SYNTHETIC^PLANTED0",
        birth_date="19610203",
        sex="F",
        exam_date="20240301",
        dialect="ge",
        model="Model",
        field_strength_t=1.5,
        b_values=(50.0, 800.0),
        lesions=(LesionPrescription("1", "liver", 0.0012, 0.0009, 28.0),),
    )
    objects: dict[str, list[bytes]] = {}
    for path in write_exam(simulate_exam(prescription), folder):
        objects.setdefault(path.parent.name, []).append(path.read_bytes())
    return objects
