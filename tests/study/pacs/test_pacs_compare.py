"""Typed PACS values against a study's own: from the table to the page, with each difference explained."""

from __future__ import annotations

import csv
import json

import pytest

from adcurate.cli.entry import run
from adcurate.phantom import ExamPrescription, LesionPrescription, contour_records, simulate_exam, write_exam
from adcurate.study.derive import derive_exam
from adcurate.study.folder import find_study
from adcurate.study.pacs.predictions import ExamPredictions
from adcurate.study.results import measurement
from adcurate.study.run import keep, load_exam, plan

HEADER = "subject,status,mri_date,lesion,lesion_type,lesion_site,lesion_size_mm,ki67,grade"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Three measured exams, and what each habit makes of their regions."""
    folder = tmp_path_factory.mktemp("pacs")
    contours, rows = [], [HEADER]
    for number in range(3):
        exam = simulate_exam(
            ExamPrescription(
                patient_id=f"P{number}",
                patient_name=f"SYNTHETIC^P{number}",
                birth_date="19600101",
                sex="F",
                exam_date=f"2024010{number + 1}",
                dialect="siemens-classic",
                model="Aera",
                field_strength_t=1.5,
                b_values=(0.0, 800.0),
                lesions=(LesionPrescription("1", "liver", 0.0009 + 0.0001 * number, 0.0004, 40.0),),
                seed=number,
            )
        )
        write_exam(exam, folder / "exams" / str(number))
        contours += contour_records(exam)
        rows.append(f"P{number},included,2024-01-0{number + 1},1,metastasis,liver,40.0,12,G2")
    (folder / "rows.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    content = {"schema": "adcurate.contours", "schema_version": 1, "contours": contours}
    (folder / "contours.json").write_text(json.dumps(content), encoding="utf-8")
    at = ["--study", str(folder / "study")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADCURATE_VAULT_KEY_FILE", str(folder / "key"))
        assert run(["study", "create", str(folder / "study")]) == 0
        assert run(["study", "add", str(folder / "exams"), "--workers", "0", *at]) == 0
        assert (
            run(["study", "worksheet", str(folder / "rows.csv"), "--decimal", ".", "--dates", "iso", *at])
            == 0
        )
        assert run(["study", "contours", str(folder / "contours.json"), *at]) == 0
        found = find_study(folder / "study")
        predicted = {}
        with found.open_store() as store:
            for task in plan(store, found.protocol()):
                keep(store, derive_exam(task))
                exam = load_exam(store, task.derivation)
                again = ExamPredictions(task, exam["facts"], "scanner", 1e-3)
                for one in map(measurement, exam["measurements"]):
                    if one.map_source == "scanner":
                        predicted[one.subject] = again.of_region(one)
        yield folder, predicted


def typed(folder, predicted, habit, *, factor=1.0, extra=()):
    path = folder / "typed.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["subject", "lesion", "mean [10-3 mm2/s]", "minimum [10-3 mm2/s]", "area [mm2]"])
        for subject, conventions in predicted.items():
            one = next(c for c in conventions if c.name == habit)
            area = next(c for c in conventions if c.name == "outline-area").area_mm2
            mean, minimum = one.mean * 1e3 * factor, one.minimum * 1e3 * factor
            writer.writerow([subject, "1", f"{mean:.3f}", f"{minimum:.3f}", f"{area:.1f}"])
        writer.writerows(extra)
    return path


def compare(folder, table, *more):
    result = folder / "result.json"
    words = ["study", "compare-pacs", str(table), "--output", str(folder / "out"), "--json", str(result)]
    assert run([*words, "--study", str(folder / "study"), *more]) == 0
    return json.loads(result.read_text(encoding="utf-8"))


def named(result, quantity):
    return [row["explanations"][quantity]["conventions"] for row in result["rows"]]


def verdicts(result, quantity):
    return [row["explanations"][quantity]["verdict"] for row in result["rows"]]


def typed_of_map(folder, study_folder, source, *, minimum=True):
    """A table of the values that one map gives, as a PACS would show them."""
    found = find_study(study_folder)
    path = folder / f"typed-{source}.csv"
    with found.open_store("read") as store, path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        more = ["minimum [10-3 mm2/s]"] if minimum else []
        writer.writerow(["subject", "lesion", "mean [10-3 mm2/s]", *more])
        for task in plan(store, found.protocol()):
            for one in map(measurement, load_exam(store, task.derivation)["measurements"]):
                if one.map_source == source:
                    numbers = [one.values["mean"], one.values["minimum"]][: 1 + minimum]
                    writer.writerow([one.subject, "1", *(f"{1e3 * number:.4f}" for number in numbers)])
    return path


@pytest.mark.parametrize("source", ["scanner", "refit"])
def test_values_of_the_other_map_are_explained_by_it_with_the_option_to_take(study, source, capsys):
    folder, _ = study
    other = {"scanner": "refit", "refit": "scanner"}[source]
    table = typed_of_map(folder, folder / "study", source)
    result = compare(folder, table, "--source", other)
    assert "not explained" not in [*verdicts(result, "mean"), *verdicts(result, "minimum")]
    assert [f"{source}-map"] in named(result, "mean")
    (found,) = [one for one in result["findings"] if one["code"] == "pacs.other-map"]
    assert f"--source {source}" in found["sentence"]
    assert f"--source {source}" in " ".join(capsys.readouterr().out.split())
    agreeing = compare(folder, table, "--source", source)
    assert verdicts(agreeing, "mean") == verdicts(agreeing, "minimum") == ["agrees"] * 3
    assert "pacs.other-map" not in [one["code"] for one in agreeing["findings"]]


def test_a_minimum_that_was_not_typed_is_not_judged(study, capsys):
    folder, _ = study
    result = compare(folder, typed_of_map(folder, folder / "study", "scanner", minimum=False))
    assert verdicts(result, "minimum") == verdicts(result, "area") == ["not given"] * 3
    out = capsys.readouterr().out
    assert "Average ADC of 3 regions" in out
    assert "Minimum ADC of" not in out and "Area of" not in out


def test_the_record_is_predicted_from_the_pixels_again(study):
    _, predicted = study
    for conventions in predicted.values():
        centre = conventions[0]
        assert centre.name == "record"
        names = [one.name for one in conventions]
        assert {"any-overlap", "slice-before", "slice-after", "outline-area"} <= set(names)


@pytest.mark.parametrize("habit", ["any-overlap", "slice-after", "interpolated"])
def test_a_table_made_by_a_habit_is_explained_by_it(study, habit, capsys):
    folder, predicted = study
    result = compare(folder, typed(folder, predicted, habit))
    assert named(result, "mean") == [[habit]] * 3
    judged = zip(verdicts(result, "minimum"), named(result, "minimum"), strict=True)
    assert all(one in [("agrees", []), ("explained", [habit])] for one in judged)
    assert named(result, "area") == [["outline-area"]] * 3
    assert result["agreement"]["mean"]["n"] == 3
    assert (folder / "out" / "report.html").is_file()
    assert (folder / "out" / "figures" / "bland-altman-mean.png").is_file()
    assert "Next: open" in capsys.readouterr().out


def test_a_unit_is_put_right_for_the_plot_and_strangers_are_left_out(study, capsys):
    folder, predicted = study
    stranger = ["P77", "1", "1.0", "0.5", "100"]
    result = compare(folder, typed(folder, predicted, "record", factor=1000.0, extra=[stranger]))
    assert {row["explanations"]["mean"]["unit_factor"] for row in result["rows"]} == {1000.0}
    assert abs(result["agreement"]["mean"]["bias"]) < 1e-6
    assert [one["row"] for one in result["left_out"]] == [5]
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert "1000 times the stated unit" in page
    assert "P77" not in page
    capsys.readouterr()


def test_nothing_to_compare_is_an_error_with_the_reason(study, capsys):
    folder, _ = study
    table = folder / "strangers.csv"
    table.write_text("subject,lesion,mean [mm2/s]\nP77,1,0.001\n", encoding="utf-8")
    words = ["study", "compare-pacs", str(table), "--output", str(folder / "none")]
    assert run([*words, "--study", str(folder / "study")]) == 3
    assert "no measured exam" in capsys.readouterr().err
    assert not (folder / "none").exists()
