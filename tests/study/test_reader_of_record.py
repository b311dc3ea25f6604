"""A reader who is added changes no number: who drew first stays the reader of record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adcurate.errors import StatisticsError
from adcurate.model.plan import Plan
from adcurate.phantom import ExamPrescription, LesionPrescription, contour_records, simulate_exam, write_exam
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.reader_of_record import (
    new_readers_finding,
    reader_finding,
    reader_who_counts,
    readers_in_order,
    readers_of,
)
from adcurate.study.receiving.add import add_exams
from adcurate.study.regions.contours import import_contours


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    made = create_study(tmp_path / "study", "graded-outcome", key_file=tmp_path / "key").folder
    exam = ExamPrescription(
        patient_id="QZX018841",
        patient_name="SYNTHETIC^PLANTED1",
        birth_date="19610203",
        sex="F",
        exam_date="20240302",
        dialect="siemens-classic",
        model="Model",
        field_strength_t=1.5,
        b_values=(0.0, 800.0),
        lesions=(LesionPrescription("1", "liver", 0.0012, 0.0009, 30.0),),
        seed=1,
    )
    simulated = simulate_exam(exam)
    write_exam(simulated, tmp_path / "exam")
    assert add_exams(made, [tmp_path / "exam"], workers=0).quarantined == 0
    (tmp_path / "drawn.json").write_text(json.dumps(list(contour_records(simulated))), encoding="utf-8")
    return made


def draw(study: StudyFolder, reader: str, others: str = "keep"):
    drawn = json.loads((study.path.parent / "drawn.json").read_text(encoding="utf-8"))
    content = {
        "schema": "adcurate.contours",
        "schema_version": 1,
        "contours": [{**one, "reader": reader} for one in drawn],
    }
    file = study.path.parent / f"{reader}.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return import_contours(study, file, others=others)  # type: ignore[arg-type]


def test_who_drew_first_stays_first_when_a_reader_of_an_earlier_name_is_added(study):
    assert draw(study, "R1").findings == ()
    told = draw(study, "A").findings
    assert readers_of(study) == ("R1", "A")
    assert [one.code for one in told] == ["plan.reader-added"]
    assert "New in the study: A." in told[0].sentence
    assert "readings of R1 count" in told[0].sentence and "[plan]" in told[0].sentence


def test_a_reader_imported_again_is_not_new_and_one_taken_out_counts_no_more(study):
    draw(study, "R1")
    draw(study, "A")
    assert draw(study, "R1").findings == ()
    draw(study, "A", others="take-out")
    assert readers_of(study) == ("A",)
    assert "readings of A count" in draw(study, "R1").findings[0].sentence
    assert readers_of(study) == ("A", "R1")


def test_a_study_from_before_the_order_was_kept_keeps_its_first_by_name(study):
    draw(study, "R2")
    with study.open_store() as store:
        store.choices.add("readers-in-order", [])
        assert readers_in_order(store) == ("R2",)
    draw(study, "R1")
    assert readers_of(study) == ("R2", "R1")


READ = [("R1", True), ("A", True), ("A", False)]


@pytest.mark.parametrize(
    ("plan", "order", "readings", "expected"),
    [
        (Plan(), ("R1", "A"), READ, "R1"),
        (Plan(), ("A", "R1"), READ, "A"),
        (Plan(), ("X", "R1", "A"), [("X", False), *READ], "R1"),
        (Plan(), ("X",), [("X", False)], "X"),
        (Plan(), (), READ, "A"),
        (Plan(), (), [], ""),
        (Plan(value="mean"), ("R1", "A"), READ, "mean"),
        (Plan(value="A"), ("R1", "A"), READ, "A"),
    ],
)
def test_whose_readings_are_analysed(plan, order, readings, expected):
    assert reader_who_counts(plan, order, readings) == expected


def test_a_reader_whom_the_plan_names_and_who_read_nothing_is_an_error():
    with pytest.raises(StatisticsError, match="who read nothing"):
        reader_who_counts(Plan(value="B"), ("R1",), READ)


def test_the_run_says_whose_readings_are_analysed_where_the_plan_names_nobody():
    (found,) = reader_finding(Plan(), "R1", {"R1", "A"})
    assert found.code == "plan.first-reader" and "readings of R1" in found.sentence and "A" in found.sentence
    assert reader_finding(Plan(), "R1", {"R1"}) == ()
    assert reader_finding(Plan(value="R1"), "R1", {"R1", "A"}) == ()


def test_an_added_reader_of_a_plan_that_takes_the_mean_changes_the_analysis_and_it_is_said():
    (found,) = new_readers_finding(Plan(value="mean"), ("R1", "A"), ["A"])
    assert "change" in found.sentence
    assert new_readers_finding(Plan(), ("R1",), ["R1"]) == ()
