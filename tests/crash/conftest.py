"""Studies to break, and the process that breaks them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.crash.harness import NoTracingError, Nursery, fresh
from tests.reading_room import begin, opened_room

from adcurate.formats.worksheet import WorksheetOptions
from adcurate.phantom import ExamPrescription, LesionPrescription, contour_records, simulate_exam, write_exam
from adcurate.study.create import create_study
from adcurate.study.receiving.add import add_exams
from adcurate.study.worksheet import import_worksheet

ROOT = Path(__file__).parents[2]
HEADER = (
    "subject;status;mri_date;age_years;sex;primary_site;lesion;lesion_type;lesion_site;size_mm;ki67;grade"
)


@dataclass(frozen=True)
class Bench:
    """Everything one broken run needs."""

    nursery: Nursery
    place: Path
    inputs: Path
    empty: Path
    with_exam: Path
    to_read: Path

    def template(self, work: str) -> Path:
        return {"contours": self.with_exam, "reading": self.to_read, "seal": self.to_read}.get(
            work, self.empty
        )


@pytest.fixture(scope="session")
def bench(program: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A nursery, the inputs, and studies: empty, with the exam, with a reader who may begin."""
    strace = program("strace", "strace")
    place = tmp_path_factory.mktemp("crash")
    inputs = place / "inputs"
    inputs.mkdir()
    exam = simulate_exam(
        ExamPrescription(
            patient_id="A1",
            patient_name="SYNTHETIC^A1",
            birth_date="19600101",
            sex="F",
            exam_date="20240102",
            dialect="siemens-xa",
            model="Phantom",
            field_strength_t=1.5,
            b_values=(0.0, 800.0),
            lesions=(LesionPrescription("1", "liver", 0.0010, 0.0007),),
        )
    )
    write_exam(exam, place / "exam")
    files = sorted(path for path in (place / "exam").rglob("*") if path.is_file())
    (inputs / "first").write_bytes(files[0].read_bytes())
    (inputs / "second").write_bytes(files[1].read_bytes())
    (inputs / "broken").write_bytes(files[1].read_bytes()[:-500])
    content = {"schema": "adcurate.contours", "schema_version": 1, "contours": contour_records(exam)}
    (inputs / "contours.json").write_text(json.dumps(content), encoding="utf-8")
    (inputs / "worksheet.csv").write_text(
        f"{HEADER}\nA1;included;2024-01-02;61,5;F;pancreas;1;metastasis;liver;28,0;2;G1\n", encoding="utf-8"
    )
    key_file = place / "key" / "vault.key"
    empty = create_study(place / "empty", key_file=key_file).folder
    with_exam = create_study(place / "with-exam", key_file=key_file).folder
    add_exams(with_exam, [place / "exam"])
    to_read = create_study(place / "to-read", key_file=key_file).folder
    add_exams(to_read, [place / "exam"])
    import_worksheet(to_read, inputs / "worksheet.csv", WorksheetOptions(delimiter=";", decimal=","))
    with opened_room(to_read) as room:
        begin(room, ("anna",))
    nursery = Nursery(strace, place, ROOT)
    try:
        found = Bench(nursery, place, inputs, empty.path, with_exam.path, to_read.path)
        try_out(found)
        yield found
    finally:
        nursery.close()


def try_out(found: Bench) -> None:
    """Skip where nobody may trace."""
    try:
        found.nursery.run("objects", fresh(found.empty, found.place), found.inputs)
    except NoTracingError as trouble:
        pytest.skip(f"processes may not be traced here: {trouble}")
