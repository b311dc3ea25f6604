"""Two readers, several lesions and a plan: from the protocol before the reading to stamped answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from adcurate.cli.entry import run
from adcurate.phantom import ExamPrescription, LesionPrescription, contour_records, simulate_exam, write_exam

GRADES = ("G1", "G1", "G1", "G2", "G2", "G3", "G3", "G3")
HEADER = (
    "subject,status,mri_date,lesion,lesion_type,lesion_site,lesion_size_mm,ki67,grade,treatment_before_mri"
)
PLAN = """
[plan]
date = "2026-01-15"
value = "{value}"
unit = "{unit}"

[[plan.questions]]
kind = "agreement"
role = "confirmatory"
markers = ["mean ADC"]

[[plan.questions]]
kind = "trend"
role = "confirmatory"

[[plan.questions]]
kind = "sensitivity"
rows = ["treatment_before_mri = no", "value = mean"]
each = ["reader"]

[[plan.questions]]
kind = "clusters"
markers = ["mean ADC"]
"""
LATER = """
[[plan.questions]]
kind = "grades"
role = "confirmatory"
"""


def prescription(number: int) -> ExamPrescription:
    mean = round(0.0015 - 0.00008 * number, 6)
    lesions = [LesionPrescription("1", "liver", mean, round(mean - 0.0003, 6), 30.0)]
    if number in (1, 6):
        lesions.append(
            LesionPrescription("2", "liver", round(mean + 0.0001, 6), round(mean - 0.0002, 6), 26.0)
        )
    return ExamPrescription(
        patient_id=f"QZX{number:02d}8841",
        patient_name=f"SYNTHETIC^PLANTED{number}",
        birth_date="19610203",
        sex="F",
        exam_date=f"2024030{number + 1}",
        dialect="siemens-classic",
        model="Model",
        field_strength_t=1.5,
        b_values=(0.0, 800.0),
        lesions=tuple(lesions),
        seed=number,
    )


def drawn_smaller(record: dict, reader: str) -> dict:
    """The same contour by a reader who stays further inside."""

    def shrink(points: list) -> list:
        array = np.array(points, dtype=float)
        return (array.mean(axis=0) + 0.85 * (array - array.mean(axis=0))).round(3).tolist()

    return {**record, "reader": reader, "points_lps_mm": shrink(record["points_lps_mm"]), "holes_lps_mm": []}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    contours, rows = [], [HEADER]
    for number, grade in enumerate(GRADES):
        made = prescription(number)
        exam = simulate_exam(made)
        write_exam(exam, folder / "exams" / f"exam{number}")
        for record in contour_records(exam):
            contours += [record, drawn_smaller(record, "R2")]
        treated = "no" if number % 2 else "yes"
        rows += [
            f"{made.patient_id},included,2024-03-0{number + 1},{one.label},metastasis,liver,"
            f"{one.long_axis_mm},12,{grade},{treated}"
            for one in made.lesions
        ]
    (folder / "worksheet.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    content = {"schema": "adcurate.contours", "schema_version": 1, "contours": contours}
    (folder / "contours.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def study(inputs: Path, place: Path, *, value: str, unit: str, later: str = "") -> dict:
    """Run a whole study and give its analysis."""
    folder = place / f"{value}-{unit}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADCURATE_VAULT_KEY_FILE", str(place / f"{value}-{unit}.key"))
        assert run(["study", "create", str(folder), "--template", "graded-outcome"]) == 0
        protocol = folder / "study.toml"
        text = protocol.read_text(encoding="utf-8").replace(
            "bootstrap_resamples = 10000", "bootstrap_resamples = 300"
        )
        text = text[: text.index("\n# The plan:")] + PLAN.format(value=value, unit=unit)
        protocol.write_text(text, encoding="utf-8")
        at = ["--study", str(folder)]
        assert run(["study", "plan", *at]) == 0
        assert run(["study", "add", str(inputs / "exams"), "--workers", "0", *at]) == 0
        assert (
            run(
                ["study", "worksheet", str(inputs / "worksheet.csv"), "--decimal", ".", "--dates", "iso", *at]
            )
            == 0
        )
        assert run(["study", "contours", str(inputs / "contours.json"), *at]) == 0
        if later:
            protocol.write_text(text + later, encoding="utf-8")
        assert run(["study", "report", "--workers", "0", *at]) == 0
    return {
        **json.loads((folder / "results" / "analysis.json").read_text(encoding="utf-8")),
        "page": (folder / "results" / "report.html").read_text(encoding="utf-8"),
        "plan_page": (folder / "results" / "plan.html").read_text(encoding="utf-8"),
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("studies")


@pytest.fixture(scope="module")
def of_first_reader(inputs: Path, place: Path) -> dict:
    return study(inputs, place, value="first-reader", unit="subject", later=LATER)


@pytest.fixture(scope="module")
def of_mean(inputs: Path, place: Path) -> dict:
    return study(inputs, place, value="mean", unit="lesion")


def answers(found: dict) -> dict[str, dict]:
    return {one["question"]["kind"]: one for one in found["answers"]}


def test_what_was_planned_is_stamped_and_what_was_added_after_the_reading_is_not(of_first_reader):
    stamps = {kind: one["stamp"] for kind, one in answers(of_first_reader).items()}
    assert stamps == dict.fromkeys(("agreement", "trend", "sensitivity", "clusters"), "planned") | {
        "grades": "post hoc"
    }
    page = of_first_reader["page"]
    assert page.index("<details>") > page.index('id="h-planned"')
    assert "Settled on 2026-01-15" in of_first_reader["plan_page"]


def test_planned_confirmatory_tests_are_corrected_together_and_post_hoc_ones_are_not(of_first_reader):
    found = answers(of_first_reader)
    corrected = {**found["agreement"]["adjusted_p_values"], **found["trend"]["adjusted_p_values"]}
    raw = {**found["agreement"]["p_values"], **found["trend"]["p_values"]}
    assert set(corrected) == set(raw) and len(raw) >= 3
    assert all(corrected[name] >= raw[name] for name in raw)
    assert found["grades"]["adjusted_p_values"] == {}


def test_both_readers_reach_the_agreement_and_one_the_main_analysis(of_first_reader):
    agreement = answers(of_first_reader)["agreement"]["answer"]
    table = agreement["markers"]["mean ADC"]["between"]
    assert table["columns"] == ["R1", "R2"] and len(table["lesions"]) == 10
    assert agreement["readers"] == ["R1", "R2"]
    marker = of_first_reader["maps"]["refit"]["mean ADC"]
    assert marker["n"] == 8
    rows = answers(of_first_reader)["sensitivity"]["answer"]["rows"]
    by_label = {row["label"]: row for row in rows if row["marker"] == "mean ADC"}
    primary = by_label["Primary analysis"]
    assert by_label["reader = R1"]["auc"] == primary["auc"] == marker["roc"]["auc"]
    assert by_label["treatment_before_mri = no"]["n"] == 4
    assert {"reader = R2", "value = mean"} <= set(by_label)


def test_with_every_lesion_as_a_case_the_flow_counts_lesions_and_the_report_warns(of_mean):
    assert [stage["n"] for stage in of_mean["flow"]["stages"]] == [10, 10, 10, 10]
    assert of_mean["maps"]["refit"]["mean ADC"]["n"] == 10
    assert "intervals and tests that take cases as independent are too narrow" in of_mean["page"]
    clusters = answers(of_mean)["clusters"]["answer"]
    sizes = {
        one["analysis"]: (one["n_lesions"], one["n_subjects"])
        for one in clusters["markers"][0]["estimates"]
        if one["quantity"] == "auc"
    }
    assert sizes == {"independent": (10, 10), "clustered": (10, 8), "one-lesion": (8, 8)}


def test_the_mean_of_the_readers_lies_between_them(inputs, place, of_mean):
    first = study(inputs, place, value="R1", unit="lesion")
    second = study(inputs, place, value="R2", unit="lesion")
    group = "G3"
    means = [
        found["maps"]["refit"]["mean ADC"]["groups"][group]["mean"] for found in (first, of_mean, second)
    ]
    assert means[1] == pytest.approx((means[0] + means[2]) / 2, rel=1e-12)
    assert means[0] != means[2]


def test_a_reader_who_is_added_takes_no_number_over(
    of_first_reader, inputs, place, tmp_path, monkeypatch, capsys
):
    folder, before = place / "first-reader-subject", of_first_reader["maps"]["refit"]["mean ADC"]
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(place / "first-reader-subject.key"))
    content = json.loads((inputs / "contours.json").read_text(encoding="utf-8"))
    some = [drawn_smaller(one, "A") for one in content["contours"] if one["reader"] == "R1"][:5]
    (tmp_path / "added.json").write_text(json.dumps({**content, "contours": some}), encoding="utf-8")
    at = ["--study", str(folder)]
    assert run(["study", "contours", str(tmp_path / "added.json"), *at]) == 0
    assert "readings of R1 count" in " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert run(["study", "run", "--workers", "0", "--json", str(tmp_path / "run.json"), *at]) == 0
    after = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    for key in ("n", "auc", "mann_whitney", "spearman"):
        assert after["maps"]["refit"]["mean ADC"].get(key) == before.get(key)
    (found,) = [one for one in after["findings"] if one["code"] == "plan.first-reader"]
    assert "readings of R1" in found["sentence"]
